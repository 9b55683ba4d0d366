import type { Command } from 'commander';
import { connect } from './connect.ts';
import { EXIT } from './exit-codes.ts';
import { printResult, say, table } from './output.ts';
import { failureText, type WatchedJob, watchJob } from './watch-job.ts';

interface RestoreJob extends WatchedJob {
  clusterName: string;
  snapshotId: string;
  deliveryType: string;
  targetClusterName: string;
  scheduledAt: string;
  finishedAt?: string | null;
}

interface StartOptions {
  snapshot: string;
  target: string;
  targetProject?: string;
  nsInclude: string[];
  nsExclude: string[];
  nsFrom: string[];
  nsTo: string[];
  wait?: boolean;
  json?: boolean;
}

export function addRestoresCommand(program: Command): void {
  const restores = program.command('restores').description('Start, watch and cancel restores');
  addStart(restores);
  addList(restores);
  addShow(restores);
  addVerb(restores, 'cancel', 'Stop a restore; refused once the target is being replaced', 'is being cancelled');
  addVerb(restores, 'resume', 'Go on with a restore that stopped while the target was being replaced', 'goes on');
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
    .option('--ns-from <pattern>', 'rename: the namespaces to rename; may be repeated', collect, [])
    .option('--ns-to <pattern>', 'rename: their new names, in the order of --ns-from', collect, [])
    .option('--wait', 'until it is done')
    .option('--json', 'print JSON')
    .description('Restore a snapshot into a cluster')
    .action(async (cluster: string, options: StartOptions) => {
      const client = await connect();
      const path = client.project(`clusters/${encodeURIComponent(cluster)}/restoreJobs`);
      const started = await client.post<RestoreJob>(path, {
        snapshotId: options.snapshot,
        targetClusterName: options.target,
        ...(options.targetProject && { targetProjectId: options.targetProject }),
        ...(options.nsInclude.length > 0 && { nsInclude: options.nsInclude }),
        ...(options.nsExclude.length > 0 && { nsExclude: options.nsExclude }),
        ...(options.nsFrom.length > 0 && { nsFrom: options.nsFrom }),
        ...(options.nsTo.length > 0 && { nsTo: options.nsTo }),
      });
      const job = options.wait ? await watchJob<RestoreJob>(client, `${path}/${started.id}`, options.target) : started;
      printResult(job, options.json, () => `Restore ${job.id} of ${cluster} into ${job.targetClusterName} is ${job.status}`);
      if (job.status === 'FAILED') {
        say(failureText('Restore', job));
        process.exitCode = EXIT.failed;
      }
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
