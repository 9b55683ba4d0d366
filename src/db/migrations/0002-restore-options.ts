import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  // What a staging was proven to be: the next attempt need not load it again.
  await sql`ALTER TABLE staging_namespaces ADD COLUMN proof jsonb`.execute(db);
  await sql`ALTER TABLE restore_jobs ADD COLUMN started_at timestamptz`.execute(db);
  await sql`ALTER TABLE restore_jobs ADD COLUMN safety_snapshot_id text REFERENCES snapshots`.execute(db);
  // A drill is a restore that delivers nothing but the proof.
  await sql`ALTER TABLE restore_jobs DROP CONSTRAINT restore_jobs_delivery_type_check`.execute(db);
  await sql`
    ALTER TABLE restore_jobs ADD CONSTRAINT restore_jobs_delivery_type_check
      CHECK (delivery_type IN ('RESTORE', 'DOWNLOAD', 'DRILL'))`.execute(db);
}
