import { type Command, InvalidArgumentError } from 'commander';
import { readConfig } from '../config.ts';
import { Foundation } from '../foundation.ts';
import { type Id, isId } from '../ids.ts';
import { EXIT } from './exit-codes.ts';
import { bytes, ProgressBar, printResult } from './output.ts';

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
      printResult({ ok: !isDamaged, ...report }, options.json, () => {
        const lines = [
          `${report.snapshots} snapshots, ${report.objects} objects, ${bytes(report.bytes)} read: ${isDamaged ? 'DAMAGED' : 'all whole'}`,
        ];
        for (const { object, what, snapshots } of report.damaged)
          lines.push(`damaged  ${object}: ${what} (snapshots ${snapshots.join(', ') || 'unknown'})`);
        for (const { object, snapshots } of report.missing) lines.push(`missing  ${object} (snapshots ${snapshots.join(', ')})`);
        for (const object of report.surplus) lines.push(`surplus  ${object}`);
        return lines.join('\n');
      });
      if (isDamaged) process.exitCode = EXIT.failed;
    });
}

function parseId(text: string): Id {
  if (!isId(text)) throw new InvalidArgumentError('24 hexadecimal digits are expected.');
  return text;
}
