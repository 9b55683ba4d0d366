/** `npm test`: builds what the tests stand on, then runs every check. Ends with the line `N passed, N failed`. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildAllTools } from './build-tools.ts';
import { buildConsoleIfChanged } from './console.ts';
import { buildNativeIfPossible } from './native.ts';
import { runSteps, STATIC_CHECKS } from './steps.ts';

interface VitestReport {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  testResults: { status: string; assertionResults: unknown[] }[];
}

await buildAllTools();
await buildNativeIfPossible();
await buildConsoleIfChanged();
const folder = await mkdtemp(join(tmpdir(), 'lifeboat-report-'));
const reportFile = join(folder, 'vitest.json');
const { passed, failed } = await runSteps([
  ...STATIC_CHECKS,
  { name: 'tests', command: ['vitest', 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${reportFile}`] },
]);
const report = await readFile(reportFile, 'utf8').then(
  (text) => JSON.parse(text) as VitestReport,
  () => null,
);
await rm(folder, { recursive: true, force: true });

// A file that did not even load holds no test that could count as failed.
const broken = report?.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0).length ?? 0;
const staticPassed = passed.filter((name) => name !== 'tests').length;
const staticFailed = failed.filter((name) => name !== 'tests').length;
const failures = (report?.numFailedTests ?? 0) + broken + staticFailed;
// vitest can also fail as a whole (an unhandled error, no report): that is one failure more, never none.
const failedInAll = failed.includes('tests') && failures === staticFailed ? failures + 1 : failures;
const skipped = report?.numPendingTests ?? 0;
console.log(`${(report?.numPassedTests ?? 0) + staticPassed} passed, ${failedInAll} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exitCode = failedInAll > 0 ? 1 : 0;
