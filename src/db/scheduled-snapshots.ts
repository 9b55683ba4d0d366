import { sql } from 'kysely';
import type { Queryable, Within } from './connection.ts';
import { needsSnapshots } from './leases.ts';
import type { NewSnapshotRow, SnapshotRow } from './snapshots.ts';

/** Snapshots as schedules take them and retention gives them up: many at once. */

export interface DueSnapshotRow extends NewSnapshotRow {
  dueAt: Date;
  policyItems: object[];
}

/** Answers those that are new: for a moment for which there is a snapshot already there is no other. */
export async function insertDueSnapshots(db: Within, rows: readonly DueSnapshotRow[]): Promise<SnapshotRow[]> {
  if (rows.length === 0) return [];
  return db
    .insertInto('snapshots')
    .values(rows.map((row) => ({ ...row, policyItems: JSON.stringify(row.policyItems), progress: '{"documents":0,"bytes":0}' })))
    .onConflict((conflict) => conflict.columns(['clusterId', 'dueAt']).where('dueAt', 'is not', null).doNothing())
    .returningAll()
    .execute();
}

/** Those of schedules that no worker has begun, locked: none begins them before the transaction ends. */
export async function lockWaitingSnapshots(db: Within, clusterIds: readonly string[]): Promise<SnapshotRow[]> {
  if (clusterIds.length === 0) return [];
  return db
    .selectFrom('snapshots')
    .selectAll()
    .where('clusterId', 'in', clusterIds)
    .where('status', 'in', ['PENDING', 'QUEUED'])
    .where('dueAt', 'is not', null)
    .where('cancelRequestedAt', 'is', null)
    .forUpdate()
    .execute();
}

/** One that waits serves a later moment too; not one for which there is a snapshot already. */
export async function extendWaitingSnapshot(
  db: Within,
  id: string,
  { dueAt, policyItems, expiresAt }: { dueAt: Date; policyItems: object[]; expiresAt: Date },
): Promise<void> {
  await db
    .updateTable('snapshots')
    .set({ dueAt, policyItems: JSON.stringify(policyItems), expiresAt })
    .where('id', '=', id)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('snapshots as taken')
            .select('taken.id')
            .whereRef('taken.clusterId', '=', 'snapshots.clusterId')
            .where('taken.dueAt', '=', dueAt)
            .where('taken.id', '!=', id),
        ),
      ),
    )
    .execute();
}

/** All that are not deleted and were taken by a schedule, of whichever state. */
export async function listScheduledSnapshots(db: Queryable, clusterId: string): Promise<SnapshotRow[]> {
  return db
    .selectFrom('snapshots')
    .selectAll()
    .where('clusterId', '=', clusterId)
    .where('deletedAt', 'is', null)
    .where('policyItems', 'is not', null)
    .orderBy('scheduledAt')
    .orderBy('id')
    .execute();
}

export async function setExpiries(db: Within, expiries: readonly { id: string; expiresAt: Date }[]): Promise<void> {
  if (expiries.length === 0) return;
  const ids = expiries.map(({ id }) => id);
  const times = expiries.map(({ expiresAt }) => expiresAt.toISOString());
  await sql`
    UPDATE snapshots AS s SET expires_at = e.at
    FROM unnest(${ids}::text[], ${times}::timestamptz[]) AS e (id, at) WHERE s.id = e.id`.execute(db);
}

const RETAINED = ['id', 'projectId', 'clusterId', 'clusterName', 'status', 'finishedAt', 'expiresAt', 'imported', 'hold'] as const;
/** As much of a snapshot as retention looks at. */
export type RetainedRow = Pick<SnapshotRow, (typeof RETAINED)[number]>;

/** What has ended and expired and is not held, the longest expired first, from behind `last` on. */
export async function listExpiredSnapshots(db: Queryable, now: Date, last: RetainedRow | null, count: number): Promise<RetainedRow[]> {
  let expired = db
    .selectFrom('snapshots')
    .select(RETAINED)
    .where('expiresAt', '<=', now)
    .where('deletedAt', 'is', null)
    .where('hold', '=', false)
    .where('status', 'in', ['COMPLETED', 'FAILED']);
  if (last) expired = expired.where(({ eb, refTuple, tuple }) => eb(refTuple('expiresAt', 'id'), '>', tuple(last.expiresAt, last.id)));
  return expired.orderBy('expiresAt').orderBy('id').limit(count).execute();
}

export async function listCompletedSnapshots(db: Queryable, clusterIds: readonly string[]): Promise<RetainedRow[]> {
  if (clusterIds.length === 0) return [];
  return db
    .selectFrom('snapshots')
    .select(RETAINED)
    .where('clusterId', 'in', clusterIds)
    .where('status', '=', 'COMPLETED')
    .where('deletedAt', 'is', null)
    .execute();
}

/** Which of the snapshots are not deleted; they are not before the transaction ends. */
export async function keepSnapshots(db: Within, ids: readonly string[]): Promise<string[]> {
  if (ids.length === 0) return [];
  const rows = await db.selectFrom('snapshots').select('id').where('id', 'in', ids).where('deletedAt', 'is', null).forShare().execute();
  return rows.map((row) => row.id);
}

/** Deletes what has still expired, and is neither held nor read; answers what that was. */
export async function retireSnapshots(db: Within, ids: readonly string[], now: Date): Promise<RetainedRow[]> {
  if (ids.length === 0) return [];
  return db
    .updateTable('snapshots')
    .set({ deletedAt: now })
    .where('id', 'in', ids)
    .where('expiresAt', '<=', now)
    .where('deletedAt', 'is', null)
    .where('hold', '=', false)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('restoreJobs')
            .select('restoreJobs.id')
            .where(needsSnapshots)
            .where((eb) =>
              eb.or([
                eb('restoreJobs.snapshotId', '=', eb.ref('snapshots.id')),
                eb('restoreJobs.safetySnapshotId', '=', eb.ref('snapshots.id')),
              ]),
            ),
        ),
      ),
    )
    .returning(RETAINED)
    .execute();
}
