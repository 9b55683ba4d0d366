import { sql } from 'kysely';
import type { Db } from './connection.ts';

/** The first moment after `now` at which anything is due of itself: a snapshot, a drill, the expiry of a snapshot. `null`: none ever. */
export async function nextMoment(db: Db, now: Date): Promise<Date | null> {
  const { rows } = await sql<{ at: Date | null }>`
    SELECT least(
      (SELECT min(least(CASE WHEN next_run_at > ${now} THEN next_run_at END, CASE WHEN next_drill_at > ${now} THEN next_drill_at END))
         FROM backup_schedules JOIN clusters ON clusters.id = cluster_id WHERE lifecycle <> 'parked'),
      (SELECT min(expires_at) FROM snapshots WHERE expires_at > ${now} AND deleted_at IS NULL AND NOT hold)
    ) AS at`.execute(db);
  return rows[0]?.at ?? null;
}

/** Jobs that wait or run, by what they are about (`held` aside); of those that wait for another try only where nothing holds them up. */
export async function hasWork(db: Db, held: readonly string[]): Promise<boolean> {
  const about = sql`coalesce(data ->> 'snapshotId', data ->> 'restoreJobId', '')`;
  const { rows } = await sql<{ busy: boolean }>`
    SELECT EXISTS (
      SELECT FROM pgboss.job
      WHERE state < 'completed' AND name IN ('snapshot.take', 'snapshot.verify', 'restore.run')
        AND NOT (${about} = ANY(${held}::text[]))
        AND (start_after <= now() OR ${held.length === 0})
    ) AS busy`.execute(db);
  return rows[0]!.busy;
}
