import { after, type Clock, DAY, MINUTE } from '../clock.ts';
import type { Db, Within } from '../db/connection.ts';
import { type DueSnapshotRow, extendWaitingSnapshot, insertDueSnapshots, lockWaitingSnapshots } from '../db/scheduled-snapshots.ts';
import type { VerificationColumn } from '../db/schema.ts';
import {
  changeSnapshot,
  deleteSnapshot,
  failSnapshot,
  findSnapshot,
  insertSnapshot,
  listSnapshots,
  requestSnapshotCancel,
  type SnapshotFilter,
  type SnapshotRow,
  setSnapshotStatus,
} from '../db/snapshots.ts';
import { queueVerification } from '../db/verifications.ts';
import { Problem } from '../errors.ts';
import { type Id, isId, newId } from '../ids.ts';
import type { Queue } from '../jobs/queue.ts';
import type { Listed, Page } from '../page.ts';
import { type AuditedAction, audit, audited, type NewAuditEntry } from './audit-log.ts';
import { frequencyOf, type PolicyItem, type Retention } from './backup-schedule.ts';
import type { Actor } from './caller.ts';
import type { Cluster } from './cluster.ts';
import type { Clusters } from './clusters.ts';
import type { DueMoment } from './due-times.ts';
import { jobEvent, recorded } from './events.ts';
import { CANCELLED } from './job-failure.ts';
import { expiryAfter, expiryOf } from './retention.ts';
import { type Consistency, type Snapshot, type SnapshotStatus, snapshotStatusesBefore, type Verification } from './snapshot.ts';

/** How long Atlas keeps a snapshot of a shared cluster. */
export const KEPT = 8 * DAY;

export interface TakeOptions {
  /** For how long, in milliseconds; as Atlas keeps those of a shared cluster when absent. */
  kept?: number | undefined;
  description?: string | undefined;
  /** Before all that waits: a restore cannot begin before it. */
  goesAhead?: boolean;
  /** Who asks, for the audit log. */
  by?: Actor | undefined;
}

/** What is due for a cluster now; the moments of which the last is this one count as one. */
export interface DueSnapshot {
  cluster: Pick<Cluster, 'id' | 'projectId' | 'name' | 'deployment'>;
  moment: DueMoment;
}

/** Later than that a snapshot is no more the one that was due then, but one that makes up for it. */
const PUNCTUAL = 10 * MINUTE;

export interface SnapshotChange {
  description?: string | null | undefined;
  expiresAt?: Date | undefined;
  hold?: boolean | undefined;
}

/** Set for this one alone: its policy has no say any more. */
const ownExpiry = (expiresAt: Date) => ({ expiresAt, expiryIsOwn: true });

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
    const line = { projectId: cluster.projectId, deployment: cluster.deployment, goesAhead: options.goesAhead ?? false };
    await this.#queue.sendInTurn('snapshot.take', { snapshotId: inserted.id }, transaction, line);
    return inserted;
  }

  /**
   * Accepts what is due exactly if the caller's transaction commits, once for each moment. A snapshot of a schedule that waits already serves the later moment as well: it is taken after both.
   * Answers those that are new.
   */
  async takeDueWithin(transaction: Within, due: readonly DueSnapshot[]): Promise<SnapshotRow[]> {
    const waiting = await lockWaitingSnapshots(
      transaction,
      due.map(({ cluster }) => cluster.id),
    );
    const rows: DueSnapshotRow[] = [];
    for (const { cluster, moment } of due) {
      const row = this.#dueRow(cluster, moment);
      const other = waiting.find(({ clusterId }) => clusterId === cluster.id);
      if (other) await extendWaitingSnapshot(transaction, other.id, merged(other, row));
      else rows.push(row);
    }
    const inserted = await insertDueSnapshots(transaction, rows);
    const deployments = new Map(due.map(({ cluster }) => [cluster.id, cluster.deployment]));
    const jobs = inserted.map(({ id, projectId, clusterId }) => {
      return { payload: { snapshotId: id }, line: { projectId, deployment: deployments.get(clusterId)! } };
    });
    await this.#queue.sendAllInTurn('snapshot.take', jobs, transaction);
    return inserted;
  }

  #dueRow(cluster: DueSnapshot['cluster'], { at, items }: DueMoment): DueSnapshotRow {
    const now = this.#clock.now();
    const scheduledAt = now.getTime() - at.getTime() <= PUNCTUAL ? at : now;
    return {
      id: newId(now),
      projectId: cluster.projectId,
      clusterId: cluster.id,
      clusterName: cluster.name,
      status: 'QUEUED',
      scheduledAt,
      expiresAt: expiryOf(scheduledAt, items),
      dueAt: at,
      policyItems: items.map(({ id, frequencyType }) => ({ id, frequencyType })),
    };
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

  /** Changes how long a snapshot is kept, from when it was taken. Its policy has no say any more. */
  async keepFor(projectId: Id, clusterName: string, id: string, retention: Retention, by?: Actor): Promise<Snapshot> {
    const snapshot = await this.get(projectId, clusterName, id);
    const until = expiryAfter(snapshot.scheduledAt, retention);
    const entry = snapshotEntry('SNAPSHOT_EXPIRY_CHANGED', snapshot, by);
    await audited(this.#db, this.#clock, entry, (transaction) => changeSnapshot(transaction, id, ownExpiry(until)));
    return this.get(projectId, clusterName, id);
  }

  /** Under a hold a snapshot is neither deleted nor given up by retention, until it is released. */
  async setHold(projectId: Id, clusterName: string, id: string, hold: boolean, by?: Actor): Promise<Snapshot> {
    const snapshot = await this.get(projectId, clusterName, id);
    if (snapshot.hold === hold) return snapshot;
    const entry = snapshotEntry(hold ? 'SNAPSHOT_HELD' : 'SNAPSHOT_RELEASED', snapshot, by);
    await audited(this.#db, this.#clock, entry, (transaction) => changeSnapshot(transaction, id, { hold }));
    return this.get(projectId, clusterName, id);
  }

  /**
   * The snapshot is gone for users at once; garbage collection takes it out of the vault when no restore and no download reads it any more. Throws
   * `snapshot-not-completed` for one that has not ended, `snapshot-held` for one under a hold.
   */
  async delete(projectId: Id, clusterName: string, id: string, by?: Actor): Promise<void> {
    const snapshot = await this.get(projectId, clusterName, id);
    if (snapshot.hold) throw new Problem('snapshot-held', [id]);
    const event = jobEvent('TENANT_SNAPSHOT_DELETED_AUDIT', snapshot, by);
    const isDeleted = await recorded(this.#db, this.#clock, event, (transaction) => deleteSnapshot(transaction, id, this.#clock.now()));
    if (!isDeleted) throw new Problem('snapshot-not-completed', [id, snapshot.status]);
  }

  /** What is absent stays as it is; `null` is no description. Throws `invalid-value` for an expiry that is over already. */
  async change(projectId: Id, clusterName: string, id: string, change: SnapshotChange, by?: Actor): Promise<Snapshot> {
    const snapshot = await this.get(projectId, clusterName, id);
    const { description, expiresAt, hold } = change;
    if (expiresAt && expiresAt <= this.#clock.now()) throw new Problem('invalid-value', ['expiresAt', 'it is over already']);
    if (hold !== undefined) await this.setHold(projectId, clusterName, id, hold, by);
    if (description !== undefined || expiresAt) {
      const entry = snapshotEntry(expiresAt ? 'SNAPSHOT_EXPIRY_CHANGED' : 'SNAPSHOT_CHANGED', snapshot, by);
      await audited(this.#db, this.#clock, entry, (transaction) =>
        changeSnapshot(transaction, id, { ...(expiresAt && ownExpiry(expiresAt)), ...(description !== undefined && { description }) }),
      );
    }
    return this.get(projectId, clusterName, id);
  }

  /** Has everything of a snapshot read again in the vault; one that is being read already is not read twice. Throws `snapshot-not-completed`. */
  async verify(projectId: Id, clusterName: string, id: string, by?: Actor): Promise<Snapshot> {
    const snapshot = await this.get(projectId, clusterName, id);
    if (snapshot.status !== 'COMPLETED') throw new Problem('snapshot-not-completed', [id, snapshot.status]);
    await audited(this.#db, this.#clock, snapshotEntry('SNAPSHOT_VERIFY_REQUESTED', snapshot, by), async (transaction) => {
      const isQueued = await queueVerification(transaction, id, this.#clock.now());
      if (isQueued) await this.#queue.sendInTurn('snapshot.verify', { snapshotId: id }, transaction, { projectId });
      return isQueued;
    });
    return this.get(projectId, clusterName, id);
  }

  async #row(cluster: Cluster, id: string): Promise<SnapshotRow> {
    if (!isId(id)) throw new Problem('invalid-snapshot-id', [id]);
    const row = await findSnapshot(this.#db, id);
    if (!row || row.clusterId !== cluster.id || row.deletedAt) throw new Problem('snapshot-not-found', [id, cluster.name]);
    return row;
  }
}

/** Of what waits and what is due now. */
function merged(waiting: SnapshotRow, due: DueSnapshotRow): Pick<DueSnapshotRow, 'dueAt' | 'policyItems' | 'expiresAt'> {
  const items = [...(waiting.policyItems ?? []), ...(due.policyItems as { id: Id; frequencyType: string }[])];
  const policyItems = [...new Map(items.map((item) => [item.id, item])).values()];
  const expiresAt = new Date(Math.max(due.expiresAt.getTime(), waiting.expiresAt.getTime()));
  return { dueAt: due.dueAt, policyItems, expiresAt };
}

function snapshotEntry(action: AuditedAction, snapshot: { id: Id; projectId: Id; clusterName: string }, by?: Actor): NewAuditEntry {
  return { action, projectId: snapshot.projectId, clusterName: snapshot.clusterName, subject: snapshot.id, by };
}

export function snapshotFromRow(row: SnapshotRow): Snapshot {
  const policyItems = (row.policyItems ?? []) as Pick<PolicyItem, 'id' | 'frequencyType'>[];
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
    frequencyType: frequencyOf(policyItems),
    policyItems,
    hold: row.hold,
    verified: row.verified,
    verification: row.verification && withoutFence(row.verification),
    cancelled: row.cancelled,
    failure: row.failure,
    progress: row.progress,
  };
}

function withoutFence({ attempts: _, handovers: __, ...verification }: VerificationColumn): Verification {
  return verification;
}

/** The states from which a worker may begin, complete or fail. */
export const SNAPSHOT_BEFORE = {
  begin: snapshotStatusesBefore('begin'),
  fail: snapshotStatusesBefore('fail'),
} as const;
