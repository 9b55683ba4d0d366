import { Problem } from '../errors.ts';

/** Jobs that wait for the emulator's clock. */
export class Holds {
  /** So many have waited at once. */
  #most = 0;
  readonly #held = new Map<string, { since: Date; until: Date; go: () => void; stop: (why: unknown) => void }>();
  /** Of those of a state that was loaded, which are still on their way here. */
  #since = new Map<string, Date>();

  /** One more waits. */
  onWait: () => void = () => {};

  /** Since when they wait, by their ids; `load` before they come here again. */
  save(): Record<string, string> {
    return Object.fromEntries([...this.#held].map(([id, { since }]) => [id, since.toISOString()]));
  }

  load(since: Readonly<Record<string, string>>): void {
    this.#since = new Map(Object.entries(since).map(([id, moment]) => [id, new Date(moment)]));
  }

  since(id: string): Date | null {
    return this.#since.get(id) ?? null;
  }

  forget(id: string): void {
    this.#since.delete(id);
  }

  /** The ids of what waits. */
  get ids(): string[] {
    return [...this.#held.keys()];
  }

  get most(): number {
    return this.#most;
  }

  /** When the first of them goes on. */
  get next(): Date | null {
    return [...this.#held.values()].reduce<Date | null>((first, { until }) => (first === null || until < first ? until : first), null);
  }

  /** Resolves when the clock has come there; rejects with the signal's reason, or as `cancelled`. */
  wait(id: string, since: Date, until: Date, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const leave = () => {
        this.#held.delete(id);
        signal.removeEventListener('abort', onAbort);
      };
      const go = () => {
        leave();
        resolve();
      };
      const stop = (why: unknown) => {
        leave();
        reject(why);
      };
      const onAbort = () => stop(signal.reason);
      signal.addEventListener('abort', onAbort, { once: true });
      this.#held.set(id, { since, until, go, stop });
      this.#most = Math.max(this.#most, this.#held.size);
      this.onWait();
    });
  }

  /** Nobody wants it any more: it need not wait for the clock. */
  cancel(id: string): void {
    this.#held.get(id)?.stop(new Problem('cancelled'));
  }

  /** The clock stands there now. */
  moved(now: Date): void {
    for (const { until, go } of [...this.#held.values()]) if (until <= now) go();
  }
}
