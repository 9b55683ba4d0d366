import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type MongoServer, startMongo } from '../kit/mongo.ts';

const ROOT = resolve(import.meta.dirname, '../..');

let mongo: MongoServer;
beforeAll(async () => {
  mongo = await startMongo('mongo-java-server');
});
afterAll(() => mongo?.stop());

it('the examples for vitest pass as a user runs them: ten nights, failures, a reconcile loop', async () => {
  const words = [resolve(ROOT, 'node_modules/vitest/vitest.mjs'), 'run', '--config', 'examples/emulator/vitest.config.ts'];
  const kept = Object.entries(process.env).filter(([name]) => !/^(VITEST|NODE_OPTIONS|TEST)/.test(name));
  const env = { ...Object.fromEntries(kept), MONGODB_URI: mongo.uri, NO_COLOR: '1' };
  const { stdout, stderr } = await promisify(execFile)(process.execPath, words, { cwd: ROOT, env }).catch((error) => error);
  expect(`${stdout}${stderr}`).toMatch(/Tests +3 passed \(3\)/);
});
