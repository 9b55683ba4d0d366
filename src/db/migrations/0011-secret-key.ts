import { type Kysely, sql } from 'kysely';

/** What secrets of service accounts are hashed with, once it can no longer be derived from the master key: sealed under that. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`ALTER TABLE installation ADD COLUMN secret_key_sealed bytea`.execute(db);
}
