import { type Kysely, sql } from 'kysely';

/** What is wrong with a cluster and was told: it is told once, and once more when it is over. Real time. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE alerts (
      cluster_id text NOT NULL REFERENCES clusters ON DELETE CASCADE,
      code text NOT NULL,
      id text NOT NULL DEFAULT gen_random_uuid()::text,
      severity text NOT NULL,
      message text NOT NULL,
      raised_at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (cluster_id, code)
    )`.execute(db);
}
