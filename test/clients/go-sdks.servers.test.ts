import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type GoTool, goTool } from '../../scripts/build-tools.ts';
import { type ClientWorld, startClientWorld } from '../kit/client-world.ts';

const run = promisify(execFile);
let world: ClientWorld;

beforeAll(async () => {
  world = await startClientWorld();
});
afterAll(() => world?.remove());

/** A client's complaint is the test's when it ends before `done`. */
async function walk(client: GoTool, chapter: string, more: NodeJS.ProcessEnv = {}): Promise<void> {
  const { stdout } = await run(await goTool(client), [chapter], { env: { ...world.environment, ...more } });
  expect(stdout.trim().split('\n').at(-1)).toBe('done');
  expect(world.proxy.violations.splice(0)).toEqual([]);
}

describe("MongoDB's Go SDK of 2025 walks through", () => {
  it.each(['projects', 'clusters', 'tenant', 'flex', 'dedicated', 'pages', 'events'])('%s', (chapter) => walk('atlas-sdk-2025', chapter));
});

describe("MongoDB's Go SDK of 2023 walks through", () => {
  it.each(['projects', 'clusters', 'tenant', 'dedicated', 'pages', 'events'])('%s', (chapter) => walk('atlas-sdk-2023', chapter));
});

describe("MongoDB's first Go client, for v1.0, walks through", () => {
  it.each(['projects', 'tenant', 'pages'])('%s', (chapter) => walk('atlas-v1', chapter));
});
