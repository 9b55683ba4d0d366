import { type Kysely, sql } from 'kysely';

/** What happened, to whom and by whom. Names are copied: an event outlives what it tells of. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE events (
      id text PRIMARY KEY,
      created_at timestamptz NOT NULL,
      type text NOT NULL,
      organization_id text NOT NULL REFERENCES organizations,
      project_id text,
      of_organization boolean NOT NULL,
      cluster_name text,
      subject text,
      actor_id text,
      actor_name text,
      remote_address text
    )`.execute(db);
  await sql`CREATE INDEX events_of_project ON events (project_id, created_at DESC, id DESC)`.execute(db);
  await sql`CREATE INDEX events_of_organization ON events (organization_id, created_at DESC, id DESC) WHERE of_organization`.execute(db);
}
