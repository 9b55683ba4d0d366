import type { Command } from 'commander';
import type { Consistency } from '../backup/snapshot.ts';
import { connect } from './connect.ts';
import { checkWritable, downloadArchive } from './download.ts';
import { EXIT } from './exit-codes.ts';
import { bytes, printResult, say, table } from './output.ts';
import { failureText, type WatchedJob, watchJob } from './watch-job.ts';

interface Snapshot extends WatchedJob {
  clusterName: string;
  scheduledAt: string;
  finishedAt?: string | null;
  consistency?: Consistency | null;
  imported?: boolean;
  documents?: number | null;
  logicalBytes?: number | null;
  storedBytes?: number | null;
  newBytes?: number | null;
}

export function addSnapshotsCommand(program: Command): void {
  const snapshots = program.command('snapshots').description('Take, list and download snapshots');
  addTake(snapshots);
  addList(snapshots);
  addCancel(snapshots);
  addDelete(snapshots);
  addDownload(snapshots);
  addHold(snapshots, 'hold', 'Keep a snapshot until it is released, whatever its expiry says');
  addHold(snapshots, 'release', 'Let a snapshot that was held expire');
}

function addHold(snapshots: Command, word: 'hold' | 'release', description: string): void {
  snapshots
    .command(word)
    .argument('<cluster>')
    .argument('<id>')
    .option('--json', 'print JSON')
    .description(description)
    .action(async (cluster: string, id: string, options: { json?: boolean }) => {
      const client = await connect();
      const path = client.project(`clusters/${encodeURIComponent(cluster)}/snapshots/${id}`);
      const snapshot = await client.patch<Snapshot & { hold: boolean }>(path, { hold: word === 'hold' });
      printResult(
        snapshot,
        options.json,
        () => `Snapshot ${snapshot.id} of ${snapshot.clusterName} is ${snapshot.hold ? 'held' : 'released'}`,
      );
    });
}

function addTake(snapshots: Command): void {
  snapshots
    .command('take')
    .argument('<cluster>')
    .option('--wait', 'until it is done')
    .option('--json', 'print JSON')
    .description('Take a snapshot now')
    .action(async (cluster: string, options: { wait?: boolean; json?: boolean }) => {
      const client = await connect();
      const path = client.project(`clusters/${encodeURIComponent(cluster)}/snapshots`);
      const taken = await client.post<Snapshot>(path);
      const snapshot = options.wait ? await watchJob<Snapshot>(client, `${path}/${taken.id}`, cluster) : taken;
      printResult(snapshot, options.json, () => describe(snapshot));
      if (snapshot.status === 'FAILED') fail(snapshot);
    });
}

function addList(snapshots: Command): void {
  snapshots
    .command('list')
    .argument('<cluster>')
    .option('--json', 'print JSON')
    .description('List the snapshots of a cluster, oldest first')
    .action(async (cluster: string, options: { json?: boolean }) => {
      const client = await connect();
      const listed = await client.getAll<Snapshot>(client.project(`clusters/${encodeURIComponent(cluster)}/snapshots`));
      printResult(listed, options.json, () =>
        table(
          ['ID', 'STATUS', 'SCHEDULED', 'CONSISTENCY', 'DOCUMENTS', 'SIZE', 'NEW'],
          listed.map((s) => [
            s.id,
            s.status,
            s.scheduledAt,
            s.imported ? 'imported' : (s.consistency ?? '-'),
            String(s.documents ?? '-'),
            bytes(s.logicalBytes),
            bytes(s.newBytes),
          ]),
        ),
      );
    });
}

function addCancel(snapshots: Command): void {
  snapshots
    .command('cancel')
    .argument('<cluster>')
    .argument('<id>')
    .option('--json', 'print JSON')
    .description('Stop a snapshot that is waiting or running')
    .action(async (cluster: string, id: string, options: { json?: boolean }) => {
      const client = await connect();
      const snapshot = await client.post<Snapshot>(client.project(`clusters/${encodeURIComponent(cluster)}/snapshots/${id}/cancel`));
      printResult(snapshot, options.json, () => `Snapshot ${snapshot.id} is being cancelled`);
    });
}

function addDelete(snapshots: Command): void {
  snapshots
    .command('delete')
    .argument('<cluster>')
    .argument('<id>')
    .option('--json', 'print JSON')
    .description('Give a snapshot up: it is gone at once, and `gc` takes it out of the vault')
    .action(async (cluster: string, id: string, options: { json?: boolean }) => {
      const client = await connect();
      await client.delete(client.project(`clusters/${encodeURIComponent(cluster)}/snapshots/${id}`));
      printResult({ id, clusterName: cluster, deleted: true }, options.json, () => `Snapshot ${id} of ${cluster} is deleted`);
    });
}

function addDownload(snapshots: Command): void {
  snapshots
    .command('download')
    .argument('<cluster>')
    .argument('<id>')
    .requiredOption('--out <file>', 'where the .tar.gz goes; a broken download continues where it stopped')
    .option('--json', 'print JSON')
    .description('Download a snapshot as .tar.gz, in the layout of mongodump')
    .action(async (cluster: string, id: string, options: { out: string; json?: boolean }) => {
      await checkWritable(options.out);
      const client = await connect();
      const { projectId } = client.connection;
      const path = `/api/atlas/v1.0/groups/${projectId}/clusters/${encodeURIComponent(cluster)}/backup/tenant/download`;
      const job = await client.post<{ id: string; snapshotUrl: string; expirationDate: string }>(path, { snapshotId: id });
      const done = await downloadArchive(job.snapshotUrl, options.out);
      printResult({ restoreJobId: job.id, file: options.out, ...done }, options.json, () => `${options.out}: ${bytes(done.bytes)}`);
    });
}

function describe(snapshot: Snapshot): string {
  if (snapshot.status !== 'COMPLETED') return `Snapshot ${snapshot.id} of ${snapshot.clusterName} is ${snapshot.status}`;
  const size = `${snapshot.documents?.toLocaleString('en')} documents, ${bytes(snapshot.logicalBytes)}`;
  return `Snapshot ${snapshot.id} of ${snapshot.clusterName} COMPLETED (${snapshot.consistency}): ${size}, ${bytes(snapshot.newBytes)} new in the vault`;
}

function fail(snapshot: Snapshot): void {
  say(failureText('Snapshot', snapshot));
  process.exitCode = EXIT.failed;
}
