import { after, type Clock, DAY } from '../clock.ts';
import type { Db, Within } from '../db/connection.ts';
import {
  deleteSnapshot,
  failSnapshot,
  findSnapshot,
  insertSnapshot,
  listSnapshots,
  requestSnapshotCancel,
  type SnapshotFilter,
  type SnapshotRow,
  setSnapshotExpiry,
  setSnapshotStatus,
} from '../db/snapshots.ts';
import { Problem } from '../errors.ts';
import { type Id, isId, newId } from '../ids.ts';
import type { Queue } from '../jobs/queue.ts';
import type { Listed, Page } from '../page.ts';
import { type AuditedAction, audit, audited, type NewAuditEntry } from './audit-log.ts';
import type { Actor } from './caller.ts';
import type { Cluster } from './cluster.ts';
import type { Clusters } from './clusters.ts';
import { jobEvent, recorded } from './events.ts';
import { CANCELLED } from './job-failure.ts';
import { type Consistency, type Snapshot, type SnapshotStatus, snapshotStatusesBefore } from './snapshot.ts';

/** How long Atlas keeps a snapshot of a shared cluster. */
export const KEPT = 8 * DAY;

export interface TakeOptions {
  /** For how long, in milliseconds; as Atlas keeps those of a shared cluster when absent. */
  kept?: number | undefined;
  description?: string | undefined;
  /** Who asks, for the audit log. */
  by?: Actor | undefined;
}

/** What one can do with snapshots. The work itself is `work/take-snapshot.ts`. */
export class Snapshots {
  readonly #db: Db;
  readonly #clock: Clock;
  readonly #queue: Queue;
  readonly #clusters: Clusters;

  constructor(parts: { db: Db; clock: Clock; queue: Queue; clusters: Clusters }) {
    this.#db = parts.db;
    this.#clock = parts.clock;
    this.#queue = parts.queue;
    this.#clusters = parts.clusters;
  }

  async take(projectId: Id, clusterName: string, options: TakeOptions = {}): Promise<Snapshot> {
    const cluster = await this.#clusters.get(projectId, clusterName);
    const row = await this.#db.transaction().execute(async (transaction) => {
      const inserted = await this.takeWithin(transaction, cluster, options);
      await audit(transaction, this.#clock, snapshotEntry('SNAPSHOT_REQUESTED', inserted, options.by));
      return inserted;
    });
    // Should we be killed here, the worker begins a PENDING snapshot as well.
    await setSnapshotStatus(this.#db, row.id, ['PENDING'], 'QUEUED');
    return snapshotFromRow(row);
  }

  /** Accepts a snapshot exactly if the caller's transaction commits. */
  async takeWithin(transaction: Within, cluster: Cluster, options: TakeOptions = {}): Promise<SnapshotRow> {
    const scheduledAt = this.#clock.now();
    const inserted = await insertSnapshot(transaction, {
      id: newId(scheduledAt),
      projectId: cluster.projectId,
      clusterId: cluster.id,
      clusterName: cluster.name,
      status: 'PENDING',
      scheduledAt,
      expiresAt: after(scheduledAt, options.kept ?? KEPT),
      description: options.description ?? null,
    });
    await this.#queue.send('snapshot.take', { snapshotId: inserted.id }, { transaction });
    return inserted;
  }

  /** Throws `invalid-snapshot-id` or `snapshot-not-found`. */
  async get(projectId: Id, clusterName: string, id: string): Promise<Snapshot> {
    const cluster = await this.#clusters.get(projectId, clusterName);
    return snapshotFromRow(await this.#row(cluster, id));
  }

  /** Oldest first unless the filter says otherwise, ties by id. */
  async list(cluster: Pick<Cluster, 'id'>, page: Page, filter?: SnapshotFilter): Promise<Listed<Snapshot>> {
    const { results, totalCount } = await listSnapshots(this.#db, cluster.id, page, filter);
    return { results: results.map(snapshotFromRow), totalCount };
  }

  /** One that waits ends at once; one that runs is asked to stop, and its worker ends it. */
  async cancel(projectId: Id, clusterName: string, id: string, by?: Actor): Promise<Snapshot> {
    const cluster = await this.#clusters.get(projectId, clusterName);
    const row = await this.#row(cluster, id);
    const now = this.#clock.now();
    const entry = snapshotEntry('SNAPSHOT_CANCEL_REQUESTED', row, by);
    await audited(this.#db, this.#clock, entry, (transaction) => requestSnapshotCancel(transaction, row.id, now));
    const end = { finishedAt: now, failure: CANCELLED, cancelled: true };
    await recorded(this.#db, this.#clock, jobEvent('TENANT_SNAPSHOT_FAILED', row, by), (transaction) =>
      failSnapshot(transaction, row.id, null, ['PENDING', 'QUEUED'], end),
    );
    const after = snapshotFromRow(await this.#row(cluster, id));
    if (after.status !== 'RUNNING' && !after.cancelled) throw new Problem('not-cancellable', [id, `it is ${after.status}`]);
    return after;
  }

  /** Changes how long a snapshot is kept: `kept` milliseconds from when it was taken. */
  async keepFor(projectId: Id, clusterName: string, id: string, kept: number, by?: Actor): Promise<Snapshot> {
    const snapshot = await this.get(projectId, clusterName, id);
    const until = after(snapshot.scheduledAt, kept);
    const entry = snapshotEntry('SNAPSHOT_EXPIRY_CHANGED', snapshot, by);
    await audited(this.#db, this.#clock, entry, (transaction) => setSnapshotExpiry(transaction, id, until));
    return this.get(projectId, clusterName, id);
  }

  /**
   * The snapshot is gone for users at once; garbage collection takes it out of the vault when no restore and no download reads it any more. Throws
   * `snapshot-not-completed` for one that has not ended.
   */
  async delete(projectId: Id, clusterName: string, id: string, by?: Actor): Promise<void> {
    const snapshot = await this.get(projectId, clusterName, id);
    const event = jobEvent('TENANT_SNAPSHOT_DELETED_AUDIT', snapshot, by);
    const isDeleted = await recorded(this.#db, this.#clock, event, (transaction) => deleteSnapshot(transaction, id, this.#clock.now()));
    if (!isDeleted) throw new Problem('snapshot-not-completed', [id, snapshot.status]);
  }

  async #row(cluster: Cluster, id: string): Promise<SnapshotRow> {
    if (!isId(id)) throw new Problem('invalid-snapshot-id', [id]);
    const row = await findSnapshot(this.#db, id);
    if (!row || row.clusterId !== cluster.id || row.deletedAt) throw new Problem('snapshot-not-found', [id, cluster.name]);
    return row;
  }
}

function snapshotEntry(action: AuditedAction, snapshot: { id: Id; projectId: Id; clusterName: string }, by?: Actor): NewAuditEntry {
  return { action, projectId: snapshot.projectId, clusterName: snapshot.clusterName, subject: snapshot.id, by };
}

export function snapshotFromRow(row: SnapshotRow): Snapshot {
  return {
    id: row.id,
    projectId: row.projectId,
    clusterId: row.clusterId,
    clusterName: row.clusterName,
    status: row.status as SnapshotStatus,
    scheduledAt: row.scheduledAt,
    startedAt: row.startedAt,
    finishedAt: row.finishedAt,
    expiresAt: row.expiresAt,
    mongodbVersion: row.mongodbVersion,
    consistency: row.consistency as Consistency | null,
    collections: row.collections,
    documents: row.documents,
    logicalBytes: row.logicalBytes,
    storedBytes: row.storedBytes,
    newBytes: row.newBytes,
    description: row.description,
    imported: row.imported,
    cancelled: row.cancelled,
    failure: row.failure,
    progress: row.progress,
  };
}

/** The states from which a worker may begin, complete or fail. */
export const SNAPSHOT_BEFORE = {
  begin: snapshotStatusesBefore('begin'),
  fail: snapshotStatusesBefore('fail'),
} as const;
