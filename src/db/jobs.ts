import { type RawBuilder, sql } from 'kysely';
import { type Listed, offsetOf, type Page } from '../page.ts';
import type { Db, Within } from './connection.ts';

/** A snapshot or a restore job, as what it is: work that somebody asked for. */
export interface JobRow {
  /** `snapshot`, or the delivery type of a restore job. */
  kind: string;
  id: string;
  clusterName: string;
  status: string;
  scheduledAt: Date;
  startedAt: Date | null;
  finishedAt: Date | null;
  snapshotId: string | null;
  targetProjectId: string | null;
  targetClusterName: string | null;
  cancelled: boolean;
  deletedAt: Date | null;
  failure: { code: string; message: string; hint?: string } | null;
  progress: { documents: number; bytes: number; totalDocuments?: number; totalBytes?: number; phase?: string; namespace?: string };
}

/** What is empty leaves nothing out. */
export interface JobFilter {
  /** `snapshot` and delivery types. */
  kinds: readonly string[];
  statuses: readonly string[];
  clusterNames: readonly string[];
  /** Begins an id of the job or of its snapshot, or is within a name of a cluster. */
  search: string;
}

/**
 * Newest first, ties by id. Which rows a page has, and how many there are in all, two indexes tell alone (`snapshots_of_project`, `restore_jobs_of_project`): whatever is filtered
 * by must be a column of theirs. Only the rows of the page itself are read.
 */
export async function listJobs(db: Db, projectId: string, filter: JobFilter, page: Page): Promise<Listed<JobRow>> {
  return byIndex(db, async (transaction) => {
    const { rows } = await pageOfJobs(projectId, filter, page).execute(transaction);
    const counted = await countOfJobs(projectId, filter).execute(transaction);
    return { results: rows, totalCount: Number(counted.rows[0]!.count) };
  });
}

/** To begin other processes would take longer than to read an index. */
const NO_OTHER_WAY = ['enable_seqscan', 'enable_bitmapscan', 'enable_sort', 'max_parallel_workers_per_gather'];

/**
 * PostgreSQL takes a page of an index for four of a table, as on a disk that turns, and would rather read and sort all rows of a project for each of its pages. `read` sees one moment,
 * so that a page and a count fit together.
 */
export async function byIndex<T>(db: Db, read: (transaction: Within) => Promise<T>): Promise<T> {
  return db
    .transaction()
    .setAccessMode('read only')
    .setIsolationLevel('repeatable read')
    .execute(async (transaction) => {
      const settings = NO_OTHER_WAY.map((name) => sql`set_config(${name}, '0', true)`);
      await sql`SELECT ${sql.join(settings)}`.execute(transaction);
      return read(transaction);
    });
}

export function pageOfJobs(projectId: string, filter: JobFilter, page: Page): RawBuilder<JobRow> {
  // Each kind in its order and no further than it can be needed: then PostgreSQL merges the two indexes, and sorts nothing.
  const last = offsetOf(page) + page.size;
  const sorted = matching(projectId, filter).map(
    ({ kind, from }) => sql`(SELECT ${kind} AS kind, id, scheduled_at ${from} ORDER BY scheduled_at DESC, id DESC LIMIT ${last})`,
  );
  return sql<JobRow>`
    SELECT page.kind, page.id, coalesce(s.cluster_name, r.cluster_name) AS cluster_name, coalesce(s.status, r.status) AS status, page.scheduled_at,
      coalesce(s.started_at, r.started_at) AS started_at, coalesce(s.finished_at, r.finished_at) AS finished_at, r.snapshot_id, r.target_project_id,
      r.target_cluster_name, coalesce(s.cancelled, r.cancelled) AS cancelled, s.deleted_at, coalesce(s.failure, r.failure) AS failure,
      coalesce(s.progress, r.progress) - 'collections' AS progress
    FROM (
      SELECT kind, id, scheduled_at FROM (${sql.join(sorted, sql` UNION ALL `)}) AS jobs
      ORDER BY scheduled_at DESC, id DESC LIMIT ${page.size} OFFSET ${offsetOf(page)}
    ) AS page
    LEFT JOIN snapshots AS s ON page.kind = 'snapshot' AND s.id = page.id
    LEFT JOIN restore_jobs AS r ON page.kind <> 'snapshot' AND r.id = page.id
    ORDER BY page.scheduled_at DESC, page.id DESC`;
}

export function countOfJobs(projectId: string, filter: JobFilter): RawBuilder<{ count: number }> {
  const counts = matching(projectId, filter).map(({ from }) => sql`(SELECT count(*) ${from})`);
  return sql<{ count: number }>`SELECT ${sql.join(counts, sql` + `)} AS count`;
}

/** The tables that have jobs of the kinds that are asked for. */
function matching(projectId: string, { kinds, ...filter }: JobFilter): { kind: RawBuilder<unknown>; from: RawBuilder<unknown> }[] {
  const deliveryTypes = kinds.filter((kind) => kind !== 'snapshot');
  const tables: { kind: RawBuilder<unknown>; from: RawBuilder<unknown> }[] = [];
  if (kinds.length === 0 || kinds.includes('snapshot'))
    tables.push({ kind: sql`'snapshot'::text`, from: sql`FROM snapshots WHERE ${conditions(projectId, filter, [])}` });
  if (kinds.length === 0 || deliveryTypes.length > 0) {
    const ofKinds = deliveryTypes.length > 0 ? sql` AND delivery_type = ANY(${deliveryTypes})` : sql``;
    const from = sql`FROM restore_jobs WHERE ${conditions(projectId, filter, ['snapshot_id', 'target_cluster_name'])}${ofKinds}`;
    tables.push({ kind: sql`delivery_type`, from });
  }
  return tables;
}

function conditions(
  projectId: string,
  { statuses, clusterNames, search }: Omit<JobFilter, 'kinds'>,
  further: ('snapshot_id' | 'target_cluster_name')[],
): RawBuilder<unknown> {
  const all = [sql`project_id = ${projectId}`];
  if (statuses.length > 0) all.push(sql`status = ANY(${statuses})`);
  if (clusterNames.length > 0) all.push(sql`cluster_name = ANY(${clusterNames})`);
  if (search !== '') {
    // Names are few, jobs are many: the text is looked for among the names.
    const named = sql`SELECT name FROM clusters WHERE strpos(lower(name), lower(${search})) > 0`;
    const columns = ['id', 'cluster_name', ...further];
    const found = columns.map((column) =>
      column.endsWith('name') ? sql`${sql.ref(column)} IN (${named})` : sql`starts_with(${sql.ref(column)}, lower(${search}))`,
    );
    all.push(sql`(${sql.join(found, sql` OR `)})`);
  }
  return sql.join(all, sql` AND `);
}
