import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type GoTool, goTool } from '../../scripts/build-tools.ts';
import { DigestCredentials } from '../../src/cli/digest-client.ts';
import { ask } from '../kit/api.ts';
import { type ClientWorld, startClientWorld } from '../kit/client-world.ts';

const run = promisify(execFile);
const CHAPTERS = ['projects', 'clusters', 'tenant', 'flex', 'dedicated', 'pages', 'events'] as const;
let world: ClientWorld;

beforeAll(async () => {
  world = await startClientWorld();
});
afterAll(() => world?.remove());

/** A client's complaint is the test's when it ends before `done`. */
async function walk(client: GoTool, chapters: string | readonly string[], more: NodeJS.ProcessEnv = {}): Promise<void> {
  const { stdout } = await run(await goTool(client), [chapters].flat(), { env: { ...world.environment, ...more } });
  expect(stdout.trim().split('\n').at(-1)).toBe('done');
  expect(world.proxy.violations.splice(0)).toEqual([]);
}

describe("MongoDB's Go SDK of 2025 walks through", () => {
  it.each(CHAPTERS)('%s', (chapter) => walk('atlas-sdk-2025', chapter));

  // One process, and so one token: Atlas gives out ten a minute.
  it('all of it as a service account, which has one token', async () => {
    const account = await newServiceAccount();
    const before = world.proxy.requests.length;
    await walk('atlas-sdk-2025', CHAPTERS, { CLIENT_ID: account.clientId, CLIENT_SECRET: account.secret });
    const asked = world.proxy.requests.slice(before);
    expect(asked.filter(({ target }) => target === '/api/oauth/token').map(({ status }) => status)).toEqual([200]);
    const others = asked.filter(({ target }) => target.startsWith('/api/atlas/'));
    expect(others.every(({ headers }) => headers.authorization?.startsWith('Bearer '))).toBe(true);
  });
});

async function newServiceAccount(): Promise<{ clientId: string; secret: string }> {
  const { orgId, publicKey, privateKey } = world.identity;
  const body = { name: 'walk', description: 'A walk', roles: ['ORG_OWNER'], secretExpiresAfterHours: 8 };
  const credentials = new DigestCredentials(publicKey, privateKey);
  const made = await ask(world.lifeboat.url, credentials, 'POST', `/api/atlas/v2/orgs/${orgId}/serviceAccounts`, {
    version: '2024-08-05',
    body,
  });
  return { clientId: made.body.clientId, secret: made.body.secrets[0].secret };
}

describe("MongoDB's Go SDK of 2023 walks through", () => {
  it.each(['projects', 'clusters', 'tenant', 'dedicated', 'pages', 'events'])('%s', (chapter) => walk('atlas-sdk-2023', chapter));
});

describe("MongoDB's first Go client, for v1.0, walks through", () => {
  it.each(['projects', 'accounts', 'tenant', 'dedicated', 'pages', 'events'])('%s', (chapter) => walk('atlas-v1', chapter));
});
