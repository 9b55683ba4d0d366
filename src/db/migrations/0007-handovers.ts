import { type Kysely, sql } from 'kysely';

/** Attempts that ended because their worker was stopped in good order: no sign of a job that kills its workers. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const table of ['snapshots', 'restore_jobs'] as const) {
    await sql`ALTER TABLE ${sql.table(table)} ADD COLUMN handovers integer NOT NULL DEFAULT 0`.execute(db);
  }
}
