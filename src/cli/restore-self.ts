import { resolve } from 'node:path';
import type { Command } from 'commander';
import { loadMasterKey } from '../backup/master-key.ts';
import { checkSelfBackup } from '../backup/self-restore.ts';
import { masterKeyFile, readConfig } from '../config.ts';
import { Foundation } from '../foundation.ts';
import { EXIT } from './exit-codes.ts';
import { printResult, say } from './output.ts';

export function addRestoreSelfCommand(program: Command): void {
  program
    .command('restore-self')
    .argument('<file>', 'what `backup-self` wrote')
    .option('--check', 'read all of it with the master key, and change nothing')
    .option('--rehearsal', 'leave the vault to the installation that was backed up: this one can read it, and write nothing')
    .option('--json', 'print JSON')
    .description("Make an installation of a backup of Lifeboat's own metadata, in an empty database, under the same master key")
    .action(async (name: string, options: { check?: boolean; rehearsal?: boolean; json?: boolean }) => {
      const file = resolve(name);
      const config = readConfig(process.env);
      if (options.check) {
        const report = await checkSelfBackup(file, await loadMasterKey(config.key, masterKeyFile(config), false));
        const rows = Object.values(report.tables).reduce((sum, count) => sum + count, 0);
        return printResult({ ok: true, ...report }, options.json, () => `whole: ${rows} rows, as they were at ${report.createdAt}`);
      }
      const { installationId, ended, vault } = await Foundation.restoreSelf(config, file, { adopt: !options.rehearsal });
      printResult({ installationId, ended, vault }, options.json, () =>
        [
          `Installation ${installationId} was made of ${file}`,
          ...(vault?.found ?? []).map((id) => `found in the vault: snapshot ${id}`),
          ...ended.completed.map((id) => `was under way, and is whole in the vault: snapshot ${id}`),
          ...ended.failed.map((id) => `was under way, and is FAILED now: job ${id}`),
          ...(vault?.missing ?? []).map(({ snapshotId, clusterName }) => `not in the vault: snapshot ${snapshotId} of ${clusterName}`),
          ...(vault?.ofUnknownClusters ?? []).map(
            ({ snapshotId, clusterName }) =>
              `in the vault, of a cluster that is not registered here: snapshot ${snapshotId} of ${clusterName}`,
          ),
          ...(vault?.unreadable ?? []).map(({ snapshotId, what }) => `cannot be read: snapshot ${snapshotId}: ${what}`),
        ].join('\n'),
      );
      if (vault && vault.missing.length > 0)
        say('Nothing is collected until those are back in the vault, or deleted (`npx lifeboat snapshots delete`).');
      if (vault)
        say(
          options.rehearsal
            ? 'The vault still belongs to the installation that was backed up: do not collect or snapshot here.'
            : 'The vault belongs to this installation now: the one that was backed up can write nothing to it any more, should it still run.',
        );
      if (vault && vault.unreadable.length > 0) process.exitCode = EXIT.failed;
    });
}
