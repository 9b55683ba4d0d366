import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { after, type Clock } from '../clock.ts';
import type { Db } from '../db/connection.ts';
import { insertFinishedSnapshot } from '../db/snapshots.ts';
import { Problem } from '../errors.ts';
import { newId } from '../ids.ts';
import { type DumpCollection, type DumpFolder, documentsOfDump, readDumpFolder } from '../vault/dump-folder.ts';
import type { SnapshotWriter } from '../vault/snapshot-writer.ts';
import type { Vault } from '../vault/vault.ts';
import { audited } from './audit-log.ts';
import type { Cluster } from './cluster.ts';
import type { JobProgress } from './restore-job.ts';
import type { Snapshot } from './snapshot.ts';
import { KEPT, snapshotFromRow } from './snapshots.ts';
import { inVaultRun } from './vault-run.ts';

export interface ImportOptions {
  db: Db;
  clock: Clock;
  vault: Vault;
  cluster: Cluster;
  /** What mongodump wrote, or what a download unpacks to. */
  folder: string;
  signal?: AbortSignal;
  onProgress?: (progress: JobProgress) => void;
}

/** A snapshot that was imported, and what of the folder was left out. */
export interface ImportedDump {
  snapshot: Snapshot;
  ignored: string[];
}

/**
 * Makes a dump a snapshot of the cluster: COMPLETED, `per-collection` (nobody knows how it was taken), and marked as imported. Its row is written when everything is in the
 * vault, so that an import that breaks off leaves no snapshot, and nothing but garbage that collection finds; one that breaks off between the two leaves a manifest that
 * `lifeboat vault adopt` gives a row: it is not removed here, since nobody can tell a commit that was lost from one whose answer was. Throws `unusable-dump`.
 */
export async function importDump(o: ImportOptions): Promise<ImportedDump> {
  const { db, clock } = o;
  const dump = await readDumpFolder(o.folder);
  checkDatabase(dump, o);
  const startedAt = clock.now();
  const snapshotId = newId(startedAt);
  const about = {
    snapshotId,
    projectId: o.cluster.projectId,
    clusterId: o.cluster.id,
    clusterName: o.cluster.name,
    mongodbVersion: dump.mongodbVersion ?? o.cluster.mongodbVersion,
    topology: 'unknown',
    imported: true as const,
    startedAt,
  };
  return inVaultRun(o, 'import', async (index, signal) => {
    const writer = o.vault.writeSnapshot(about, index);
    try {
      await writeDump(writer, dump, o, signal);
      const finishedAt = clock.now();
      const totals = await writer.finish({ finishedAt, consistency: 'per-collection' });
      const entry = {
        action: 'SNAPSHOT_IMPORTED',
        projectId: about.projectId,
        clusterName: about.clusterName,
        subject: snapshotId,
      } as const;
      const row = await audited(db, clock, entry, (transaction) =>
        insertFinishedSnapshot(transaction, {
          ...{ id: snapshotId, projectId: about.projectId, clusterId: about.clusterId, clusterName: about.clusterName },
          ...{ status: 'COMPLETED', consistency: 'per-collection', mongodbVersion: about.mongodbVersion },
          ...{ scheduledAt: startedAt, startedAt, finishedAt, expiresAt: after(startedAt, KEPT) },
          ...totals,
          imported: true,
        }),
      );
      return { snapshot: snapshotFromRow(row), ignored: dump.ignored };
    } catch (error) {
      await writer.abort();
      throw error;
    }
  });
}

/** A cluster that is one database of a shared server holds nothing else. */
function checkDatabase({ collections }: DumpFolder, { cluster, folder }: ImportOptions): void {
  const other = collections.find(({ database }) => cluster.database !== null && database !== cluster.database);
  if (!other) return;
  const what = `cluster ${cluster.name} is the database ${cluster.database} alone, and the dump has ${other.database}`;
  throw new Problem('unusable-dump', [folder, what]);
}

async function writeDump(writer: SnapshotWriter, dump: DumpFolder, o: ImportOptions, signal: AbortSignal): Promise<void> {
  const checksums = await readChecksums(o.folder);
  const sum = { documents: 0, bytes: 0, phase: 'importing' };
  for (const { data, ...collection } of dump.collections) {
    const open = writer.openCollection(collection);
    if (data) {
      for await (const run of documentsOfDump(data)) {
        signal.throwIfAborted();
        await open.write(run);
        sum.documents += run.documents;
        sum.bytes += run.bytes.length;
        o.onProgress?.({ ...sum, namespace: `${collection.database}.${collection.name}` });
      }
    }
    const { sha256 } = await open.close();
    checkSum(checksums, collection, data, sha256);
  }
}

/** Of a download of ours: the SHA-256 of each file of documents. */
type Checksums = Map<string, string>;

const LARGEST_MANIFEST = 256 * 1024 * 1024;

async function readChecksums(folder: string): Promise<Checksums> {
  const path = join(folder, 'manifest.json');
  const handle = await open(path).catch(() => null);
  if (!handle) return new Map();
  try {
    if ((await handle.stat()).size > LARGEST_MANIFEST) throw new RangeError('it is too large');
    const { collections } = JSON.parse((await handle.readFile()).toString()) as { collections: ManifestEntry[] };
    return new Map(collections.flatMap(({ database, name, data }) => (data ? [[JSON.stringify([database, name]), data.sha256]] : [])));
  } catch (error) {
    throw new Problem('unusable-dump', [path, (error as Error).message], { cause: error });
  } finally {
    await handle.close();
  }
}

interface ManifestEntry {
  database: string;
  name: string;
  data: { sha256: string } | null;
}

function checkSum(checksums: Checksums, { database, name }: Omit<DumpCollection, 'data'>, data: string | null, sha256: string): void {
  const expected = checksums.get(JSON.stringify([database, name]));
  if (expected === undefined || expected === sha256) return;
  throw new Problem('unusable-dump', [data ?? `${database}.${name}`, 'its documents are not those that manifest.json names']);
}
