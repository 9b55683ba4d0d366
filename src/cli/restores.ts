import { type Command, Option } from 'commander';
import type { Client } from './client.ts';
import { connect } from './connect.ts';
import { EXIT } from './exit-codes.ts';
import { printResult, say, table } from './output.ts';
import { type Forecast, forecastText } from './restore-forecast.ts';
import { failureText, type WatchedJob, watchJob } from './watch-job.ts';

interface RestoreJob extends WatchedJob {
  clusterName: string;
  snapshotId: string;
  deliveryType: string;
  targetClusterName: string;
  projectId: string;
  scheduledAt: string;
  finishedAt?: string | null;
  safetySnapshotId?: string | null;
  verification?: { warnings?: string[]; differences?: string[] } | null;
}

interface StartOptions {
  snapshot: string;
  target: string;
  targetProject?: string;
  nsInclude: string[];
  nsExclude: string[];
  nsFrom: string[];
  nsTo: string[];
  keep?: boolean;
  inPlace?: boolean;
  onUnsupported?: string;
  safetySnapshot?: boolean;
  dryRun?: boolean;
  wait?: boolean;
  json?: boolean;
}

export function addRestoresCommand(program: Command): void {
  const restores = program.command('restores').description('Start, watch, cancel and undo restores');
  addStart(restores);
  addList(restores);
  addShow(restores);
  addVerb(restores, 'cancel', 'Stop a restore; refused once the target is being replaced', 'is being cancelled');
  addVerb(restores, 'resume', 'Go on with a restore that stopped while the target was being replaced', 'goes on');
  addUndo(restores);
}

const collect = (value: string, before: string[]) => [...before, value];

function addStart(restores: Command): void {
  restores
    .command('start')
    .argument('<cluster>', 'the cluster the snapshot was taken of')
    .requiredOption('--snapshot <id>')
    .requiredOption('--target <cluster>', 'the cluster to restore into')
    .option('--target-project <id>', "the target's project, if it is another one")
    .option('--ns-include <pattern>', 'only these namespaces (database.collection, * matches anything); may be repeated', collect, [])
    .option('--ns-exclude <pattern>', 'not these namespaces; may be repeated', collect, [])
    .option('--ns-from <pattern>', "rename, for example into another database: --ns-from 'shop.*' --ns-to 'shop_copy.*'", collect, [])
    .option('--ns-to <pattern>', 'rename: their new names, in the order of --ns-from', collect, [])
    .option('--keep', 'keep the collections of the target that the snapshot lacks (a selective restore always does)')
    .option('--in-place', 'over the old data instead of beside it: for time series, encrypted collections, sharded targets, full disks')
    .addOption(new Option('--on-unsupported <what>', 'when the target lacks a feature').choices(['fail', 'warn']).default('fail'))
    .option('--safety-snapshot', 'take a snapshot of the target first, for `restores undo` (the default where anything is replaced)')
    .option('--no-safety-snapshot', 'do not')
    .option('--dry-run', 'say what it would do, and do nothing')
    .option('--wait', 'until it is done')
    .option('--json', 'print JSON')
    .description('Restore a snapshot into a cluster')
    .action(async (cluster: string, options: StartOptions) => {
      const client = await connect();
      const path = client.project(`clusters/${encodeURIComponent(cluster)}/restoreJobs`);
      if (options.dryRun) {
        const forecast = await client.post<Forecast>(path, { ...requestOf(options), dryRun: true });
        printResult(forecast, options.json, () => forecastText(forecast));
        return;
      }
      await followRestore(client, path, cluster, await client.post<RestoreJob>(path, requestOf(options)), options);
    });
}

function requestOf(options: StartOptions): object {
  const { nsInclude, nsExclude, nsFrom, nsTo, safetySnapshot } = options;
  const patterns = Object.entries({ nsInclude, nsExclude, nsFrom, nsTo }).filter(([, list]) => list.length > 0);
  return {
    snapshotId: options.snapshot,
    targetClusterName: options.target,
    ...(options.targetProject && { targetProjectId: options.targetProject }),
    ...Object.fromEntries(patterns),
    ...(options.keep && { keep: true }),
    ...(options.inPlace && { mode: 'in-place' }),
    ...(options.onUnsupported === 'warn' && { onUnsupported: 'warn' }),
    ...(safetySnapshot !== undefined && { safetySnapshot }),
  };
}

/** Prints a job that was started, at its end where that is waited for. */
async function followRestore(
  client: Client,
  path: string,
  cluster: string,
  started: RestoreJob,
  options: { wait?: boolean; json?: boolean },
): Promise<void> {
  const job = options.wait ? await watchJob<RestoreJob>(client, `${path}/${started.id}`, started.targetClusterName) : started;
  printResult(job, options.json, () => `Restore ${job.id} of ${cluster} into ${job.targetClusterName} is ${job.status}`);
  for (const warning of job.verification?.warnings ?? []) say(`Warning: ${warning}`);
  if (job.safetySnapshotId)
    say(`Safety snapshot ${job.safetySnapshotId}: \`npx lifeboat restores undo ${cluster} ${job.id}\` brings it back.`);
  if (job.status === 'FAILED') {
    say(failureText('Restore', job));
    process.exitCode = EXIT.failed;
  }
}

function addUndo(restores: Command): void {
  restores
    .command('undo')
    .argument('<cluster>')
    .argument('<id>')
    .option('--wait', 'until it is done')
    .option('--json', 'print JSON')
    .description('Bring back what a restore replaced, from its safety snapshot')
    .action(async (cluster: string, id: string, options: { wait?: boolean; json?: boolean }) => {
      const client = await connect();
      const started = await client.post<RestoreJob>(client.project(`clusters/${encodeURIComponent(cluster)}/restoreJobs/${id}/undo`));
      // The snapshot is the target's own, and so is the job.
      const path = `/api/lifeboat/v1/projects/${started.projectId}/clusters/${encodeURIComponent(started.clusterName)}/restoreJobs`;
      await followRestore(client, path, started.clusterName, started, options);
    });
}

function addList(restores: Command): void {
  restores
    .command('list')
    .argument('<cluster>')
    .option('--json', 'print JSON')
    .description('List the restore jobs of a cluster, newest first')
    .action(async (cluster: string, options: { json?: boolean }) => {
      const client = await connect();
      const listed = await client.getAll<RestoreJob>(client.project(`clusters/${encodeURIComponent(cluster)}/restoreJobs`));
      printResult(listed, options.json, () =>
        table(
          ['ID', 'STATUS', 'DELIVERY', 'SNAPSHOT', 'TARGET', 'SCHEDULED'],
          listed.map((job) => [job.id, job.status, job.deliveryType, job.snapshotId, job.targetClusterName, job.scheduledAt]),
        ),
      );
    });
}

function addShow(restores: Command): void {
  restores
    .command('show')
    .argument('<cluster>')
    .argument('<id>')
    .option('--json', 'print JSON')
    .description('Show one restore job')
    .action(async (cluster: string, id: string, options: { json?: boolean }) => {
      const client = await connect();
      const job = await client.get<RestoreJob>(client.project(`clusters/${encodeURIComponent(cluster)}/restoreJobs/${id}`));
      printResult(job, options.json, () =>
        job.status === 'FAILED' ? failureText('Restore', job) : `Restore ${job.id} into ${job.targetClusterName} is ${job.status}`,
      );
    });
}

function addVerb(restores: Command, verb: 'cancel' | 'resume', description: string, done: string): void {
  restores
    .command(verb)
    .argument('<cluster>')
    .argument('<id>')
    .option('--json', 'print JSON')
    .description(description)
    .action(async (cluster: string, id: string, options: { json?: boolean }) => {
      const client = await connect();
      const job = await client.post<RestoreJob>(client.project(`clusters/${encodeURIComponent(cluster)}/restoreJobs/${id}/${verb}`));
      printResult(job, options.json, () => `Restore ${job.id} ${done}`);
    });
}
