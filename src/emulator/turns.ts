import { pause } from '../clock.ts';

/** Jobs that are asked for together are all here by then. */
const GATHER = 10;

interface Waiting {
  id: string;
  go: () => void;
}

/** One job at a time, those that wait in the order of their ids: what they make is then the same each time. */
export class Turns {
  #isTaken = false;
  #waiting: Waiting[] = [];

  async take(id: string): Promise<void> {
    await new Promise<void>((go) => {
      this.#waiting.push({ id, go });
      void pause(GATHER).then(() => this.#next());
    });
  }

  give(): void {
    this.#isTaken = false;
    this.#next();
  }

  #next(): void {
    if (this.#isTaken) return;
    this.#waiting.sort((a, b) => (a.id < b.id ? -1 : 1));
    const first = this.#waiting.shift();
    if (!first) return;
    this.#isTaken = true;
    first.go();
  }
}
