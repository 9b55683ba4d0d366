import { type Clock, HOUR, MINUTE, systemClock } from '../clock.ts';
import { clockAhead } from '../db/clock-difference.ts';
import type { Queryable } from '../db/connection.ts';

/** How far the clock of a node may be from PostgreSQL's before nothing is given up by it: one of the two is wrong, and what has expired by a wrong one is lost. */
export const APART = 5 * MINUTE;
/** Nor is anything begun by it: a snapshot of another hour is worse dated than late. */
export const FAR_APART = HOUR;

/** How many milliseconds this node's clock is ahead of PostgreSQL's. A clock that is set (the emulator's) is its own, and never wrong. */
export function makeClockCheck(db: Queryable, clock: Clock): () => Promise<number> {
  return clock === systemClock ? () => clockAhead(db, clock) : async () => 0;
}

export function apartText(ahead: number): string {
  const minutes = Math.round(Math.abs(ahead) / MINUTE);
  return `the clock of this machine is ${minutes} minutes ${ahead > 0 ? 'ahead of' : 'behind'} PostgreSQL's`;
}
