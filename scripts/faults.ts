/**
 * `npm run faults`: the long form of every test that breaks something (docs/promises.md), and a table of what was injected and what came of it. `npm run faults -- NAME` runs the files of
 * that name alone; LIFEBOAT_SEED repeats a run.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildNativeIfPossible } from './native.ts';
import { runSteps } from './steps.ts';

interface Row {
  what: string;
  injected: number;
  detected?: number;
  fiveHundreds?: number;
  hangs?: number;
}

const FILES = process.argv.slice(2);
/** Beside test/faults: properties over hostile bytes, and the kills of restores at chosen commands. */
const MORE = ['test/bson/documents', 'test/engine/cursor-reply', 'test/e2e/killed'];

await buildNativeIfPossible();
const folder = await mkdtemp(join(tmpdir(), 'lifeboat-faults-'));
process.env.LIFEBOAT_FAULTS = 'long';
process.env.LIFEBOAT_FAULTS_REPORT = join(folder, 'faults.jsonl');
const reportFile = join(folder, 'vitest.json');
const words = ['--testTimeout=3600000', '--reporter=default', '--reporter=json', `--outputFile.json=${reportFile}`];
const { failed } = await runSteps([
  { name: 'faults', command: ['vitest', 'run', ...(FILES.length > 0 ? FILES : ['test/faults', ...MORE]), ...words] },
]);
const rows = (await readFile(process.env.LIFEBOAT_FAULTS_REPORT, 'utf8').catch(() => ''))
  .split('\n')
  .filter(Boolean)
  .map((line) => JSON.parse(line) as Row);
const { numFailedTests = 1 } = JSON.parse(await readFile(reportFile, 'utf8').catch(() => '{}')) as { numFailedTests?: number };
await rm(folder, { recursive: true, force: true });

const sum = (of: (row: Row) => number | undefined) => rows.reduce((total, row) => total + (of(row) ?? 0), 0);
const line = (...cells: (string | number)[]) =>
  console.log(cells.map((cell, n) => (n === 0 ? String(cell).padEnd(62) : String(cell).padStart(10))).join(''));
line('', 'injected', 'told of', '5xx', 'hangs');
for (const row of rows) line(row.what, row.injected, row.detected ?? row.injected, row.fiveHundreds ?? 0, row.hangs ?? 0);
line(
  'in all',
  sum((row) => row.injected),
  sum((row) => row.detected ?? row.injected),
  sum((row) => row.fiveHundreds),
  sum((row) => row.hangs),
);
// A loss, a crash and a hang each fail the test that met it.
console.log(`tests that found a loss, a crash or a hang: ${numFailedTests}`);
process.exitCode = failed.length > 0 || sum((row) => row.fiveHundreds) + sum((row) => row.hangs) > 0 ? 1 : 0;
