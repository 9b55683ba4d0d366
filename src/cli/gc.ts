import type { Command } from 'commander';
import { readConfig } from '../config.ts';
import { Foundation } from '../foundation.ts';
import { bytes, printResult } from './output.ts';

export function addGarbageCollectionCommand(program: Command): void {
  program
    .command('gc')
    .option('--dry-run', 'print the plan and change nothing')
    .option('--json', 'print JSON')
    .description('Remove what no snapshot uses from the vault; also works while `serve` is stopped')
    .action(async (options: { dryRun?: boolean; json?: boolean }) => {
      await using foundation = await Foundation.open(readConfig(process.env), 'either');
      if (options.dryRun) {
        const plan = await foundation.planGarbage();
        return printResult(plan, options.json, () => {
          const doomed = [...plan.condemn, ...plan.condemned, ...plan.unfinished, ...plan.orphans];
          return `${doomed.length} objects (${bytes(doomed.reduce((sum, object) => sum + object.bytes, 0))}) would go, ${plan.kept.objects} are in use`;
        });
      }
      const report = await foundation.collectGarbage();
      printResult(report, options.json, () => {
        const waiting = report.isWaiting ? '; more will go once the runs that may still need it have ended' : '';
        return `${report.deleted} objects (${bytes(report.deletedBytes)}) were deleted, ${report.kept} are in use${waiting}`;
      });
    });
}
