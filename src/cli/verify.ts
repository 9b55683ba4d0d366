import { type Command, InvalidArgumentError } from 'commander';
import { readConfig } from '../config.ts';
import { Foundation } from '../foundation.ts';
import { type Id, isId } from '../ids.ts';
import type { VerifyReport } from '../vault/verify.ts';
import { EXIT } from './exit-codes.ts';
import { bytes, ProgressBar, printResult } from './output.ts';

const REMEDY = `Chunks (chunks/...) are written anew by the next snapshot that still finds their documents, and every snapshot that has them is whole again.
Of a damaged snapshot, \`npx lifeboat extract\` keeps what is left.`;

export function addVerifyCommand(program: Command): void {
  program
    .command('verify')
    .option('--snapshot <id>', 'this snapshot only', parseId)
    .option('--json', 'print JSON')
    .description('Read the whole vault again and check every byte; exit code 1 on damage; also works while `serve` is stopped')
    .action(async (options: { snapshot?: string; json?: boolean }) => {
      await using foundation = await Foundation.open(readConfig(process.env), 'either');
      const bar = new ProgressBar('verify');
      const report = await foundation
        .verify({ snapshotId: options.snapshot, onProgress: (progress) => bar.update({ ...progress, phase: 'verifying' }) })
        .finally(() => bar.stop());
      const isDamaged = report.damaged.length + report.missing.length > 0;
      printResult({ ok: !isDamaged, ...report }, options.json, () => textOf(report, isDamaged));
      if (isDamaged) process.exitCode = EXIT.failed;
    });
}

function textOf({ snapshots, objects, bytes: read, ...found }: VerifyReport, isDamaged: boolean): string {
  return [
    `${snapshots} snapshots, ${objects} objects, ${bytes(read)} read: ${isDamaged ? 'DAMAGED' : 'all whole'}`,
    ...found.damaged.map(({ object, what, snapshots: of }) => `damaged  ${object}: ${what} (snapshots ${of.join(', ') || 'unknown'})`),
    ...found.missing.map(({ object, snapshots: of }) => `missing  ${object} (snapshots ${of.join(', ')})`),
    ...(isDamaged ? [REMEDY] : []),
    ...found.surplus.map((object) => `surplus  ${object}`),
  ].join('\n');
}

function parseId(text: string): Id {
  if (!isId(text)) throw new InvalidArgumentError('24 hexadecimal digits are expected.');
  return text;
}
