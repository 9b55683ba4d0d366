/** Jobs that wait for the emulator's clock. */
export class Holds {
  readonly #held = new Map<string, { until: Date; go: () => void }>();

  /** The ids of what waits. */
  get ids(): string[] {
    return [...this.#held.keys()];
  }

  /** When the first of them goes on. */
  get next(): Date | null {
    return [...this.#held.values()].reduce<Date | null>((first, { until }) => (first === null || until < first ? until : first), null);
  }

  /** Resolves when the clock has come there; rejects with the signal's reason. */
  wait(id: string, until: Date, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const stop = () => {
        this.#held.delete(id);
        reject(signal.reason);
      };
      if (signal.aborted) return stop();
      signal.addEventListener('abort', stop, { once: true });
      const go = () => {
        this.#held.delete(id);
        signal.removeEventListener('abort', stop);
        resolve();
      };
      this.#held.set(id, { until, go });
    });
  }

  /** The clock stands there now. */
  moved(now: Date): void {
    for (const { until, go } of [...this.#held.values()]) if (until <= now) go();
  }
}
