import type { Command } from 'commander';
import { readConfig } from '../config.ts';
import { Foundation } from '../foundation.ts';
import { EXIT } from './exit-codes.ts';
import { ProgressBar, printResult } from './output.ts';

export function addRepairCommand(program: Command): void {
  program
    .command('repair')
    .option('--json', 'print JSON')
    .description('Verify the vault, and read what is damaged again from the deployments; exit code 1 when something stays lost')
    .action(async (options: { json?: boolean }) => {
      await using foundation = await Foundation.open(readConfig(process.env), 'either');
      const bar = new ProgressBar('repair');
      const report = await foundation.repair((progress) => bar.update({ ...progress, phase: 'verifying' })).finally(() => bar.stop());
      printResult({ ok: report.lost.length === 0, ...report }, options.json, () => {
        const { damaged, missing } = report.found;
        if (damaged.length + missing.length === 0) return 'All whole: there is nothing to repair';
        return [
          `${damaged.length} objects were damaged and ${missing.length} missing; ${report.lost.length} still are`,
          ...report.repaired.map((id) => `repaired snapshot ${id}`),
          ...report.unread.map(({ clusterName, what }) => `not read again: ${clusterName}: ${what}`),
          ...(report.unread.length > 0 ? ['Run it again when those can be read.'] : []),
          ...report.lost.map(({ object, snapshots }) => `still damaged  ${object} (snapshots ${snapshots.join(', ') || 'unknown'})`),
        ].join('\n');
      });
      if (report.lost.length > 0) process.exitCode = EXIT.failed;
    });
}
