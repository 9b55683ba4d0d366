import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const MAIN = resolve(import.meta.dirname, '../../src/cli/main.ts');

it.each([
  [['--seed', '/nowhere/seed.yaml'], '/nowhere/seed.yaml'],
  [['--now', 'tomorrow'], 'a date such as'],
  [['--public-url', 'emulator'], 'a URL such as'],
  [['--log-level', 'loud'], 'Allowed choices'],
])('with %j it ends at once, also while its parent holds its standard input open', async (words, why) => {
  // execFile leaves the pipe open.
  const failed = await promisify(execFile)(process.execPath, [MAIN, 'emulate', ...words], { timeout: 15_000, killSignal: 'SIGKILL' }).catch(
    (error) => error,
  );
  expect(failed).toMatchObject({ code: expect.any(Number), killed: false });
  expect(failed.code).toBeGreaterThan(0);
  expect(failed.stderr).toContain(why);
});
