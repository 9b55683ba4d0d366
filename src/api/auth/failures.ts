import { SECOND } from '../../clock.ts';

/** How many failures are borne at once, and how fast they are forgiven. */
export interface Limit {
  burst: number;
  perSecond: number;
}

/** Sources remembered at the most; beyond, the one that was quiet the longest is forgotten. Some 150 bytes each. */
const MOST_SOURCES = 20_000;

/** Who has failed how often of late. */
export class Failures {
  readonly #buckets = new Map<string, { failures: number; at: number }>();
  readonly #now: () => number;

  /** `now`: milliseconds of a clock that never goes back. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Sources remembered now. */
  get size(): number {
    return this.#buckets.size;
  }

  /** Seconds until another failure is borne; 0 when it is now. */
  secondsToWait(source: string, limit: Limit): number {
    return Math.max(0, Math.ceil((this.#count(source, limit) - limit.burst + 1) / limit.perSecond));
  }

  add(source: string, limit: Limit): void {
    // Never far beyond the burst: who stops is forgiven soon, however long it went on.
    this.#set(source, Math.min(this.#count(source, limit) + 1, limit.burst + 1));
  }

  /** Of what was counted before it was known to be none. */
  takeBack(source: string, limit: Limit): void {
    this.#set(source, Math.max(0, this.#count(source, limit) - 1));
  }

  #count(source: string, limit: Limit): number {
    const bucket = this.#buckets.get(source);
    return bucket ? Math.max(0, bucket.failures - ((this.#now() - bucket.at) / SECOND) * limit.perSecond) : 0;
  }

  #set(source: string, failures: number): void {
    // A Map keeps the order of insertion: what failed last goes to the end.
    this.#buckets.delete(source);
    if (failures > 0) this.#buckets.set(source, { failures, at: this.#now() });
    while (this.#buckets.size > MOST_SOURCES) this.#buckets.delete(this.#buckets.keys().next().value!);
  }
}
