import type { Command } from 'commander';
import { openFoundation } from '../app.ts';
import { readConfig } from '../config.ts';
import { bytes, printResult } from './output.ts';

export function addGarbageCollectionCommand(program: Command): void {
  program
    .command('gc')
    .option('--dry-run', 'print the plan and change nothing')
    .option('--json', 'print JSON')
    .description('Remove what no snapshot uses from the vault; also works while `serve` is stopped')
    .action(async (options: { dryRun?: boolean; json?: boolean }) => {
      await using foundation = await openFoundation(readConfig(process.env), 'either');
      const report = await foundation.collectGarbage({ dryRun: options.dryRun ?? false });
      printResult(report, options.json, () => {
        const verb = options.dryRun ? 'would be' : 'were';
        return `${report.deleted} objects (${bytes(report.deletedBytes)}) ${verb} deleted, ${report.condemned} ${verb} condemned, ${report.kept} are in use`;
      });
    });
}
