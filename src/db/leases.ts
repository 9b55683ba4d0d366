import { sql } from 'kysely';
import type { Queryable } from './connection.ts';

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

/** The snapshots that somebody reads or may read, those of restores that wait and what such a restore is undone with included; leases that have run out are forgotten. */
export async function leasedSnapshots(db: Queryable): Promise<string[]> {
  await sql`DELETE FROM snapshot_leases WHERE expires_at < now()`.execute(db);
  const rows = await db.selectFrom('snapshotLeases').select('snapshotId').distinct().execute();
  const active = ['PENDING', 'QUEUED', 'RUNNING'];
  const restores = await db.selectFrom('restoreJobs').select(['snapshotId', 'safetySnapshotId']).where('status', 'in', active).execute();
  return [...rows.map((row) => row.snapshotId), ...restores.flatMap((row) => [row.snapshotId, row.safetySnapshotId ?? []].flat())];
}
