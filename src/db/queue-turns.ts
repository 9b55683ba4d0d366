import { sql } from 'kysely';
import type { Db, Within } from './connection.ts';

/** The row with the greatest turn of a job that was done. */
const TAKEN = '';

/**
 * The first of the next `count` turns of a project in a queue: the one after the project's last, and never one that is over. So a project that asks for a thousand jobs gets a thousand turns, and another's
 * single job the very next (start-time fair queueing, every job counting the same). Until the transaction ends, other jobs of that project in that queue wait for it.
 */
export async function nextTurns(transaction: Within, queue: string, projectId: string, count: number): Promise<number> {
  const now = sql`coalesce((SELECT turn FROM queue_turns WHERE queue = ${queue} AND project_id = ${TAKEN}), 0)`;
  const { rows } = await sql<{ turn: number }>`
    INSERT INTO queue_turns AS own (queue, project_id, turn) VALUES (${queue}, ${projectId}, ${now} + ${count})
    ON CONFLICT (queue, project_id) DO UPDATE SET turn = greatest(own.turn, ${now}) + ${count}
    RETURNING turn`.execute(transaction);
  return rows[0]!.turn - count + 1;
}

export async function takeTurn(db: Db, queue: string, turn: number): Promise<void> {
  await sql`
    INSERT INTO queue_turns AS taken (queue, project_id, turn) VALUES (${queue}, ${TAKEN}, ${turn})
    ON CONFLICT (queue, project_id) DO UPDATE SET turn = excluded.turn WHERE taken.turn < excluded.turn`.execute(db);
}
