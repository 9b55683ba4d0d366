import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { pause } from '../../src/clock.ts';

const SIGNALS = resolve(import.meta.dirname, '../../src/cli/signals.ts');
const SCRIPT = `const { untilAskedToStop } = await import(${JSON.stringify(SIGNALS)});
  setInterval(() => {}, 1000);
  const asked = untilAskedToStop();
  console.log('begun');
  await asked;
  console.log('asked');`;

it('asks once where a signal comes twice at once, as Ctrl-C does below npx, and ends the process where it comes again', async () => {
  const child = spawn(process.execPath, ['--input-type=module', '-e', SCRIPT], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  const said = async () => String((await once(child.stdout, 'data'))[0]).trim();
  expect(await said()).toBe('begun');
  child.kill('SIGINT');
  expect(await said()).toBe('asked');
  child.kill('SIGINT');
  await pause(1100);
  expect(child.exitCode).toBeNull();
  child.kill('SIGINT');
  expect(await ended).toEqual([1, null]);
});
