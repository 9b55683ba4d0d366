import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '..');

export interface Step {
  name: string;
  command: [string, ...string[]];
}

/** What `npm run check` and `npm test` have in common. */
export const STATIC_CHECKS: Step[] = [
  { name: 'types', command: ['tsc', '-p', '.'] },
  { name: 'types of the console', command: ['tsc', '-p', 'src/console'] },
  { name: 'lint', command: ['biome', 'ci', '--colors=off', '.'] },
  { name: 'unused code', command: ['knip', '--no-progress'] },
  { name: 'arrows', command: ['depcruise', 'src', '--config', '.dependency-cruiser.cjs', '--output-type', 'err'] },
];

/** Runs the steps one after the other, says how long each took, and answers which failed. */
export async function runSteps(steps: Step[]): Promise<{ passed: string[]; failed: string[] }> {
  const passed: string[] = [];
  const failed: string[] = [];
  for (const { name, command } of steps) {
    const started = performance.now();
    const code = await runCommand(command);
    (code === 0 ? passed : failed).push(name);
    console.log(`${code === 0 ? 'ok    ' : 'FAILED'} ${name} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
  }
  return { passed, failed };
}

function runCommand([program, ...words]: [string, ...string[]]): Promise<number> {
  return new Promise((done) => {
    const child = spawn(join(ROOT, 'node_modules/.bin', program), words, { cwd: ROOT, stdio: 'inherit' });
    child.once('error', () => done(1));
    child.once('exit', (code) => done(code ?? 1));
  });
}
