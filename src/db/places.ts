import type { ClusterRow } from './clusters.ts';
import { prepared } from './connection.ts';
import type { ProjectRow } from './projects.ts';
import type { RestoreRow } from './restores.ts';
import { together } from './together.ts';

const PROJECT = ['id', 'organizationId', 'name', 'createdAt', 'tags', 'settings', 'deletedAt'] as const satisfies (keyof ProjectRow)[];
/** Without the connection string. */
const CLUSTER = [
  ...(['id', 'projectId', 'name', 'tier', 'deployment', 'mongodbVersion', 'topology', 'createdAt', 'lifecycle', 'tags'] as const),
  ...(['terminationProtection', 'backingProvider', 'region', 'connectionString', 'database'] as const),
] as const satisfies (keyof ClusterRow)[];
const RESTORE_JOB = [
  ...(['id', 'projectId', 'clusterId', 'clusterName', 'snapshotId', 'deliveryType', 'status', 'targetProjectId'] as const),
  ...(['targetClusterName', 'snapshotFinishedAt', 'scheduledAt', 'startedAt', 'finishedAt', 'expiresAt', 'cancelled'] as const),
  ...(['failure', 'progress', 'options', 'safetySnapshotId', 'verification'] as const),
] as const satisfies (keyof RestoreRow)[];
const DATES = ['createdAt', 'deletedAt', 'snapshotFinishedAt', 'scheduledAt', 'startedAt', 'finishedAt', 'expiresAt'];

export interface PlaceRows {
  project: ProjectRow | null;
  cluster: Pick<ClusterRow, (typeof CLUSTER)[number]> | null;
  restoreJob: Pick<RestoreRow, (typeof RESTORE_JOB)[number]> | null;
}

export interface PlaceNames {
  projectId: string;
  clusterName: string | null;
  restoreJobId: string | null;
}

/** Each row as one column: the driver would take longer over forty of them than all the rest of a request takes. */
const select = prepared<[projectIds: string[], clusterNames: (string | null)[], restoreJobIds: (string | null)[]], PlaceRows>(`
  SELECT ${rowOf('p', PROJECT)} AS project, ${rowOf('c', CLUSTER)} AS cluster, ${rowOf('j', RESTORE_JOB)} AS restore_job
  FROM unnest($1::text[], $2::text[], $3::text[]) WITH ORDINALITY AS asked (project_id, cluster_name, restore_job_id, n)
  LEFT JOIN projects AS p ON p.id = asked.project_id AND p.deleted_at IS NULL
  LEFT JOIN clusters AS c ON c.project_id = p.id AND c.name = asked.cluster_name AND c.lifecycle <> 'parked'
  LEFT JOIN restore_jobs AS j ON j.cluster_id = c.id AND j.id = asked.restore_job_id AND j.delivery_type <> 'DRILL'
  ORDER BY asked.n`);

/**
 * The project that a path names and, where it goes on, the cluster and the restore job of that cluster; `null` each where there is none. A parked
 * cluster is not found, nor is a drill.
 */
export const findPlace = together(async (db, names: PlaceNames[]): Promise<PlaceRows[]> => {
  const rows = await select(
    db,
    names.map(({ projectId }) => projectId),
    names.map(({ clusterName }) => clusterName),
    names.map(({ restoreJobId }) => restoreJobId),
  );
  return rows.map(({ project, cluster, restoreJob }) => ({
    project: withDates(project),
    cluster: withDates(cluster),
    restoreJob: withDates(restoreJob),
  }));
});

function rowOf(table: string, names: readonly string[]): string {
  const pairs = names.map((name) => `'${name}', ${table}.${name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`);
  return `CASE WHEN ${table}.id IS NOT NULL THEN json_build_object(${pairs.join(', ')}) END`;
}

/** JSON has no dates: their texts are replaced. */
function withDates<T extends object | null>(row: T): T {
  if (row === null) return row;
  const values = row as Record<string, unknown>;
  for (const name of DATES) if (typeof values[name] === 'string') values[name] = new Date(values[name]);
  return row;
}
