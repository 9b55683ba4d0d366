import { type Clock, realMilliseconds } from '../clock.ts';
import { Problem } from '../errors.ts';

/** The clock of an emulator: it stands still, or runs as real time does, and is only ever put forward. */
export class EmulatorClock implements Clock {
  #now: number;
  /** Real time when `#now` was; `null` while it stands still. */
  #since: number | null;

  constructor(now: Date, isFrozen: boolean) {
    this.#now = now.getTime();
    this.#since = isFrozen ? null : realMilliseconds();
  }

  now(): Date {
    return new Date(this.#now + (this.#since === null ? 0 : Math.floor(realMilliseconds() - this.#since)));
  }

  get isFrozen(): boolean {
    return this.#since === null;
  }

  freeze(isFrozen: boolean): void {
    this.#now = this.now().getTime();
    this.#since = isFrozen ? null : realMilliseconds();
  }

  /** Throws `clock-backwards`. */
  set(to: Date): void {
    const now = this.now();
    if (to < now) throw new Problem('clock-backwards', [now.toISOString(), to.toISOString()]);
    this.#now = to.getTime();
    if (this.#since !== null) this.#since = realMilliseconds();
  }

  /** Where another world begins: the one way back. */
  restart(now: Date, isFrozen: boolean): void {
    this.#now = now.getTime();
    this.#since = isFrozen ? null : realMilliseconds();
  }
}
