/** Runs what is asked for at once, and what is asked for again within the pause once more at its end: never more often, and never not at all. */
export class Paced<T> {
  readonly #pause: number;
  readonly #run: (what: T) => void;
  /** Of what ran just now: whether it was asked for since. */
  readonly #resting = new Map<string, { timer: ReturnType<typeof setTimeout>; isWanted: boolean }>();

  constructor(pause: number, run: (what: T) => void) {
    this.#pause = pause;
    this.#run = run;
  }

  ask(what: T): void {
    const name = JSON.stringify(what);
    const resting = this.#resting.get(name);
    if (resting) {
      resting.isWanted = true;
      return;
    }
    const timer = setTimeout(() => {
      const wanted = this.#resting.get(name)?.isWanted;
      this.#resting.delete(name);
      if (wanted) this.ask(what);
    }, this.#pause);
    this.#resting.set(name, { timer, isWanted: false });
    this.#run(what);
  }

  close(): void {
    for (const { timer } of this.#resting.values()) clearTimeout(timer);
    this.#resting.clear();
  }
}
