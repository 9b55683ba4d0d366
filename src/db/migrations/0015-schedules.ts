import { type Kysely, sql } from 'kysely';

/** Snapshots are taken by schedules, kept by policies, and held. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    ALTER TABLE snapshots
      ADD COLUMN due_at timestamptz,
      ADD COLUMN policy_items jsonb,
      ADD COLUMN hold boolean NOT NULL DEFAULT false,
      ADD COLUMN expiry_is_own boolean NOT NULL DEFAULT false`.execute(db);
  // Nothing was given up by its expiry until now: what stands gets a month, in which its keeper hears of it.
  await sql`
    UPDATE snapshots SET expires_at = greatest(expires_at, now() + interval '30 days'), expiry_is_own = true
      WHERE deleted_at IS NULL AND status = 'COMPLETED'`.execute(db);
  // A due moment gives one snapshot, whoever sees it first.
  await sql`CREATE UNIQUE INDEX one_snapshot_a_due_moment ON snapshots (cluster_id, due_at) WHERE due_at IS NOT NULL`.execute(db);
  await sql`CREATE INDEX snapshots_in_work ON snapshots (cluster_id) WHERE status IN ('PENDING', 'QUEUED', 'RUNNING')`.execute(db);
  await sql`CREATE INDEX snapshots_by_expiry ON snapshots (expires_at) WHERE deleted_at IS NULL AND NOT hold`.execute(db);
  await sql`
    CREATE INDEX completed_snapshots ON snapshots (cluster_id, finished_at DESC)
      WHERE deleted_at IS NULL AND status = 'COMPLETED'`.execute(db);
  // What is in use never goes: asked whenever something expires.
  await sql`
    CREATE INDEX restore_jobs_in_work ON restore_jobs (snapshot_id)
      WHERE status IN ('PENDING', 'QUEUED', 'RUNNING')`.execute(db);
  // There are nearly always none.
  await sql`CREATE INDEX damaged_chunks ON chunks (object_key) WHERE is_damaged`.execute(db);
  await sql`
    ALTER TABLE backup_schedules
      ADD COLUMN next_run_at timestamptz,
      ADD COLUMN next_drill_at timestamptz`.execute(db);
  // Nothing ran by these until now: what is due is due from now on.
  await sql`UPDATE backup_schedules SET next_run_at = now()`.execute(db);
  await sql`CREATE INDEX backup_schedules_by_next_run ON backup_schedules (next_run_at)`.execute(db);
  await sql`CREATE INDEX backup_schedules_by_next_drill ON backup_schedules (next_drill_at) WHERE next_drill_at IS NOT NULL`.execute(db);
}
