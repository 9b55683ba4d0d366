import { after, type Clock, HOUR, SECOND } from '../clock.ts';
import type { Db, Within } from '../db/connection.ts';
import { keepLease } from '../db/leases.ts';
import {
  failRestore,
  findActiveRestore,
  findRestore,
  insertRestore,
  listRestores,
  type NewRestoreRow,
  type RestoreRow,
  recentRestores,
  requestRestoreCancel,
  setRestoreStatus,
} from '../db/restores.ts';
import { keepSnapshots } from '../db/scheduled-snapshots.ts';
import { findSwapPlan } from '../db/swap-journal.ts';
import type { Deployment } from '../engine/deployment.ts';
import { forecastImpact, replacesAnything } from '../engine/impact.ts';
import type { NamespaceSelection } from '../engine/namespace-selection.ts';
import { namespaceText } from '../engine/namespaces.ts';
import { standingAt } from '../engine/preflight.ts';
import { isSameDeployment } from '../engine/same-deployment.ts';
import { isProblem, Problem } from '../errors.ts';
import { type Id, isId, newId } from '../ids.ts';
import type { Queue } from '../jobs/queue.ts';
import type { Listed, Page } from '../page.ts';
import type { SnapshotReader } from '../vault/snapshot-reader.ts';
import { audited } from './audit-log.ts';
import type { Actor } from './caller.ts';
import type { Cluster } from './cluster.ts';
import type { Clusters } from './clusters.ts';
import { jobEvent, recorded, restoreEvent } from './events.ts';
import { CANCELLED } from './job-failure.ts';
import { estimate, MEASURED_ON, type RestoreForecast } from './restore-forecast.ts';
import { isTerminal, type RestoreJob } from './restore-job.ts';
import { intentOf, type RestoreOptions, type SafetySnapshot } from './restore-options.ts';
import { type FinishedSnapshot, lineOf, newRestoreRow, restoreFromRow, TENANT_JOB_KEPT } from './restore-rows.ts';
import { restoreSourceOf } from './restore-source.ts';
import { KEPT, type Snapshots } from './snapshots.ts';

/** Restores that were asked for on the Flex routes, as recorded. */
export const FLEX_RESTORE_KEPT = 6 * HOUR;

export interface StartRestore {
  projectId: Id;
  clusterName: string;
  snapshotId: string;
  /** The source's project when absent. */
  targetProjectId?: Id;
  targetClusterName: string;
  options?: RestoreOptions;
  /** How long the job says it is kept, in milliseconds: stored with it, so that every route tells the same. */
  kept?: number | undefined;
  /** `never` unless given: a restore by Atlas' routes is as quick as Atlas'. */
  safetySnapshot?: SafetySnapshot;
  /** The deployment that the target must be: `other-deployment` where its name leads elsewhere. */
  deployment?: string | null;
  /** Who asks, for the event. */
  by?: Actor | undefined;
}

export interface RestoresParts {
  db: Db;
  clock: Clock;
  queue: Queue;
  clusters: Clusters;
  snapshots: Snapshots;
  readSnapshot: (id: Id) => Promise<SnapshotReader>;
  /** As the workers have it: `refuse` unless given. */
  roomCheck?: 'refuse' | 'warn';
}

/** What one can do with restore jobs. The work itself is `work/run-restore.ts`. */
export class Restores {
  readonly #db: Db;
  readonly #clock: Clock;
  readonly #queue: Queue;
  readonly #clusters: Clusters;
  readonly #snapshots: Snapshots;
  readonly #readSnapshot: (id: Id) => Promise<SnapshotReader>;
  readonly #roomCheck: 'refuse' | 'warn' | undefined;

  constructor(parts: RestoresParts) {
    this.#db = parts.db;
    this.#clock = parts.clock;
    this.#queue = parts.queue;
    this.#clusters = parts.clusters;
    this.#snapshots = parts.snapshots;
    this.#readSnapshot = parts.readSnapshot;
    this.#roomCheck = parts.roomCheck;
  }

  /**
   * Accepts a restore. Throws, in this order: `snapshot-not-found`, `snapshot-not-completed`, `target-not-found`, `target-unavailable`
   * (asked within 5 s), `incompatible-topology`, `version-mismatch`, `restore-in-progress`. The caller's right to the target is the caller's to check.
   */
  async start(input: StartRestore): Promise<RestoreJob> {
    intentOf(input.options ?? {});
    const { snapshot, target, options } = await this.#named(input);
    const { mode } = intentOf(options);
    const { address, isWanted } = await this.#atTarget(target, async (deployment) => {
      if (input.deployment && !isSameDeployment(input.deployment, deployment.address))
        throw new Problem('other-deployment', [target.name, input.deployment, deployment.address]);
      if (deployment.topology === 'sharded' && mode === 'staged') throw new Problem('incompatible-topology', [target.name]);
      const ofSnapshot = majorOf(snapshot.mongodbVersion!);
      if (deployment.majorVersion !== ofSnapshot) throw new Problem('version-mismatch', [ofSnapshot, deployment.majorVersion]);
      return { address: deployment.address, isWanted: await this.#wantsSafetySnapshot(input, deployment, options) };
    });
    const row = newRestoreRow(snapshot, target, 'RESTORE', this.#clock.now(), { targetDeployment: address, options });
    const kept = input.kept === undefined ? row : { ...row, expiresAt: after(row.scheduledAt, input.kept) };
    return this.#enqueue(kept, isWanted ? target : null, input.by);
  }

  /** What {@link start} with the same input would do; nothing is written. What it would refuse for the target's sake is in the answer. */
  async forecast(input: StartRestore): Promise<RestoreForecast> {
    const { snapshot, target, options } = await this.#named(input);
    const source = restoreSourceOf(await this.#readSnapshot(snapshot.id));
    return this.#atTarget(target, async (deployment) => {
      const intent = { ...intentOf(options), mongodbVersion: snapshot.mongodbVersion!, onLittleRoom: this.#roomCheck };
      const impact = await forecastImpact({ ...intent, deployment, source });
      const bytes = [...impact.replaced, ...impact.created].reduce((sum, entry) => sum + (entry.after?.bytes ?? 0), 0);
      const measured = await recentRestores(this.#db, deployment.address, MEASURED_ON);
      const touches = impact.replaced.length + impact.dropped.length > 0;
      const safetySnapshot = input.safetySnapshot === 'always' || (input.safetySnapshot === 'when-replacing' && touches);
      return { ...impact, safetySnapshot, estimate: estimate(measured, bytes) };
    });
  }

  /**
   * Brings back what the restore replaced: a new job restores its safety snapshot into its target. Of a selective restore only what it replaced comes back;
   * what it created anew stays.
   */
  async undo(job: RestoreJob, by?: Actor): Promise<RestoreJob> {
    if (!job.safetySnapshotId) throw new Problem('invalid-value', ['the restore job', 'no snapshot of its target was taken before it']);
    if (!isTerminal(job.status))
      throw new Problem('invalid-value', ['the restore job', `it is ${job.status}; only one that has ended is undone`]);
    const options = job.options as RestoreOptions;
    const plan = await findSwapPlan<{ phase: string }>(this.#db, options.resumes ?? job.id);
    if (plan && plan.phase !== 'in-place')
      throw new Problem('invalid-value', ['the restore job', 'it stopped while the target was being replaced: resume it first']);
    const { selection } = intentOf(options);
    const { targetDeployment } = (await findRestore(this.#db, job.id))!;
    const touched = selection.everything ? [] : await this.#touched(job.snapshotId, selection);
    return this.start({
      projectId: job.targetProjectId,
      clusterName: job.targetClusterName,
      snapshotId: job.safetySnapshotId,
      targetClusterName: job.targetClusterName,
      options: { ...(options.mode && { mode: options.mode }), ...(!selection.everything && { nsInclude: touched }) },
      safetySnapshot: 'when-replacing',
      deployment: targetDeployment,
      by,
    });
  }

  /** Where the chosen collections of a snapshot went. */
  async #touched(snapshotId: Id, selection: NamespaceSelection): Promise<string[]> {
    const { collections } = restoreSourceOf(await this.#readSnapshot(snapshotId));
    return collections.flatMap((c) => selection.target(c) ?? []).map((ns) => exactPattern(namespaceText(ns)));
  }

  /** A DOWNLOAD job is COMPLETED at once; its snapshot's chunks are kept until it expires. */
  async startDownload(input: { projectId: Id; clusterName: string; snapshotId: string; by?: Actor }): Promise<RestoreJob> {
    const snapshot = await this.#completed(input.projectId, input.clusterName, input.snapshotId);
    const source = await this.#clusters.get(input.projectId, input.clusterName);
    const row = newRestoreRow(snapshot, source, 'DOWNLOAD', this.#clock.now(), { targetDeployment: null, options: {} });
    const event = jobEvent('TENANT_SNAPSHOT_DOWNLOAD_REQUESTED_AUDIT', row, input.by);
    const inserted = await recorded(this.#db, this.#clock, event, async (transaction) => {
      await this.#keep(transaction, row);
      await keepLease(transaction, {
        id: `download ${row.id}`,
        snapshotId: snapshot.id,
        holder: 'download',
        seconds: TENANT_JOB_KEPT / 1000,
      });
      return insertRestore(transaction, row);
    });
    return restoreFromRow(inserted!);
  }

  /** Throws `invalid-restore-job-id` or `restore-job-not-found`. */
  async get(projectId: Id, clusterName: string, id: string): Promise<RestoreJob> {
    const cluster = await this.#clusters.get(projectId, clusterName);
    return restoreFromRow(await this.#row(cluster, id));
  }

  /** Newest first, ties by id. */
  async list(cluster: Pick<Cluster, 'id'>, page: Page): Promise<Listed<RestoreJob>> {
    const { results, totalCount } = await listRestores(this.#db, cluster.id, page);
    return { results: results.map(restoreFromRow), totalCount };
  }

  /** One that waits ends at once; one that runs is asked to stop. Refused (`not-cancellable`) once its target is being replaced. */
  async cancel(projectId: Id, clusterName: string, id: string, by?: Actor): Promise<RestoreJob> {
    const cluster = await this.#clusters.get(projectId, clusterName);
    const row = await this.#row(cluster, id);
    if (row.status === 'RUNNING' && (await findSwapPlan(this.#db, id))) {
      throw new Problem('not-cancellable', [id, 'its target is being replaced, and is only whole when that is done']);
    }
    const now = this.#clock.now();
    const { projectId: project, clusterName: name } = row;
    const entry = { action: 'RESTORE_CANCEL_REQUESTED', projectId: project, clusterName: name, subject: row.id, by } as const;
    await audited(this.#db, this.#clock, entry, (transaction) => requestRestoreCancel(transaction, row.id, now));
    const end = { finishedAt: now, failure: CANCELLED, cancelled: true };
    await recorded(this.#db, this.#clock, restoreEvent('TENANT_RESTORE_FAILED', row, by), (transaction) =>
      failRestore(transaction, row.id, null, ['PENDING', 'QUEUED'], end),
    );
    const after = restoreFromRow(await this.#row(cluster, id));
    if (after.status !== 'RUNNING' && !after.cancelled) throw new Problem('not-cancellable', [id, `it is ${after.status}`]);
    return after;
  }

  /** Goes on with a job that FAILED while its target was being replaced: a new job carries its swap on. */
  async resume(projectId: Id, clusterName: string, id: string, by?: Actor): Promise<RestoreJob> {
    const cluster = await this.#clusters.get(projectId, clusterName);
    const old = await this.#row(cluster, id);
    const journalId = (old.options as RestoreOptions).resumes ?? old.id;
    if (old.status !== 'FAILED' || !(await findSwapPlan(this.#db, journalId))) {
      throw new Problem('invalid-value', ['the restore job', 'only one that FAILED while its target was being replaced can be resumed']);
    }
    const scheduledAt = this.#clock.now();
    const { attempt: _attempt, failures: _failures, cancelRequestedAt: _cancel, verification: _verification, ...rest } = old;
    const row = {
      ...rest,
      id: newId(scheduledAt),
      status: 'PENDING',
      scheduledAt,
      finishedAt: null,
      expiresAt: after(scheduledAt, TENANT_JOB_KEPT),
      options: { ...(old.options as RestoreOptions), resumes: journalId },
    };
    return this.#enqueue(row, null, by);
  }

  /** With `protect`, a snapshot of that cluster is accepted with it, and the restore begins when that one is COMPLETED. */
  async #enqueue(row: NewRestoreRow, protect: Cluster | null, by: Actor | undefined): Promise<RestoreJob> {
    const event = restoreEvent('TENANT_RESTORE_REQUESTED_AUDIT', row, by);
    const inserted = await recorded(this.#db, this.#clock, event, async (transaction) => {
      // One that carries a swap on reads a snapshot that is kept for it, whatever its expiry says.
      if (!(row.options as RestoreOptions).resumes) await this.#keep(transaction, row);
      const safetySnapshotId = protect
        ? (await this.#snapshots.takeWithin(transaction, protect, { goesAhead: true })).id
        : row.safetySnapshotId;
      const job = await insertRestore(transaction, { ...row, safetySnapshotId });
      if (job) await this.#queue.sendInTurn('restore.run', { restoreJobId: job.id }, transaction, lineOf(row));
      else throw await this.#inProgress(row);
      // An undo of a selective restore reads in this manifest what it replaced, for as long as there is something to bring back.
      if (safetySnapshotId && !intentOf(row.options).selection.everything)
        await keepLease(transaction, { id: `undo ${job.id}`, snapshotId: job.snapshotId, holder: 'undo', seconds: KEPT / SECOND });
      return job;
    });
    // PENDING is what the answer says: accepted. From here on it waits in the queue; a worker begins a PENDING job as well.
    await setRestoreStatus(this.#db, inserted.id, null, ['PENDING'], 'QUEUED');
    return restoreFromRow(inserted);
  }

  /** Retention may have given the snapshot up since it was looked at: from here on it is in use. */
  async #keep(transaction: Within, { snapshotId, clusterName }: NewRestoreRow): Promise<void> {
    if ((await keepSnapshots(transaction, [snapshotId])).length === 0) throw new Problem('snapshot-not-found', [snapshotId, clusterName]);
  }

  async #inProgress(row: NewRestoreRow): Promise<Problem> {
    const other = await findActiveRestore(this.#db, row.targetDeployment!);
    return new Problem('restore-in-progress', [row.targetClusterName, other?.id ?? 'another']);
  }

  async #wantsSafetySnapshot(input: StartRestore, deployment: Deployment, options: RestoreOptions): Promise<boolean> {
    if (input.safetySnapshot !== 'when-replacing') return input.safetySnapshot === 'always';
    const standing = await standingAt(deployment);
    if (standing.length === 0) return false;
    const source = restoreSourceOf(await this.#readSnapshot(input.snapshotId));
    return replacesAnything({ ...intentOf(options), deployment, source }, standing);
  }

  /** The snapshot and the target that a request names, and the options as they must be between the two. */
  async #named(input: StartRestore): Promise<{ snapshot: FinishedSnapshot; target: Cluster; options: RestoreOptions }> {
    const snapshot = await this.#completed(input.projectId, input.clusterName, input.snapshotId);
    const target = await this.#target(input.targetProjectId ?? input.projectId, input.targetClusterName);
    const source = await this.#clusters.get(input.projectId, input.clusterName);
    return { snapshot, target, options: intoDatabase(source, target, input.options ?? {}) };
  }

  async #atTarget<T>(target: Cluster, work: (deployment: Deployment) => Promise<T>): Promise<T> {
    const deployment = await this.#clusters.open(target.id, 'target-unavailable');
    try {
      return await work(deployment);
    } finally {
      await deployment.close();
    }
  }

  async #completed(projectId: Id, clusterName: string, snapshotId: string): Promise<FinishedSnapshot> {
    const snapshot = await this.#snapshots.get(projectId, clusterName, snapshotId);
    if (snapshot.status !== 'COMPLETED' || !snapshot.finishedAt) throw new Problem('snapshot-not-completed', [snapshotId, snapshot.status]);
    return { ...snapshot, finishedAt: snapshot.finishedAt };
  }

  async #target(projectId: Id, name: string): Promise<Cluster> {
    return this.#clusters.get(projectId, name).catch((error) => {
      throw isProblem(error, 'cluster-not-found') ? new Problem('target-not-found', [name, projectId]) : error;
    });
  }

  async #row(cluster: Cluster, id: string): Promise<RestoreRow> {
    if (!isId(id)) throw new Problem('invalid-restore-job-id', [id]);
    const row = await findRestore(this.#db, id);
    if (!row || row.clusterId !== cluster.id || row.deliveryType === 'DRILL')
      throw new Problem('restore-job-not-found', [id, cluster.name]);
    return row;
  }
}

/**
 * A cluster on the database server is one database under a name of its own: what comes from another such cluster comes to stand in it, and what
 * holds several databases does not fit.
 */
function intoDatabase(source: Cluster, target: Cluster, options: RestoreOptions): RestoreOptions {
  if (target.database === null || target.database === source.database) return options;
  if (source.database === null) {
    const why = 'it is one database of a shared server, and takes only snapshots of clusters that are the same';
    throw new Problem('invalid-value', [`the target ${target.name}`, why]);
  }
  return { ...options, database: { from: source.database, to: target.database } };
}

/** `8.0` of `8.0.4`: what a restore compares. */
function majorOf(version: string): string {
  return version.split('.').slice(0, 2).join('.');
}

/** A pattern that fits this namespace alone. */
function exactPattern(namespace: string): string {
  return namespace.replace(/[\\*]/g, '\\$&');
}
