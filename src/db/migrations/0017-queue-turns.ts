import { type Kysely, sql } from 'kysely';

/** Whose turn it is in each queue: one row a project with the last turn that it was given, and one (of no project) with the turn that was last taken. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE queue_turns (
      queue text NOT NULL,
      project_id text NOT NULL,
      turn integer NOT NULL,
      PRIMARY KEY (queue, project_id)
    )`.execute(db);
}
