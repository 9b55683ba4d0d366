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
  /** Told of or made good. */
  detected?: number;
  lost?: number;
  fiveHundreds?: number;
  crashes?: number;
  hangs?: number;
  cuts?: number;
}

interface VitestReport {
  testResults: { assertionResults: { fullName: string; status: string; failureMessages: string[] }[] }[];
}

const FILES = process.argv.slice(2);
/** Beside test/faults: 400 simulated days of schedules, properties over hostile bytes, and the kills of restores at chosen commands. */
const MORE = ['test/backup/simulated-year', 'test/bson/documents', 'test/engine/cursor-reply', 'test/e2e/killed'];

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
const report = JSON.parse(await readFile(reportFile, 'utf8').catch(() => '{"testResults":[]}')) as VitestReport;
await rm(folder, { recursive: true, force: true });
rows.push(...failures(report));

/** What several tests injected of one kind is one row. */
const kinds = new Map<string, Row>();
for (const row of rows) {
  const { what, ...counts } = { detected: row.injected, ...row };
  const sum = kinds.get(what) ?? { what, injected: 0 };
  for (const [name, count] of Object.entries(counts)) Object.assign(sum, { [name]: (sum[name as 'injected'] ?? 0) + (count as number) });
  kinds.set(what, sum);
}

const COLUMNS: [title: string, of: (row: Row) => number][] = [
  ['injected', (row) => row.injected],
  ['detected', (row) => row.detected ?? 0],
  ['lost', (row) => row.lost ?? 0],
  ['5xx', (row) => row.fiveHundreds ?? 0],
  ['crashes', (row) => row.crashes ?? 0],
  ['hangs', (row) => row.hangs ?? 0],
  ['cuts', (row) => row.cuts ?? 0],
];
const line = (name: string, cells: (string | number)[]) =>
  console.log(name.padEnd(70) + cells.map((cell) => String(cell).padStart(10)).join(''));
line(
  '',
  COLUMNS.map(([title]) => title),
);
for (const row of kinds.values())
  line(
    row.what,
    COLUMNS.map(([, of]) => of(row)),
  );
const sums = COLUMNS.map(([, of]) => [...kinds.values()].reduce((total, row) => total + of(row), 0));
line('in all', sums);
const mustBeZero = sums.slice(2).reduce((total, sum) => total + sum, 0);
process.exitCode = failed.length > 0 || mustBeZero > 0 ? 1 : 0;

/** A test that failed is a promise that was not kept: one that never ended is a hang, every other a loss. */
function failures({ testResults }: VitestReport): Row[] {
  return testResults
    .flatMap((file) => file.assertionResults)
    .filter(({ status }) => status === 'failed')
    .map(({ fullName, failureMessages }) => ({
      what: fullName,
      injected: 1,
      detected: 0,
      ...(failureMessages.some((message) => message.includes('timed out')) ? { hangs: 1 } : { lost: 1 }),
    }));
}
