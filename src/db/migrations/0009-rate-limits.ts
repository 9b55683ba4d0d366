import { type Kysely, sql } from 'kysely';

/** Unlogged: after a crash of PostgreSQL every bucket is full again, which harms nobody. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE UNLOGGED TABLE rate_limit_buckets (
      name text PRIMARY KEY,
      tokens double precision NOT NULL,
      counted_at timestamptz NOT NULL
    )`.execute(db);
}
