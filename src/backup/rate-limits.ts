import type { Db } from '../db/connection.ts';
import { secondsToToken, takeToken } from '../db/rate-limits.ts';

/** A token bucket as Atlas documents it: so many requests at once, and so many more in each period. Each project has its own. */
export interface Bucket {
  /** What is asked for, `tenant restore jobs`. */
  name: string;
  capacity: number;
  refill: number;
  refillSeconds: number;
}

export type Taken = { isTaken: true; left: number } | { isTaken: false; retryAfterSeconds: number };

/** Buckets that all API nodes share through PostgreSQL. */
export class RateLimits {
  readonly #db: Db;

  constructor(db: Db) {
    this.#db = db;
  }

  /** Takes one request out of `owner`'s bucket. */
  async take({ name, capacity, refill, refillSeconds }: Bucket, owner: string): Promise<Taken> {
    const key = `${name} ${owner}`;
    const taken = await takeToken(this.#db, key, capacity, refill / refillSeconds);
    if (taken) return { isTaken: true, left: taken.left };
    // Some time passes between the two statements: who is refused waits a second at the least.
    const seconds = await secondsToToken(this.#db, key, capacity, refill / refillSeconds);
    return { isTaken: false, retryAfterSeconds: Math.max(1, seconds) };
  }
}
