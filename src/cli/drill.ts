import type { Command } from 'commander';
import { connect } from './connect.ts';
import { EXIT } from './exit-codes.ts';
import { printResult, say, table } from './output.ts';
import { failureText, type WatchedJob, watchJob } from './watch-job.ts';

interface Drill extends WatchedJob {
  clusterName: string;
  targetClusterName: string;
  snapshotId: string;
  scheduledAt: string;
  durationSeconds?: number | null;
  documents?: number | null;
  documentsPerSecond?: number | null;
  verdict?: string | null;
  differences: string[];
  warnings: string[];
}

interface DrillOptions {
  target?: string;
  wait?: boolean;
  list?: boolean;
  json?: boolean;
}

export function addDrillCommand(program: Command): void {
  program
    .command('drill')
    .argument('<cluster>')
    .option('--target <cluster>', 'where it is rehearsed (the cluster itself)')
    .option('--wait', 'until it is done')
    .option('--list', 'the drills there were, instead of a new one')
    .option('--json', 'print JSON')
    .description('Rehearse a restore of the newest snapshot: load it under names of its own, compare, drop it, report')
    .action(async (cluster: string, options: DrillOptions) => {
      const client = await connect();
      const path = client.project(`clusters/${encodeURIComponent(cluster)}/drills`);
      if (options.list) {
        const listed = await client.getAll<Drill>(path);
        printResult(listed, options.json, () => tableOf(listed));
        return;
      }
      const started = await client.post<Drill>(path, options.target && { targetClusterName: options.target });
      const drill = options.wait ? await watchJob<Drill>(client, `${path}/${started.id}`, cluster) : started;
      printResult(drill, options.json, () => describe(drill));
      for (const warning of drill.warnings) say(`Warning: ${warning}`);
      if (drill.status !== 'FAILED') return;
      say([failureText('Drill', drill), ...drill.differences].join('\n'));
      process.exitCode = EXIT.failed;
    });
}

function describe(drill: Drill): string {
  const { clusterName, snapshotId, targetClusterName } = drill;
  if (drill.verdict !== 'proven') return `Drill ${drill.id} of ${clusterName} on ${targetClusterName} is ${drill.verdict ?? drill.status}`;
  const done = `${drill.documents?.toLocaleString('en')} documents in ${drill.durationSeconds} s (${drill.documentsPerSecond?.toLocaleString('en')}/s)`;
  return `Snapshot ${snapshotId} of ${clusterName} is proven: restored on ${targetClusterName} and found equal, ${done}`;
}

function tableOf(drills: Drill[]): string {
  return table(
    ['ID', 'VERDICT', 'SNAPSHOT', 'TARGET', 'SCHEDULED', 'SECONDS', 'DOCUMENTS/S'],
    drills.map((drill) => [
      ...[drill.id, drill.verdict ?? drill.status, drill.snapshotId, drill.targetClusterName, drill.scheduledAt],
      ...[String(drill.durationSeconds ?? '-'), String(drill.documentsPerSecond ?? '-')],
    ]),
  );
}
