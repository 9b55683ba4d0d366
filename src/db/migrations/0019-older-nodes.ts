import { type Kysely, sql } from 'kysely';

/** The migrations that leave the version before them working: a node that does not know them may go on, and start again. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`CREATE TABLE additive_migrations (name text PRIMARY KEY)`.execute(db);
}
