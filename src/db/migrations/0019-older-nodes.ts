import { type Kysely, sql } from 'kysely';

/** Which versions a migration leaves working, by the last migration that they know: a node that does not know a later one may go on, and start again, where it is one of them. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`CREATE TABLE compatible_migrations (name text PRIMARY KEY, works_from text COLLATE "C" NOT NULL)`.execute(db);
}
