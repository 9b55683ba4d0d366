/**
 * Set-up of every test file with servers: each answer of v2 that a test gets, by `fetch` or from a server within its own process, is held against the
 * contract, whatever the test itself looks at. Clients that are not ours run behind `recording-proxy.ts`.
 */
import { subscribe } from 'node:diagnostics_channel';
import type { FastifyInstance } from 'fastify';
import { afterAll, expect } from 'vitest';
import { type AtlasAnswer, contractViolations, isOfV2 } from './atlas-contract.ts';
import { isServed, servedViolations } from './served-document.ts';

const plainFetch = globalThis.fetch;
const pending: Promise<string[]>[] = [];
const found: string[] = [];

globalThis.fetch = async (input, init) => {
  const response = await plainFetch(input, init);
  const { pathname, search } = new URL(input instanceof Request ? input.url : input);
  if (isOfV2(pathname) || isServed(pathname)) {
    const method = (init?.method ?? (input instanceof Request ? input.method : 'GET')).toUpperCase();
    pending.push(judge(method, pathname + search, response.clone()));
  }
  return response;
};

/** Of the published contract, on v2, and of the document that Lifeboat itself serves. */
function violations(answer: AtlasAnswer): string[] {
  return [...(isOfV2(answer.target) ? contractViolations(answer) : []), ...(isServed(answer.target) ? servedViolations(answer) : [])];
}

async function judge(method: string, target: string, response: Response): Promise<string[]> {
  const { status, headers } = response;
  // A test may have cut the request short: there is no answer to judge then.
  const body = await response.text().catch(() => null);
  return body === null ? [] : violations({ method, target, status, headers, body });
}

subscribe('fastify.initialization', (message) => {
  const { fastify } = message as { fastify: FastifyInstance };
  fastify.addHook('onSend', async (request, reply, payload) => {
    const target = request.raw.url!;
    if (!isOfV2(target) && !isServed(target)) return;
    const headers = { get: (name: string) => (reply.getHeader(name) as string | undefined) ?? null };
    const answer = { method: request.method, target, status: reply.statusCode, headers, body: String(payload ?? '') };
    found.push(...violations(answer));
  });
});

afterAll(async () => {
  const all = [...found, ...(await Promise.all(pending)).flat()];
  expect([...new Set(all)], 'answers that break the contract, or differ from the served document').toEqual([]);
});
