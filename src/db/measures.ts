import { sql } from 'kysely';
import type { Queryable } from './connection.ts';

export interface JobCount {
  kind: string;
  status: string;
  jobs: number;
}

export interface WaitingJobs {
  kind: string;
  jobs: number;
  oldest: Date | null;
}

export interface FailureCount {
  kind: string;
  code: string;
  jobs: number;
}

export interface ClusterMeasures {
  projectId: string;
  name: string;
  createdAt: Date;
  snapshotAt: Date | null;
  provenAt: Date | null;
  logicalBytes: number | null;
  newBytes: number | null;
}

/** Jobs of every kind that the installation has, under the kinds that its users know. */
const JOBS = sql`(
  SELECT 'snapshot' AS kind, status, scheduled_at, failure FROM snapshots
  UNION ALL
  SELECT lower(delivery_type) AS kind, status, scheduled_at, failure FROM restore_jobs
) AS jobs`;

export async function countJobs(db: Queryable): Promise<JobCount[]> {
  const { rows } = await sql<JobCount>`SELECT kind, status, count(*)::bigint AS jobs FROM ${JOBS} GROUP BY kind, status`.execute(db);
  return rows;
}

export async function countWaitingJobs(db: Queryable): Promise<WaitingJobs[]> {
  const { rows } =
    await sql<WaitingJobs>`SELECT kind, count(*)::bigint AS jobs, min(scheduled_at) AS oldest FROM ${JOBS} WHERE status IN ('PENDING', 'QUEUED') GROUP BY kind`.execute(
      db,
    );
  return rows;
}

export async function countFailures(db: Queryable): Promise<FailureCount[]> {
  const { rows } =
    await sql<FailureCount>`SELECT kind, failure->>'code' AS code, count(*)::bigint AS jobs FROM ${JOBS} WHERE status = 'FAILED' AND failure IS NOT NULL GROUP BY 1, 2`.execute(
      db,
    );
  return rows;
}

/** Of every cluster that users see: its newest snapshot that COMPLETED, as far as it is kept, and the newest drill that proved one. */
export async function measureClusters(db: Queryable): Promise<ClusterMeasures[]> {
  return db
    .selectFrom('clusters')
    .leftJoinLateral(
      (eb) =>
        eb
          .selectFrom('snapshots')
          .select(['finishedAt', 'logicalBytes', 'newBytes'])
          .whereRef('snapshots.clusterId', '=', 'clusters.id')
          .where('snapshots.status', '=', 'COMPLETED')
          .where('snapshots.deletedAt', 'is', null)
          .orderBy('finishedAt', 'desc')
          .limit(1)
          .as('newest'),
      (join) => join.onTrue(),
    )
    .leftJoinLateral(
      (eb) =>
        eb
          .selectFrom('restoreJobs')
          .select('finishedAt')
          .whereRef('restoreJobs.clusterId', '=', 'clusters.id')
          .where('deliveryType', '=', 'DRILL')
          .where('status', '=', 'COMPLETED')
          .orderBy('finishedAt', 'desc')
          .limit(1)
          .as('proven'),
      (join) => join.onTrue(),
    )
    .select(['projectId', 'name', 'clusters.createdAt', 'newest.finishedAt as snapshotAt', 'proven.finishedAt as provenAt'])
    .select(['newest.logicalBytes', 'newest.newBytes'])
    .where('lifecycle', '!=', 'parked')
    .orderBy('projectId')
    .orderBy('name')
    .execute();
}
