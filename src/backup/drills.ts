import type { Clock } from '../clock.ts';
import type { Db, Within } from '../db/connection.ts';
import {
  failRestore,
  findRestore,
  insertRestore,
  isBeingDrilled,
  lastCompleted,
  listDrills,
  type NewRestoreRow,
  requestRestoreCancel,
  setRestoreStatus,
} from '../db/restores.ts';
import { keepSnapshots } from '../db/scheduled-snapshots.ts';
import { newestSnapshot } from '../db/snapshots.ts';
import { isProblem, Problem } from '../errors.ts';
import { type Id, isId, newId } from '../ids.ts';
import type { Queue } from '../jobs/queue.ts';
import type { Listed, Page } from '../page.ts';
import { type AuditedAction, audit, audited, type NewAuditEntry } from './audit-log.ts';
import type { Actor } from './caller.ts';
import type { Cluster } from './cluster.ts';
import type { Clusters } from './clusters.ts';
import { type Drill, drillOf, type LastProven, rate } from './drill.ts';
import { CANCELLED } from './job-failure.ts';
import { secondsOf } from './restore-forecast.ts';
import { lineOf, restoreFromRow } from './restore-rows.ts';

export interface StartDrill {
  projectId: Id;
  clusterName: string;
  /** Where it is rehearsed: the cluster itself unless given. */
  targetClusterName?: string | undefined;
  targetProjectId?: Id | undefined;
  /** Who asks, for the audit log. */
  by?: Actor | undefined;
}

/** What one can do with drills. The work is that of a restore job, `work/run-restore.ts`, without a swap. */
export class Drills {
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

  /** Accepts a drill of the newest COMPLETED snapshot. Throws `cluster-not-found`, `target-not-found`, `nothing-to-drill`, `target-unavailable`. */
  async start(input: StartDrill): Promise<Drill> {
    const cluster = await this.#clusters.get(input.projectId, input.clusterName);
    const target = input.targetClusterName
      ? await this.#target(input.targetProjectId ?? input.projectId, input.targetClusterName)
      : cluster;
    const snapshot = await newestSnapshot(this.#db, cluster.id);
    if (!snapshot?.finishedAt) throw new Problem('nothing-to-drill', [cluster.name]);
    const deployment = await this.#clusters.open(target.id, 'target-unavailable');
    await deployment.close();
    const row = this.#rowOf(cluster, { ...snapshot, finishedAt: snapshot.finishedAt }, target, deployment.address, 'PENDING');
    const inserted = await this.#db.transaction().execute(async (transaction) => {
      // Retention may have given it up meanwhile.
      if ((await keepSnapshots(transaction, [snapshot.id])).length === 0) throw new Problem('nothing-to-drill', [cluster.name]);
      const job = await insertRestore(transaction, row);
      await this.#queue.sendInTurn('restore.run', { restoreJobId: job!.id }, transaction, lineOf(row));
      await audit(transaction, this.#clock, drillEntry('DRILL_REQUESTED', row, input.by));
      return job!;
    });
    await setRestoreStatus(this.#db, inserted.id, null, ['PENDING'], 'QUEUED');
    return drillOf(restoreFromRow(inserted));
  }

  /**
   * Accepts the drill that is due for a cluster, on itself, exactly if the caller's transaction commits; this is the last that it does. Nothing happens without a snapshot, and while the drill before it has
   * not ended. That the cluster cannot be reached is what the drill reports.
   */
  async startDueWithin(transaction: Within, cluster: Pick<Cluster, 'id' | 'projectId' | 'name' | 'deployment'>): Promise<void> {
    const snapshot = await newestSnapshot(transaction, cluster.id);
    if (!snapshot?.finishedAt || (await isBeingDrilled(transaction, cluster.id))) return;
    if ((await keepSnapshots(transaction, [snapshot.id])).length === 0) return;
    const row = this.#rowOf(cluster, { ...snapshot, finishedAt: snapshot.finishedAt }, cluster, cluster.deployment, 'QUEUED');
    await insertRestore(transaction, row);
    await this.#queue.sendInTurn('restore.run', { restoreJobId: row.id }, transaction, lineOf(row));
    await audit(transaction, this.#clock, drillEntry('DRILL_REQUESTED', row));
  }

  #rowOf(
    cluster: Pick<Cluster, 'id' | 'projectId' | 'name'>,
    snapshot: { id: Id; finishedAt: Date; expiresAt: Date },
    target: Pick<Cluster, 'id' | 'projectId' | 'name'>,
    targetDeployment: string,
    status: string,
  ): NewRestoreRow {
    const now = this.#clock.now();
    return {
      ...{ id: newId(now), projectId: cluster.projectId, clusterId: cluster.id, clusterName: cluster.name, snapshotId: snapshot.id },
      ...{ deliveryType: 'DRILL', status, snapshotFinishedAt: snapshot.finishedAt },
      ...{ targetProjectId: target.projectId, targetClusterId: target.id, targetClusterName: target.name },
      ...{ targetDeployment, options: {}, scheduledAt: now, finishedAt: null, expiresAt: snapshot.expiresAt },
    };
  }

  /** Throws `invalid-restore-job-id` or `restore-job-not-found`. */
  async get(projectId: Id, clusterName: string, id: string): Promise<Drill> {
    const cluster = await this.#clusters.get(projectId, clusterName);
    if (!isId(id)) throw new Problem('invalid-restore-job-id', [id]);
    const row = await findRestore(this.#db, id);
    if (row?.clusterId !== cluster.id || row.deliveryType !== 'DRILL') throw new Problem('restore-job-not-found', [id, cluster.name]);
    return drillOf(restoreFromRow(row));
  }

  /** Newest first, ties by id. */
  async list(cluster: Pick<Cluster, 'id'>, page: Page): Promise<Listed<Drill>> {
    const { results, totalCount } = await listDrills(this.#db, cluster.id, page);
    return { results: results.map((row) => drillOf(restoreFromRow(row))), totalCount };
  }

  /** One that waits ends at once; one that runs is asked to stop, and leaves nothing. */
  async cancel(projectId: Id, clusterName: string, id: string, by?: Actor): Promise<Drill> {
    const drill = await this.get(projectId, clusterName, id);
    const now = this.#clock.now();
    const entry = drillEntry('DRILL_CANCEL_REQUESTED', { id, projectId, clusterName }, by);
    await audited(this.#db, this.#clock, entry, (transaction) => requestRestoreCancel(transaction, drill.id, now));
    await failRestore(this.#db, drill.id, null, ['PENDING', 'QUEUED'], { finishedAt: now, failure: CANCELLED, cancelled: true });
    const after = await this.get(projectId, clusterName, id);
    if (after.status !== 'RUNNING' && !after.cancelled) throw new Problem('not-cancellable', [id, `it is ${after.status}`]);
    return after;
  }

  /** By cluster id, for those of the clusters that have any. */
  async lastProven(clusters: readonly Pick<Cluster, 'id'>[]): Promise<Map<Id, LastProven>> {
    const rows = await lastCompleted(
      this.#db,
      clusters.map((cluster) => cluster.id),
      'DRILL',
    );
    return new Map(
      rows.map((row) => {
        const durationSeconds = secondsOf(row);
        const documentsPerSecond = rate(row.progress.documents, durationSeconds);
        return [row.clusterId, { snapshotId: row.snapshotId, at: row.finishedAt!, durationSeconds, documentsPerSecond }];
      }),
    );
  }

  async #target(projectId: Id, name: string): Promise<Cluster> {
    return this.#clusters.get(projectId, name).catch((error) => {
      throw isProblem(error, 'cluster-not-found') ? new Problem('target-not-found', [name, projectId]) : error;
    });
  }
}

function drillEntry(
  action: AuditedAction,
  { id, projectId, clusterName }: { id: Id; projectId: Id; clusterName: string },
  by?: Actor,
): NewAuditEntry {
  return { action, projectId, clusterName, subject: id, by };
}
