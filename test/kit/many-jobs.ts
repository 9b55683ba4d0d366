import { sql } from 'kysely';
import type { Db } from '../../src/db/connection.ts';
import { newId } from '../../src/ids.ts';

/**
 * A project of its own with four clusters and `count` jobs, one a minute and none of them ever run: half of them snapshots (every thousandth failed), of the others a tenth drills and a tenth
 * downloads.
 */
export async function insertManyJobs(db: Db, organizationId: string, count: number): Promise<string> {
  const projectId = newId(new Date());
  await db.transaction().execute(async (transaction) => {
    // Nobody is told of each.
    await sql`SET LOCAL session_replication_role = replica`.execute(transaction);
    await sql`INSERT INTO projects (id, organization_id, name, created_at) VALUES (${projectId}, ${organizationId}, 'Busy', now())`.execute(
      transaction,
    );
    await sql`
      INSERT INTO clusters (id, project_id, name, tier, uri_sealed, deployment, mongodb_version, topology, created_at)
      SELECT repeat('c', 16) || lpad(to_hex(n), 8, '0'), ${projectId}, 'busy-' || n, 'FLEX', '', 'x', '8.0.0', 'replicaSet', now() FROM generate_series(1, 4) AS n`.execute(
      transaction,
    );
    await sql`
      INSERT INTO snapshots (id, project_id, cluster_id, cluster_name, status, scheduled_at, started_at, finished_at, expires_at, progress, failure)
      SELECT repeat('5', 16) || lpad(to_hex(n), 8, '0'), ${projectId}, repeat('c', 16) || lpad(to_hex(1 + n % 4), 8, '0'), 'busy-' || 1 + n % 4,
        CASE WHEN n % 1000 = 0 THEN 'FAILED' ELSE 'COMPLETED' END, at, at + interval '2 seconds', at + (10 + n % 300) * interval '1 second', now() + interval '8 days',
        jsonb_build_object('documents', 1000 + n, 'bytes', 400000 + n * 1000), CASE WHEN n % 1000 = 0 THEN '{"code": "source-unavailable", "message": "The deployment did not answer."}'::jsonb END
      FROM generate_series(1, ${count / 2}::int) AS n, LATERAL (SELECT now() - n * interval '1 minute') AS times(at)`.execute(transaction);
    await sql`
      INSERT INTO restore_jobs (id, project_id, cluster_id, cluster_name, snapshot_id, delivery_type, status, target_project_id, target_cluster_id,
        target_cluster_name, snapshot_finished_at, scheduled_at, started_at, finished_at, expires_at, progress)
      SELECT repeat('9', 16) || lpad(to_hex(n), 8, '0'), ${projectId}, repeat('c', 16) || lpad(to_hex(1 + n % 4), 8, '0'), 'busy-' || 1 + n % 4, repeat('5', 16) || lpad(to_hex(n), 8, '0'),
        CASE n % 10 WHEN 0 THEN 'DRILL' WHEN 1 THEN 'DOWNLOAD' ELSE 'RESTORE' END, 'COMPLETED', ${projectId}, repeat('c', 16) || lpad(to_hex(1), 8, '0'),
        'busy-1', now(), at, at, at + (5 + n % 100) * interval '1 second', now(), jsonb_build_object('documents', 1000 + n, 'bytes', 400000 + n * 1000)
      FROM generate_series(1, ${count / 2}::int) AS n, LATERAL (SELECT now() - n * interval '1 minute' - interval '20 seconds') AS times(at)`.execute(
      transaction,
    );
  });
  await sql`VACUUM ANALYZE snapshots`.execute(db);
  await sql`VACUUM ANALYZE restore_jobs`.execute(db);
  return projectId;
}
