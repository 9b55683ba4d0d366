import { resolve } from 'node:path';
import type { Command } from 'commander';
import { importDump } from '../backup/imports.ts';
import { readConfig } from '../config.ts';
import { Problem } from '../errors.ts';
import { Foundation } from '../foundation.ts';
import { bytes, ProgressBar, printResult, say } from './output.ts';
import { loadProfile } from './profile.ts';

export function addImportCommand(program: Command): void {
  program
    .command('import')
    .argument('<folder>', 'what mongodump wrote (plain or with --gzip), or an unpacked download')
    .requiredOption('--cluster <name>', 'the registered cluster that it becomes a snapshot of')
    .option('--json', 'print JSON')
    .description('Make a mongodump folder a snapshot of a cluster; also works while `serve` is stopped')
    .action(async (folder: string, options: { cluster: string; json?: boolean }) => {
      const config = readConfig(process.env);
      const projectId = config.clientProject ?? (await loadProfile(config.data))?.projectId;
      if (!projectId) throw new Problem('not-initialized', []);
      await using foundation = await Foundation.open(config, 'either');
      const { db, clock } = foundation;
      const cluster = await foundation.clusters.get(projectId, options.cluster);
      const bar = new ProgressBar(options.cluster);
      const { snapshot, ignored } = await importDump({
        ...{ db, clock, cluster, vault: await foundation.vault(), folder: resolve(folder) },
        onProgress: (progress) => bar.update(progress),
      }).finally(() => bar.stop());
      for (const path of ignored) say(`not imported: ${path}`);
      printResult({ ...snapshot, ignored }, options.json, () => {
        const size = `${snapshot.documents?.toLocaleString('en')} documents, ${bytes(snapshot.logicalBytes)}`;
        return `Snapshot ${snapshot.id} of ${snapshot.clusterName} imported: ${size}, ${bytes(snapshot.newBytes)} new in the vault`;
      });
    });
}
