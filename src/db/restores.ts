import { type ExpressionBuilder, type Selectable, sql } from 'kysely';
import { type Listed, offsetOf, type Page } from '../page.ts';
import type { Queryable } from './connection.ts';
import type { Database, RestoreJobsTable } from './schema.ts';

export type RestoreRow = Selectable<RestoreJobsTable>;

export interface NewRestoreRow {
  id: string;
  projectId: string;
  clusterId: string;
  clusterName: string;
  snapshotId: string;
  deliveryType: string;
  status: string;
  targetProjectId: string;
  targetClusterId: string;
  targetClusterName: string;
  targetDeployment: string | null;
  options: object;
  snapshotFinishedAt: Date;
  scheduledAt: Date;
  finishedAt: Date | null;
  expiresAt: Date;
  safetySnapshotId?: string | null;
}

/** `null` when another restore has the target: the unique index `one_restore_a_target` refuses. */
export async function insertRestore(db: Queryable, row: NewRestoreRow): Promise<RestoreRow | null> {
  const inserted = await db
    .insertInto('restoreJobs')
    .values({ ...columnsOf(row), options: JSON.stringify(row.options), progress: JSON.stringify({ documents: 0, bytes: 0 }) })
    .onConflict((conflict) =>
      conflict
        .column('targetDeployment')
        .where('deliveryType', '=', 'RESTORE')
        .where('status', 'in', ['PENDING', 'QUEUED', 'RUNNING'])
        .doNothing(),
    )
    .returningAll()
    .executeTakeFirst();
  return inserted ?? null;
}

/** The columns of a new row alone, where the caller made it from an old one. */
function columnsOf(row: NewRestoreRow): NewRestoreRow {
  const { id, projectId, clusterId, clusterName, snapshotId, deliveryType, status, targetProjectId, targetClusterId, targetClusterName } =
    row;
  const { targetDeployment, options, snapshotFinishedAt, scheduledAt, finishedAt, expiresAt, safetySnapshotId = null } = row;
  const dates = { snapshotFinishedAt, scheduledAt, finishedAt, expiresAt };
  const names = { clusterName, targetClusterName };
  const ids = { id, projectId, clusterId, snapshotId, targetProjectId, targetClusterId, safetySnapshotId };
  return { ...ids, ...names, ...dates, deliveryType, status, targetDeployment, options };
}

export async function findRestore(db: Queryable, id: string): Promise<RestoreRow | null> {
  return (await db.selectFrom('restoreJobs').selectAll().where('id', '=', id).executeTakeFirst()) ?? null;
}

/** Those that have not ended, drills included. */
export async function restoresInWork(db: Queryable): Promise<RestoreRow[]> {
  return db.selectFrom('restoreJobs').selectAll().where('status', 'in', ['PENDING', 'QUEUED', 'RUNNING']).orderBy('id').execute();
}

/** The restore that has a deployment now. */
export async function findActiveRestore(db: Queryable, deployment: string): Promise<RestoreRow | null> {
  const row = await db
    .selectFrom('restoreJobs')
    .selectAll()
    .where('targetDeployment', '=', deployment)
    .where('deliveryType', '=', 'RESTORE')
    .where('status', 'in', ['PENDING', 'QUEUED', 'RUNNING'])
    .executeTakeFirst();
  return row ?? null;
}

/** Newest first, ties by id. Drills are not among them. */
export async function listRestores(db: Queryable, clusterId: string, page: Page): Promise<Listed<RestoreRow>> {
  const results = await db
    .selectFrom('restoreJobs')
    .selectAll()
    .where('clusterId', '=', clusterId)
    .where('deliveryType', '!=', 'DRILL')
    .orderBy('scheduledAt', 'desc')
    .orderBy('id', 'desc')
    .limit(page.size)
    .offset(offsetOf(page))
    .execute();
  const counted = await db.selectFrom('restoreJobCounts').select('jobs').where('clusterId', '=', clusterId).executeTakeFirst();
  return { results, totalCount: counted?.jobs ?? 0 };
}

/** Newest first, ties by id. */
export async function listDrills(db: Queryable, clusterId: string, page: Page): Promise<Listed<RestoreRow>> {
  const matching = db.selectFrom('restoreJobs').where('clusterId', '=', clusterId).where('deliveryType', '=', 'DRILL');
  const results = await matching
    .selectAll()
    .orderBy('scheduledAt', 'desc')
    .orderBy('id', 'desc')
    .limit(page.size)
    .offset(offsetOf(page))
    .execute();
  const { count } = await matching.select((eb) => eb.fn.countAll<number>().as('count')).executeTakeFirstOrThrow();
  return { results, totalCount: count };
}

/** Moves a job on, from one of `from`; `attempt` fences a worker, `null` is for who is none. */
export async function setRestoreStatus(db: Queryable, id: string, attempt: number | null, from: string[], to: string): Promise<boolean> {
  let update = db.updateTable('restoreJobs').set({ status: to }).where('id', '=', id).where('status', 'in', from);
  if (attempt !== null) update = update.where('attempt', '=', attempt);
  return (await update.executeTakeFirst()).numUpdatedRows === 1n;
}

export async function beginRestore(db: Queryable, id: string, from: string[], startedAt: Date): Promise<RestoreRow | null> {
  const row = await db
    .updateTable('restoreJobs')
    .set((eb) => ({ status: 'RUNNING', attempt: eb('attempt', '+', 1), startedAt: sql<Date>`coalesce(started_at, ${startedAt})` }))
    .where('id', '=', id)
    .where('status', 'in', from)
    .returningAll()
    .executeTakeFirst();
  return row ?? null;
}

/** Writes the progress and reads back whether to stop. `null`: another attempt has taken over. */
export async function reportRestore(
  db: Queryable,
  id: string,
  attempt: number,
  progress: object,
): Promise<{ cancelRequested: boolean } | null> {
  const row = await db
    .updateTable('restoreJobs')
    .set({ progress: JSON.stringify(progress) })
    .where('id', '=', id)
    .where('attempt', '=', attempt)
    .where('status', '=', 'RUNNING')
    .returning('cancelRequestedAt')
    .executeTakeFirst();
  return row ? { cancelRequested: row.cancelRequestedAt !== null } : null;
}

/** Whether this attempt is still the one that may act. */
export async function holdsRestore(db: Queryable, id: string, attempt: number): Promise<boolean> {
  const row = await db
    .selectFrom('restoreJobs')
    .select('id')
    .where('id', '=', id)
    .where('attempt', '=', attempt)
    .where('status', '=', 'RUNNING')
    .executeTakeFirst();
  return row !== undefined;
}

export async function completeRestore(
  db: Queryable,
  id: string,
  attempt: number,
  outcome: { finishedAt: Date; verification: object; progress: object },
): Promise<boolean> {
  const result = await db
    .updateTable('restoreJobs')
    .set({
      status: 'COMPLETED',
      finishedAt: outcome.finishedAt,
      verification: JSON.stringify(outcome.verification),
      progress: JSON.stringify(outcome.progress),
    })
    .where('id', '=', id)
    .where('attempt', '=', attempt)
    .where('status', '=', 'RUNNING')
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

export async function failRestore(
  db: Queryable,
  id: string,
  attempt: number | null,
  from: string[],
  outcome: { finishedAt: Date; failure: object; cancelled: boolean; verification?: object | null },
): Promise<boolean> {
  let update = db
    .updateTable('restoreJobs')
    .set({
      status: 'FAILED',
      finishedAt: outcome.finishedAt,
      failure: JSON.stringify(outcome.failure),
      cancelled: outcome.cancelled,
      ...(outcome.verification && { verification: JSON.stringify(outcome.verification) }),
    })
    .where('id', '=', id)
    .where('status', 'in', from);
  if (attempt !== null) update = update.where('attempt', '=', attempt);
  return (await update.executeTakeFirst()).numUpdatedRows === 1n;
}

export async function countRestoreFailure(db: Queryable, id: string, attempt: number): Promise<number | null> {
  const row = await db
    .updateTable('restoreJobs')
    .set((eb) => ({ failures: eb('failures', '+', 1) }))
    .where('id', '=', id)
    .where('attempt', '=', attempt)
    .returning('failures')
    .executeTakeFirst();
  return row?.failures ?? null;
}

export async function requestRestoreCancel(db: Queryable, id: string, at: Date): Promise<void> {
  await db.updateTable('restoreJobs').set({ cancelRequestedAt: at }).where('id', '=', id).where('cancelRequestedAt', 'is', null).execute();
}

/** Of a deployment: by the address that it had when the job was accepted, or as the cluster's that it goes into. A replica set that gains a member has another address from then on. */
function isInto(deployment: string) {
  return ({ or, eb, selectFrom }: ExpressionBuilder<Database, 'restoreJobs'>) =>
    or([
      eb('restoreJobs.targetDeployment', '=', deployment),
      eb('restoreJobs.targetClusterId', 'in', selectFrom('clusters').select('clusters.id').where('clusters.deployment', '=', deployment)),
    ]);
}

/** Whether a restore into this deployment, or a drill on it, runs now; `exceptId` does not count. */
export async function isBeingRestored(db: Queryable, deployment: string, exceptId = ''): Promise<boolean> {
  const row = await db
    .selectFrom('restoreJobs')
    .select('id')
    .where(isInto(deployment))
    .where('deliveryType', 'in', ['RESTORE', 'DRILL'])
    .where('status', '=', 'RUNNING')
    .where('id', '!=', exceptId)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** Whether a drill of the cluster waits or runs. */
export async function isBeingDrilled(db: Queryable, clusterId: string): Promise<boolean> {
  const row = await db
    .selectFrom('restoreJobs')
    .select('id')
    .where('clusterId', '=', clusterId)
    .where('deliveryType', '=', 'DRILL')
    .where('status', 'in', ['PENDING', 'QUEUED', 'RUNNING'])
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** Whether a restore into the deployment waits for nothing but its turn there: no safety snapshot that is still to be taken. */
export async function isRestoreNext(db: Queryable, deployment: string): Promise<boolean> {
  const row = await db
    .selectFrom('restoreJobs')
    .leftJoin('snapshots', 'snapshots.id', 'safetySnapshotId')
    .select('restoreJobs.id')
    .where(isInto(deployment))
    .where('restoreJobs.deliveryType', '=', 'RESTORE')
    .where('restoreJobs.status', 'in', ['PENDING', 'QUEUED'])
    .where((where) => where.or([where('safetySnapshotId', 'is', null), where('snapshots.status', 'in', ['COMPLETED', 'FAILED'])]))
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** Whether the snapshot was taken so that a restore can be undone. */
export async function isSafetySnapshot(db: Queryable, snapshotId: string): Promise<boolean> {
  const row = await db.selectFrom('restoreJobs').select('id').where('safetySnapshotId', '=', snapshotId).limit(1).executeTakeFirst();
  return row !== undefined;
}

/** The newest restores and drills on a deployment that COMPLETED, newest first: how fast they were says how fast the next will be. */
export async function recentRestores(db: Queryable, deployment: string, count: number): Promise<RestoreRow[]> {
  return db
    .selectFrom('restoreJobs')
    .selectAll()
    .where('targetDeployment', '=', deployment)
    .where('deliveryType', 'in', ['RESTORE', 'DRILL'])
    .where('status', '=', 'COMPLETED')
    .where('startedAt', 'is not', null)
    .orderBy('finishedAt', 'desc')
    .limit(count)
    .execute();
}

/** The worker stops in good order: this attempt is no lost worker. */
export async function countRestoreHandover(db: Queryable, id: string, attempt: number): Promise<void> {
  await db
    .updateTable('restoreJobs')
    .set((eb) => ({ handovers: eb('handovers', '+', 1) }))
    .where('id', '=', id)
    .where('attempt', '=', attempt)
    .execute();
}

/** Of each of these clusters the newest job of a kind that COMPLETED. */
export async function lastCompleted(db: Queryable, clusterIds: readonly string[], kind: string): Promise<RestoreRow[]> {
  if (clusterIds.length === 0) return [];
  return db
    .selectFrom('restoreJobs')
    .selectAll()
    .distinctOn('clusterId')
    .where('clusterId', 'in', clusterIds)
    .where('deliveryType', '=', kind)
    .where('status', '=', 'COMPLETED')
    .orderBy('clusterId')
    .orderBy('finishedAt', 'desc')
    .execute();
}
