/**
 * Set-up of every test file with servers: each answer of v2 that a test gets by `fetch` is held against the contract, whatever the test itself looks at.
 * Clients that are not ours run behind `recording-proxy.ts`.
 */
import { afterAll, expect } from 'vitest';
import { contractViolations, isOfV2 } from './atlas-contract.ts';

const plainFetch = globalThis.fetch;
const pending: Promise<string[]>[] = [];

globalThis.fetch = async (input, init) => {
  const response = await plainFetch(input, init);
  const { pathname, search } = new URL(input instanceof Request ? input.url : input);
  if (isOfV2(pathname)) {
    const method = (init?.method ?? (input instanceof Request ? input.method : 'GET')).toUpperCase();
    pending.push(judge(method, pathname + search, response.clone()));
  }
  return response;
};

async function judge(method: string, target: string, response: Response): Promise<string[]> {
  const { status, headers } = response;
  // A test may have cut the request short: there is no answer to judge then.
  const body = await response.text().catch(() => null);
  return body === null ? [] : contractViolations({ method, target, status, headers, body });
}

afterAll(async () => {
  expect([...new Set((await Promise.all(pending)).flat())], 'answers of v2 that break the contract').toEqual([]);
});
