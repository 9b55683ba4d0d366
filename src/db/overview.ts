import { sql } from 'kysely';
import type { Queryable } from './connection.ts';
import type { RestoreRow } from './restores.ts';
import type { SnapshotRow } from './snapshots.ts';

/** Of each of these clusters the newest snapshots, newest first: of all, or of those that are COMPLETED. What was deleted is not among them. */
export async function newestSnapshots(
  db: Queryable,
  clusterIds: readonly string[],
  count: number,
  completedOnly: boolean,
): Promise<SnapshotRow[]> {
  if (clusterIds.length === 0) return [];
  const { rows } = await sql<SnapshotRow>`
    SELECT s.* FROM unnest(${[...clusterIds]}::text[]) AS wanted (cluster_id), LATERAL (
      SELECT * FROM snapshots WHERE cluster_id = wanted.cluster_id AND deleted_at IS NULL ${completedOnly ? sql`AND status = 'COMPLETED'` : sql``}
      ORDER BY scheduled_at DESC, id DESC LIMIT ${count}
    ) AS s`.execute(db);
  return rows;
}

/** Those whose last verification found damage, newest first. */
export async function damagedSnapshots(db: Queryable, clusterIds: readonly string[]): Promise<Pick<SnapshotRow, 'id' | 'clusterId'>[]> {
  if (clusterIds.length === 0) return [];
  return db
    .selectFrom('snapshots')
    .select(['id', 'clusterId'])
    .where('clusterId', 'in', clusterIds)
    .where('status', '=', 'COMPLETED')
    .where('deletedAt', 'is', null)
    .where(sql<boolean>`verified ->> 'ok' = 'false'`)
    .orderBy('scheduledAt', 'desc')
    .execute();
}

/** Of each of these clusters the newest drill that has ended. */
export async function newestDrills(db: Queryable, clusterIds: readonly string[]): Promise<RestoreRow[]> {
  if (clusterIds.length === 0) return [];
  return db
    .selectFrom('restoreJobs')
    .selectAll()
    .distinctOn('clusterId')
    .where('clusterId', 'in', clusterIds)
    .where('deliveryType', '=', 'DRILL')
    .where('status', 'in', ['COMPLETED', 'FAILED'])
    .orderBy('clusterId')
    .orderBy('scheduledAt', 'desc')
    .execute();
}

/** How many snapshots and restore jobs wait or run, by cluster. */
export async function countActiveJobs(db: Queryable, projectId: string): Promise<Map<string, number>> {
  const { rows } = await sql<{ clusterName: string; jobs: number }>`
    SELECT cluster_name, count(*) AS jobs FROM (
      SELECT cluster_name FROM snapshots WHERE project_id = ${projectId} AND status IN ('PENDING', 'QUEUED', 'RUNNING')
      UNION ALL SELECT cluster_name FROM restore_jobs WHERE project_id = ${projectId} AND status IN ('PENDING', 'QUEUED', 'RUNNING')
    ) AS active GROUP BY cluster_name`.execute(db);
  return new Map(rows.map(({ clusterName, jobs }) => [clusterName, Number(jobs)]));
}
