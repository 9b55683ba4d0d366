import type { Clock } from '../../src/clock.ts';

/** A clock that stands still until it is told otherwise. */
export class ManualClock implements Clock {
  #now: Date;

  constructor(now: string) {
    this.#now = new Date(now);
  }

  now(): Date {
    return new Date(this.#now);
  }

  set(now: Date): void {
    this.#now = now;
  }
}
