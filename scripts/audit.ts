/** `npm run audit`: whether an advisory is known for a package that ships. Fails on high and critical ones; says so where the registry has no audit endpoint. */
import { execFile } from 'node:child_process';
import { verdictOf } from './audit-verdict.ts';

const output = await new Promise<string>((resolve) => {
  // It ends with 1 for any advisory and for no answer alike: what it printed tells which.
  execFile('npm', ['audit', '--omit=dev', '--json'], { timeout: 120_000, maxBuffer: 64 << 20 }, (_error, stdout) => resolve(stdout));
});
const { is, lines } = verdictOf(output);
for (const line of lines) console.log(line);
process.exitCode = is === 'vulnerable' ? 1 : 0;
