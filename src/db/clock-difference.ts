import { sql } from 'kysely';
import type { Clock } from '../clock.ts';
import type { Queryable } from './connection.ts';

/** How many milliseconds `clock` is ahead of PostgreSQL's at the least; negative where it is behind, 0 where the question took longer than they differ. */
export async function clockAhead(db: Queryable, clock: Clock): Promise<number> {
  const before = clock.now().getTime();
  const { rows } = await sql<{ now: Date }>`SELECT clock_timestamp() AS now`.execute(db);
  const after = clock.now().getTime();
  const there = rows[0]!.now.getTime();
  return before > there ? before - there : Math.min(0, after - there);
}
