import { randomUUID } from 'node:crypto';
import { findClusterById, updateClusterVersion } from '../../db/clusters.ts';
import { lockDeployment } from '../../db/deployment-lock.ts';
import { isBeingRestored, isRestoreNext, isSafetySnapshot } from '../../db/restores.ts';
import {
  beginSnapshot,
  completeSnapshot,
  countSnapshotFailure,
  countSnapshotHandover,
  failSnapshot,
  findSnapshot,
  isBeingSnapshotted,
  reportSnapshot,
  type SnapshotRow,
} from '../../db/snapshots.ts';
import { beatVaultRun, endVaultRun, startVaultRun } from '../../db/vault-runs.ts';
import { type CatalogCollection, readCatalog } from '../../engine/catalog.ts';
import { type ConsistencyLabel, watchConsistency } from '../../engine/consistency.ts';
import type { Deployment } from '../../engine/deployment.ts';
import { forEachCollection } from '../../engine/each-collection.ts';
import { engineError, HistoryLost } from '../../engine/errors.ts';
import { namespaceText } from '../../engine/namespaces.ts';
import { type ReadOptions, readCollection } from '../../engine/raw-reader.ts';
import type { CollectionDigest } from '../../engine/verification.ts';
import { Problem } from '../../errors.ts';
import type { FinishedSnapshot } from '../../vault/manifest.ts';
import type { SnapshotWriter } from '../../vault/snapshot-writer.ts';
import { jobEvent, recordEvent, recorded } from '../events.ts';
import { SNAPSHOT_BEFORE } from '../snapshots.ts';
import { chunkIndexOf } from '../vault-index.ts';
import { Attempt, CRASH_LIMIT, FAILURE_LIMIT, killsItsWorkers, mayPass, settleFailure, wasReached } from './attempt.ts';
import type { WorkParts } from './parts.ts';
import { checkStoreRoom } from './snapshot-room.ts';
import { busy, requireHostRoom } from './turns.ts';

const RETRY_SECONDS = 3;

/** The job `snapshot.take`: reads everything from the cluster into the vault. COMPLETED is written only after the manifest is durable. */
export async function takeSnapshot(parts: WorkParts, snapshotId: string, signal: AbortSignal): Promise<void> {
  const row = await begin(parts, snapshotId);
  if (!row) return;
  const { db, clock } = parts;
  const fail = async (failure: object, cancelled: boolean) =>
    void (await recorded(db, clock, jobEvent('TENANT_SNAPSHOT_FAILED', row), (transaction) =>
      failSnapshot(transaction, row.id, row.attempt, SNAPSHOT_BEFORE.fail, { finishedAt: clock.now(), failure, cancelled }),
    ));
  if (killsItsWorkers(row)) return fail(failureFor(new Problem('worker-lost', [CRASH_LIMIT])), false);
  // No id that anybody sees: an attempt more takes none of them.
  const runId = randomUUID();
  const attempt = new Attempt(signal, { documents: 0, bytes: 0, phase: 'connecting' }, async (progress) => {
    await beatVaultRun(db, runId);
    return reportSnapshot(db, row.id, row.attempt, progress);
  });
  try {
    await startVaultRun(db, runId, 'snapshot');
    await run(parts, row, runId, attempt);
  } catch (error) {
    await attempt.end();
    parts.logger.warn({ err: error, snapshotId }, 'an attempt at a snapshot ended early');
    await settleFailure(attempt.signal.aborted ? attempt.signal.reason : error, {
      stopping: signal,
      mayPass,
      limit: FAILURE_LIMIT,
      retryAfterSeconds: RETRY_SECONDS,
      count: () => countSnapshotFailure(db, row.id, row.attempt),
      handOver: () => countSnapshotHandover(db, row.id, row.attempt),
      fail,
    });
  } finally {
    await attempt.end();
    await endVaultRun(db, runId);
  }
}

function failureFor(problem: Problem): object {
  return { code: problem.code, message: problem.message };
}

/** Begins an attempt, unless the deployment is being restored or snapshotted: then later. `null` when the snapshot has ended. */
async function begin(parts: WorkParts, snapshotId: string): Promise<SnapshotRow | null> {
  const { db, clock } = parts;
  return db.transaction().execute(async (transaction) => {
    const snapshot = await findSnapshot(transaction, snapshotId);
    const cluster = snapshot && (await findClusterById(transaction, snapshot.clusterId));
    if (!snapshot || !cluster) return null;
    await lockDeployment(transaction, cluster.deployment);
    if (await isBeingRestored(transaction, cluster.deployment)) throw busy(clock, snapshot, 'the cluster is being restored');
    if (await isBeingSnapshotted(transaction, cluster.deployment, snapshotId)) throw busy(clock, snapshot, 'another snapshot runs');
    // As soon as one snapshot ends the next is begun: a restore, which asks now and then, would wait for all of them.
    const isUnderWay = snapshot.status === 'RUNNING';
    if (!isUnderWay && (await isRestoreNext(transaction, cluster.deployment)))
      throw busy(clock, snapshot, 'a restore of the cluster is next');
    await requireHostRoom(parts, transaction, cluster.deployment, snapshot);
    const row = await beginSnapshot(transaction, snapshotId, SNAPSHOT_BEFORE.begin, clock.now());
    if (row && !snapshot.startedAt) await recordEvent(transaction, clock, jobEvent('TENANT_SNAPSHOT_STARTED_AUDIT', row));
    return row;
  });
}

async function run(parts: WorkParts, row: SnapshotRow, runId: string, attempt: Attempt): Promise<void> {
  const deployment = await parts.clusters.open(row.clusterId, 'source-unavailable', { wasThere: wasReached(row), signal: attempt.signal });
  try {
    await updateClusterVersion(parts.db, row.clusterId, deployment.version, deployment.topology);
    // The server may forget the moment before all is read at it: then what it has now is read, and the label says so.
    const outcome = await write(parts, row, runId, deployment, attempt, true).catch((error) => {
      if (!(error instanceof HistoryLost)) throw error;
      return write(parts, row, runId, deployment, attempt, false);
    });
    await attempt.end();
    // When the fence refuses, another attempt has the snapshot: it finds the manifest there, and completes with the same.
    await recorded(parts.db, parts.clock, jobEvent('TENANT_SNAPSHOT_COMPLETED_AUDIT', row), (transaction) =>
      completeSnapshot(transaction, row.id, row.attempt, outcome),
    );
  } finally {
    await deployment.close();
  }
}

/** Writes the whole snapshot; it exists when this resolves. */
async function write(
  parts: WorkParts,
  row: SnapshotRow,
  runId: string,
  deployment: Deployment,
  attempt: Attempt,
  snapshotReads: boolean,
): Promise<FinishedSnapshot> {
  const { id: snapshotId, projectId, clusterId, clusterName } = row;
  const { version: mongodbVersion, topology } = deployment;
  const header = { snapshotId, projectId, clusterId, clusterName, mongodbVersion, topology, startedAt: row.startedAt! };
  // What a restore replaces can be brought back from nothing else.
  const rereads = parts.rereads === 'always' || (await isSafetySnapshot(parts.db, snapshotId));
  const isSuperseded = async () => (await findSnapshot(parts.db, snapshotId))?.attempt !== row.attempt;
  const writer = parts.vault.writeSnapshot(header, chunkIndexOf(parts.db, runId, { isSuperseded }), { rereads });
  try {
    const consistency = await readEverything(parts, row, deployment, writer, attempt, snapshotReads);
    attempt.report({ ...attempt.progress, phase: 'finishing' });
    return await writer.finish({ finishedAt: parts.clock.now(), consistency });
  } catch (error) {
    await writer.abort();
    throw error;
  }
}

async function readEverything(
  parts: WorkParts,
  row: SnapshotRow,
  deployment: Deployment,
  writer: SnapshotWriter,
  attempt: Attempt,
  snapshotReads: boolean,
): Promise<ConsistencyLabel> {
  const { signal } = attempt;
  const catalog = await readCatalog(deployment, { signal });
  // What an earlier attempt stored is shared, and has taken its room already.
  if (row.attempt === 1) await checkStoreRoom(parts, row, deployment.product, catalog);
  const watch = await watchConsistency(deployment, catalog, { newDigest: () => parts.vault.newDigest(), snapshotReads });
  const progress = startProgress(catalog);
  const digests: (CollectionDigest | null)[] = catalog.map(() => null);
  const copy = async (collection: CatalogCollection, number: number, stop: AbortSignal) => {
    digests[number] = await copyCollection(
      deployment,
      collection,
      writer,
      { signal: stop, readAt: watch.readAt, reuseMemory: true },
      (documents, bytes) => {
        progress.documents += documents;
        progress.bytes += bytes;
        progress.namespace = `${collection.database}.${collection.name}`;
        attempt.report(progress);
      },
    );
  };
  await forEachCollection(catalog, copy, signal);
  attempt.report({ ...progress, phase: 'proving consistency' });
  return watch.conclude(digests, { signal });
}

function startProgress(catalog: readonly CatalogCollection[]) {
  const sum = (of: (collection: CatalogCollection) => number) => catalog.reduce((total, collection) => total + of(collection), 0);
  return {
    documents: 0,
    bytes: 0,
    totalDocuments: sum((collection) => collection.estimatedDocuments),
    totalBytes: sum((collection) => collection.estimatedBytes),
    phase: 'reading',
    namespace: '',
  };
}

/** Answers the digest of what was read; `null` of a view, which has no documents. */
async function copyCollection(
  deployment: Deployment,
  collection: CatalogCollection,
  writer: SnapshotWriter,
  options: ReadOptions,
  onRead: (documents: number, bytes: number) => void,
): Promise<CollectionDigest | null> {
  const { database, name, kind, options: collectionOptions, indexes, uuid, readOrder } = collection;
  const target = writer.openCollection({ database, name, kind, options: collectionOptions, indexes, uuid, readOrder });
  if (kind !== 'view') {
    for await (const documents of readCollection(deployment, collection, options)) {
      await target.write(documents).catch((error) => Promise.reject(engineError(error, `to read ${namespaceText(collection)}`)));
      onRead(documents.documents, documents.bytes.length);
    }
  }
  const totals = await target.close();
  return kind === 'view' ? null : totals.digest;
}
