import { type Selectable, sql } from 'kysely';
import { type Listed, offsetOf, type Page } from '../page.ts';
import type { Queryable } from './connection.ts';
import type { SnapshotsTable } from './schema.ts';

export type SnapshotRow = Selectable<SnapshotsTable>;

export interface NewSnapshotRow {
  id: string;
  projectId: string;
  clusterId: string;
  clusterName: string;
  status: string;
  scheduledAt: Date;
  expiresAt: Date;
  description?: string | null;
}

export async function insertSnapshot(db: Queryable, row: NewSnapshotRow): Promise<SnapshotRow> {
  return db
    .insertInto('snapshots')
    .values({ ...row, progress: JSON.stringify({ documents: 0, bytes: 0 }) })
    .returningAll()
    .executeTakeFirstOrThrow();
}

export interface FinishedSnapshotRow extends NewSnapshotRow, SnapshotOutcome {
  startedAt: Date;
  imported: boolean;
}

/** A snapshot that is whole when it is first seen: from a dump, or found in the vault. */
export async function insertFinishedSnapshot(db: Queryable, row: FinishedSnapshotRow): Promise<SnapshotRow> {
  return db
    .insertInto('snapshots')
    .values({ ...row, progress: progressOf(row) })
    .returningAll()
    .executeTakeFirstOrThrow();
}

export async function findSnapshot(db: Queryable, id: string): Promise<SnapshotRow | null> {
  return (await db.selectFrom('snapshots').selectAll().where('id', '=', id).executeTakeFirst()) ?? null;
}

/** All snapshots that the vault must hold. */
export async function completedSnapshots(db: Queryable): Promise<string[]> {
  return (await expectedSnapshots(db)).map((row) => row.id);
}

/** As {@link completedSnapshots}, with the names of their clusters. */
export async function expectedSnapshots(db: Queryable): Promise<Pick<SnapshotRow, 'id' | 'clusterName'>[]> {
  return db
    .selectFrom('snapshots')
    .select(['id', 'clusterName'])
    .where('status', '=', 'COMPLETED')
    .where('deletedAt', 'is', null)
    .execute();
}

/** The ids of all that there are, deleted ones included. */
export async function knownSnapshots(db: Queryable): Promise<string[]> {
  return (await db.selectFrom('snapshots').select('id').execute()).map((row) => row.id);
}

/** Those that have not ended. */
export async function snapshotsInWork(db: Queryable): Promise<SnapshotRow[]> {
  return db.selectFrom('snapshots').selectAll().where('status', 'in', ['PENDING', 'QUEUED', 'RUNNING']).orderBy('id').execute();
}

/** The newest COMPLETED one that is not deleted. */
export async function newestSnapshot(db: Queryable, clusterId: string): Promise<SnapshotRow | null> {
  const row = await db
    .selectFrom('snapshots')
    .selectAll()
    .where('clusterId', '=', clusterId)
    .where('status', '=', 'COMPLETED')
    .where('deletedAt', 'is', null)
    .orderBy('finishedAt', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row ?? null;
}

export interface SnapshotContent {
  logicalBytes: number;
  storedBytes: number;
}

/** The newest snapshot in the vault of what stands in a cluster: its own, or one that it was restored from. */
export async function findRelatedContent(db: Queryable, clusterId: string): Promise<SnapshotContent | null> {
  const row = await db
    .selectFrom('snapshots')
    .select(['logicalBytes', 'storedBytes'])
    .where('status', '=', 'COMPLETED')
    .where('deletedAt', 'is', null)
    .where((eb) =>
      eb.or([
        eb('clusterId', '=', clusterId),
        eb(
          'id',
          'in',
          eb
            .selectFrom('restoreJobs')
            .select('snapshotId')
            .where('targetClusterId', '=', clusterId)
            .where('deliveryType', '=', 'RESTORE')
            .where('status', '=', 'COMPLETED'),
        ),
      ]),
    )
    .orderBy('finishedAt', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row ? { logicalBytes: row.logicalBytes ?? 0, storedBytes: row.storedBytes ?? 0 } : null;
}

export interface SnapshotFilter {
  /** All where it is empty. */
  statuses?: readonly string[];
  from?: Date | undefined;
  until?: Date | undefined;
  /** What is not finished is not in there. */
  finishedBefore?: Date | undefined;
  /** Instead of oldest first. */
  newestFirst?: boolean;
}

/** By when they were asked for, ties by id. */
export async function listSnapshots(
  db: Queryable,
  clusterId: string,
  page: Page,
  { statuses = [], from, until, finishedBefore, newestFirst }: SnapshotFilter = {},
): Promise<Listed<SnapshotRow>> {
  let matching = db.selectFrom('snapshots').where('clusterId', '=', clusterId).where('deletedAt', 'is', null);
  if (statuses.length > 0) matching = matching.where('status', 'in', statuses);
  if (from) matching = matching.where('scheduledAt', '>=', from);
  if (until) matching = matching.where('scheduledAt', '<=', until);
  if (finishedBefore) matching = matching.where('finishedAt', '<', finishedBefore);
  const order = newestFirst ? 'desc' : 'asc';
  const results = await matching
    .selectAll()
    .orderBy('scheduledAt', order)
    .orderBy('id', order)
    .limit(page.size)
    .offset(offsetOf(page))
    .execute();
  const { count } = await matching.select((eb) => eb.fn.countAll<number>().as('count')).executeTakeFirstOrThrow();
  return { results, totalCount: count };
}

/** Moves a snapshot on, from one of `from`; `false` when it is in none of them. */
export async function setSnapshotStatus(db: Queryable, id: string, from: string[], to: string): Promise<boolean> {
  const result = await db.updateTable('snapshots').set({ status: to }).where('id', '=', id).where('status', 'in', from).executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** Begins an attempt: the returned row's `attempt` is the fence of all that this attempt commits. `null` when the snapshot may not begin. */
export async function beginSnapshot(db: Queryable, id: string, from: string[], startedAt: Date): Promise<SnapshotRow | null> {
  const row = await db
    .updateTable('snapshots')
    .set((eb) => ({ status: 'RUNNING', attempt: eb('attempt', '+', 1), startedAt: sql<Date>`coalesce(started_at, ${startedAt})` }))
    .where('id', '=', id)
    .where('status', 'in', from)
    .returningAll()
    .executeTakeFirst();
  return row ?? null;
}

/** Writes the progress and reads back whether to stop. `null`: another attempt has taken over. */
export async function reportSnapshot(
  db: Queryable,
  id: string,
  attempt: number,
  progress: object,
): Promise<{ cancelRequested: boolean } | null> {
  const row = await db
    .updateTable('snapshots')
    .set({ progress: JSON.stringify(progress) })
    .where('id', '=', id)
    .where('attempt', '=', attempt)
    .where('status', '=', 'RUNNING')
    .returning('cancelRequestedAt')
    .executeTakeFirst();
  return row ? { cancelRequested: row.cancelRequestedAt !== null } : null;
}

export interface SnapshotOutcome {
  finishedAt: Date;
  mongodbVersion: string;
  consistency: string;
  collections: number;
  documents: number;
  logicalBytes: number;
  storedBytes: number;
  newBytes: number;
}

export async function completeSnapshot(db: Queryable, id: string, attempt: number, outcome: SnapshotOutcome): Promise<boolean> {
  const result = await db
    .updateTable('snapshots')
    .set({
      status: 'COMPLETED',
      ...outcome,
      progress: progressOf(outcome),
    })
    .where('id', '=', id)
    .where('attempt', '=', attempt)
    .where('status', '=', 'RUNNING')
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** One that FAILED with this code is COMPLETED after all; `null` where there is none. */
export async function completeEndedSnapshot(
  db: Queryable,
  id: string,
  code: string,
  outcome: SnapshotOutcome & { startedAt: Date; expiresAt: Date },
): Promise<SnapshotRow | null> {
  const row = await db
    .updateTable('snapshots')
    .set({ status: 'COMPLETED', ...outcome, failure: null, progress: progressOf(outcome) })
    .where('id', '=', id)
    .where('status', '=', 'FAILED')
    .where('deletedAt', 'is', null)
    .where(sql<boolean>`failure ->> 'code' = ${code}`)
    .returningAll()
    .executeTakeFirst();
  return row ?? null;
}

/** Nothing that is there expires before `until`. */
export async function keepAllUntil(db: Queryable, until: Date): Promise<void> {
  await db
    .updateTable('snapshots')
    .set({ expiresAt: until })
    .where('status', '=', 'COMPLETED')
    .where('deletedAt', 'is', null)
    .where('expiresAt', '<', until)
    .execute();
}

/** The progress of what is done. */
function progressOf({ documents, logicalBytes: bytes }: SnapshotOutcome): string {
  return JSON.stringify({ documents, bytes, totalDocuments: documents, totalBytes: bytes });
}

/** Ends a snapshot as FAILED, whatever state short of an end it is in; `attempt` fences a worker, `null` is for a snapshot that no worker has. */
export async function failSnapshot(
  db: Queryable,
  id: string,
  attempt: number | null,
  from: string[],
  outcome: { finishedAt: Date; failure: object; cancelled: boolean },
): Promise<boolean> {
  let update = db
    .updateTable('snapshots')
    .set({ status: 'FAILED', finishedAt: outcome.finishedAt, failure: JSON.stringify(outcome.failure), cancelled: outcome.cancelled })
    .where('id', '=', id)
    .where('status', 'in', from);
  if (attempt !== null) update = update.where('attempt', '=', attempt);
  return (await update.executeTakeFirst()).numUpdatedRows === 1n;
}

/** Counts a failed attempt that may be tried again; the count, or `null` when the fence says no. */
export async function countSnapshotFailure(db: Queryable, id: string, attempt: number): Promise<number | null> {
  const row = await db
    .updateTable('snapshots')
    .set((eb) => ({ failures: eb('failures', '+', 1) }))
    .where('id', '=', id)
    .where('attempt', '=', attempt)
    .returning('failures')
    .executeTakeFirst();
  return row?.failures ?? null;
}

export async function requestSnapshotCancel(db: Queryable, id: string, at: Date): Promise<void> {
  await db.updateTable('snapshots').set({ cancelRequestedAt: at }).where('id', '=', id).where('cancelRequestedAt', 'is', null).execute();
}

/** Whether a snapshot of this cluster's deployment is being taken now. */
export async function isBeingSnapshotted(db: Queryable, deployment: string, exceptId: string): Promise<boolean> {
  const row = await db
    .selectFrom('snapshots')
    .innerJoin('clusters', 'clusters.id', 'snapshots.clusterId')
    .select('snapshots.id')
    .where('clusters.deployment', '=', deployment)
    .where('snapshots.status', '=', 'RUNNING')
    .where('snapshots.id', '!=', exceptId)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

type Kept = Partial<Pick<SnapshotRow, 'description' | 'expiresAt' | 'expiryIsOwn' | 'hold'>>;

/** What users say of a snapshot; `false` when it was deleted meanwhile. */
export async function changeSnapshot(db: Queryable, id: string, change: Kept): Promise<boolean> {
  const update = db.updateTable('snapshots').set(change).where('id', '=', id).where('deletedAt', 'is', null);
  return (await update.executeTakeFirst()).numUpdatedRows === 1n;
}

/** `false` when it has not ended yet, or is held. */
export async function deleteSnapshot(db: Queryable, id: string, at: Date): Promise<boolean> {
  const update = db
    .updateTable('snapshots')
    .set({ deletedAt: at })
    .where('id', '=', id)
    .where('status', 'in', ['COMPLETED', 'FAILED'])
    .where('hold', '=', false);
  return (await update.executeTakeFirst()).numUpdatedRows === 1n;
}

/** What garbage collection may take out of the vault: those that were deleted, and those that FAILED, of which a root may stand that an attempt wrote before it was lost. */
export async function retiredSnapshots(db: Queryable): Promise<string[]> {
  const rows = await db
    .selectFrom('snapshots')
    .select('id')
    .where((eb) => eb.or([eb('deletedAt', 'is not', null), eb('status', '=', 'FAILED')]))
    .execute();
  return rows.map((row) => row.id);
}

/** The worker stops in good order: this attempt is no lost worker. */
export async function countSnapshotHandover(db: Queryable, id: string, attempt: number): Promise<void> {
  await db
    .updateTable('snapshots')
    .set((eb) => ({ handovers: eb('handovers', '+', 1) }))
    .where('id', '=', id)
    .where('attempt', '=', attempt)
    .execute();
}
