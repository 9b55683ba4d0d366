import { type Kysely, sql } from 'kysely';

/** What Atlas' routes know of clusters, snapshots and projects beyond what backups need. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    ALTER TABLE clusters
      ADD COLUMN lifecycle text NOT NULL DEFAULT 'registered' CHECK (lifecycle IN ('registered', 'created', 'parked')),
      ADD COLUMN tags jsonb NOT NULL DEFAULT '[]',
      ADD COLUMN termination_protection boolean NOT NULL DEFAULT false,
      ADD COLUMN backing_provider text NOT NULL DEFAULT 'AWS',
      ADD COLUMN region text NOT NULL DEFAULT 'US_EAST_1',
      ADD COLUMN connection_string text,
      ADD COLUMN database text`.execute(db);
  await sql`
    ALTER TABLE snapshots
      ADD COLUMN description text,
      ADD COLUMN deleted_at timestamptz`.execute(db);
  await sql`CREATE INDEX deleted_snapshots ON snapshots (id) WHERE deleted_at IS NOT NULL`.execute(db);
  await sql`
    ALTER TABLE projects
      ADD COLUMN tags jsonb NOT NULL DEFAULT '[]',
      ADD COLUMN settings jsonb NOT NULL DEFAULT '{}',
      ADD COLUMN deleted_at timestamptz,
      DROP CONSTRAINT projects_organization_id_name_key`.execute(db);
  // A deleted project's name is free again.
  await sql`CREATE UNIQUE INDEX projects_by_name ON projects (organization_id, name) WHERE deleted_at IS NULL`.execute(db);
  await sql`
    CREATE TABLE backup_schedules (
      cluster_id text PRIMARY KEY REFERENCES clusters,
      schedule jsonb NOT NULL,
      updated_at timestamptz NOT NULL
    )`.execute(db);
}
