import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { goTool, pythonWith } from '../../scripts/build-tools.ts';
import { type MongoServer, startMongo } from '../kit/mongo.ts';

const ROOT = resolve(import.meta.dirname, '../..');

let mongo: MongoServer;
beforeAll(async () => {
  // The quickest.
  mongo = await startMongo('mongo-java-server');
});
afterAll(() => mongo?.stop());

/** Runs an example as its user does, and answers what it printed; it leaves nothing in its folder. */
async function example(folder: string, program: string, ...words: string[]): Promise<string> {
  const kept = Object.entries(process.env).filter(([name]) => !/^(VITEST|NODE_OPTIONS|TEST|PYTEST)/.test(name));
  const env = {
    ...Object.fromEntries(kept),
    MONGODB_URI: mongo.uri,
    LIFEBOAT_COMMAND: `${process.execPath} ${resolve(ROOT, 'src/cli/main.ts')}`,
    NO_COLOR: '1',
    PYTHONDONTWRITEBYTECODE: '1',
  };
  const cwd = resolve(ROOT, 'examples/emulator', folder);
  const { stdout, stderr } = await promisify(execFile)(program, words, { cwd, env }).catch((error) => error);
  return `${stdout}${stderr}`;
}

describe('the example for', () => {
  it('vitest passes: ten nights in under 20 s, failures, a reconcile loop', async () => {
    const said = await example('.', process.execPath, resolve(ROOT, 'node_modules/vitest/vitest.mjs'), 'run');
    expect(said).toMatch(/Tests +3 passed \(3\)/);
  });

  it('pytest passes: a restore that is refused and fails, and nights', async () => {
    expect(await example('python', await pythonWith('pytest'), '-m', 'pytest', '-p', 'no:cacheprovider')).toMatch(/ 3 passed in /);
  });

  it("Go passes: MongoDB's Go SDK for Atlas through a 429 with Retry-After and a job that failed", async () => {
    const said = await example('go', await goTool('emulator-example'), '-test.v');
    expect(said.match(/--- PASS: [^ ]+/g)).toHaveLength(4);
    expect(said).toMatch(/^PASS$/m);
  });
});
