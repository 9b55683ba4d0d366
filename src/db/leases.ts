import { type Expression, type ExpressionBuilder, type SqlBool, sql } from 'kysely';
import type { Queryable } from './connection.ts';
import type { Database } from './schema.ts';

/** Keeps a snapshot's chunks from garbage collection for so many seconds of real time; again with the same id: renews. */
export async function keepLease(db: Queryable, lease: { id: string; snapshotId: string; holder: string; seconds: number }): Promise<void> {
  const expiresAt = sql<string>`now() + make_interval(secs => ${lease.seconds})`;
  await db
    .insertInto('snapshotLeases')
    .values({ id: lease.id, snapshotId: lease.snapshotId, holder: lease.holder, expiresAt })
    .onConflict((conflict) => conflict.column('id').doUpdateSet({ expiresAt }))
    .execute();
}

export async function dropLease(db: Queryable, id: string): Promise<void> {
  await db.deleteFrom('snapshotLeases').where('id', '=', id).execute();
}

/**
 * Whether a restore job needs its snapshots still: one that has not ended, and one that stopped while its target was being replaced, which only they make whole again (its plan stands
 * until then).
 */
export function needsSnapshots({ eb, selectFrom }: ExpressionBuilder<Database, 'restoreJobs'>): Expression<SqlBool> {
  return eb.or([
    eb('restoreJobs.status', 'in', ['PENDING', 'QUEUED', 'RUNNING']),
    eb('restoreJobs.id', 'in', selectFrom('swapPlans').select('swapPlans.restoreJobId')),
  ]);
}

/** The snapshots that somebody reads or may read, those of restores that have not ended and what such a restore is undone with included; leases that have run out are forgotten. */
export async function leasedSnapshots(db: Queryable): Promise<string[]> {
  await sql`DELETE FROM snapshot_leases WHERE expires_at < now()`.execute(db);
  const rows = await db.selectFrom('snapshotLeases').select('snapshotId').distinct().execute();
  const restores = await db.selectFrom('restoreJobs').select(['snapshotId', 'safetySnapshotId']).where(needsSnapshots).execute();
  return [...rows.map((row) => row.snapshotId), ...restores.flatMap((row) => [row.snapshotId, row.safetySnapshotId ?? []].flat())];
}
