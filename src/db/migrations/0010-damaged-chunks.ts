import { type Kysely, sql } from 'kysely';

/** What somebody read and found damaged or missing: snapshots write it anew instead of taking it over. And which snapshots were taken for a restore's sake: they read again what they take over. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`ALTER TABLE chunks ADD COLUMN is_damaged boolean NOT NULL DEFAULT false`.execute(db);
  await sql`CREATE INDEX restore_jobs_by_safety_snapshot ON restore_jobs (safety_snapshot_id) WHERE safety_snapshot_id IS NOT NULL`.execute(
    db,
  );
}
