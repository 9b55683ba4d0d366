import { sql } from 'kysely';
import { pause, realMilliseconds } from '../clock.ts';
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

/** Which of these jobs somebody has cancelled: those that run are asked to end, the others have. */
export async function cancelledAmong(db: Db, ids: readonly string[]): Promise<string[]> {
  if (ids.length === 0) return [];
  const found: string[] = [];
  for (const table of ['snapshots', 'restoreJobs'] as const) {
    const rows = await db
      .selectFrom(table)
      .select('id')
      .where('id', 'in', [...ids])
      .where((row) => row.or([row('cancelRequestedAt', 'is not', null), row('status', '=', 'FAILED')]))
      .execute();
    found.push(...rows.map(({ id }) => id));
  }
  return found;
}

const JOBS = sql.raw("('snapshot.take', 'snapshot.verify', 'restore.run')");
const about = (job: string) => sql.raw(`coalesce(${job}.data ->> 'snapshotId', ${job}.data ->> 'restoreJobId', '')`);

/** Which jobs wait or run that could go on now, in words. Those that are `held` cannot, nor what waits for the same deployment. */
export async function workInHand(db: Db, held: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ job: string }>`
    SELECT CASE name WHEN 'restore.run' THEN 'restore ' ELSE 'snapshot ' END || ${about('j')} AS job FROM pgboss.job j
    WHERE state < 'completed' AND name IN ${JOBS}
      AND NOT (${about('j')} = ANY(${held}::text[]))
      AND NOT EXISTS (
        SELECT FROM pgboss.job h
        WHERE h.group_id = j.group_id AND h.state = 'active' AND j.state < 'active' AND ${about('h')} = ANY(${held}::text[]))
    ORDER BY job LIMIT 10`.execute(db);
  return rows.map(({ job }) => job);
}

/**
 * Whether a job will come to its handler, or has come there, that is not among those `known` by what they are about; or one that is done is not yet off the queue, which keeps others
 * from coming. `places`: so many jobs of a kind are with their handlers at most.
 */
export async function isJobOnItsWay(db: Db, known: readonly string[], places: number): Promise<boolean> {
  const { rows } = await sql<{ coming: boolean }>`
    SELECT EXISTS (
      SELECT FROM pgboss.job j
      WHERE name IN ${JOBS} AND state < 'completed' AND NOT (${about('j')} = ANY(${known}::text[]))
        AND (state = 'active' OR (
          start_after <= now()
          AND NOT EXISTS (SELECT FROM pgboss.job a WHERE a.name = j.name AND a.state = 'active' AND a.group_id = j.group_id)
          AND (SELECT count(*) FROM pgboss.job a WHERE a.name = j.name AND a.state = 'active') < ${places}))
    ) AS coming`.execute(db);
  return rows[0]!.coming;
}

export async function clusterOfSnapshot(db: Db, id: string): Promise<string[]> {
  const row = await db.selectFrom('snapshots').select('clusterName').where('id', '=', id).executeTakeFirst();
  return row ? [row.clusterName] : [];
}

/** Where a restore is from and to, and what of its snapshot it is of. */
export async function restoreToDecide(db: Db, id: string): Promise<{ clusters: string[]; snapshotId: string | null; options: object }> {
  const row = await db
    .selectFrom('restoreJobs')
    .select(['clusterName', 'targetClusterName', 'snapshotId', 'options'])
    .where('id', '=', id)
    .executeTakeFirst();
  if (!row) return { clusters: [], snapshotId: null, options: {} };
  return { clusters: [row.clusterName, row.targetClusterName ?? row.clusterName], snapshotId: row.snapshotId, options: row.options };
}

/** A job that nobody has begun is one that was just accepted, again; answers when it was, `null` where it has been begun. */
export async function putBackToPending(db: Db, id: string): Promise<Date | null> {
  for (const table of ['snapshots', 'restoreJobs'] as const) {
    await isQueued(db, table, id);
    const row = await db
      .updateTable(table)
      .set({ status: 'PENDING' })
      .where('id', '=', id)
      .where('status', 'in', ['PENDING', 'QUEUED'])
      .returning('scheduledAt')
      .executeTakeFirst();
    if (row) return row.scheduledAt;
  }
  return null;
}

/** Milliseconds of real time. A job that was put back before, and is begun again, is PENDING for good. */
const QUEUED_WITHIN = 500;

/** Who accepted a job says so, and a moment later that it is queued: a worker may be quicker than that, and what it writes would be written over. */
async function isQueued(db: Db, table: 'snapshots' | 'restoreJobs', id: string): Promise<void> {
  for (const until = realMilliseconds() + QUEUED_WITHIN; realMilliseconds() < until; await pause(5)) {
    const row = await db.selectFrom(table).select('status').where('id', '=', id).executeTakeFirst();
    if (row?.status !== 'PENDING') return;
  }
}

/** How far a job had come when it failed; what its worker wrote last depends on how quick the machine is. */
export async function setFailedProgress(db: Db, id: string, documents = 0, totalDocuments?: number): Promise<void> {
  await setProgress(db, id, 'FAILED', { documents, bytes: 0, totalDocuments });
}

/** What its worker writes half a second after it has begun, at once. */
export async function setHeldProgress(db: Db, id: string): Promise<void> {
  await setProgress(db, id, 'RUNNING', { documents: 0, bytes: 0, phase: 'connecting' });
}

async function setProgress(db: Db, id: string, status: 'FAILED' | 'RUNNING', progress: object): Promise<void> {
  for (const table of ['snapshots', 'restoreJobs'] as const) {
    await db
      .updateTable(table)
      .set({ progress: JSON.stringify(progress) })
      .where('id', '=', id)
      .where('status', '=', status)
      .execute();
  }
}

/** Jobs that a state was saved with while they waited for the clock are begun again, by the same attempt as before. */
export async function unbegin(db: Db, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  for (const table of ['snapshots', 'restoreJobs'] as const)
    await db
      .updateTable(table)
      .set((eb) => ({ attempt: eb('attempt', '-', 1) }))
      .where('id', 'in', [...ids])
      .where('attempt', '>', 0)
      .execute();
}

/** Of the clusters that are databases of the server, the connection string as it is sealed. */
export async function setServer(db: Db, sealedFor: (clusterId: string) => Buffer): Promise<void> {
  const clusters = await db.selectFrom('clusters').select('id').where('database', 'is not', null).execute();
  for (const { id } of clusters)
    await db
      .updateTable('clusters')
      .set({ uriSealed: sealedFor(id) })
      .where('id', '=', id)
      .execute();
}
