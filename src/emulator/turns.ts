import { pause, realMilliseconds, SECOND } from '../clock.ts';

/** How often it is looked whether others are on their way. */
const LOOK = 4;
/** Real time: whatever has not come by then is not waited for. The queue looks for jobs once a second, where it missed that there is one. */
const PATIENCE = 5 * SECOND;

interface Waiting {
  id: string;
  go: () => void;
}

/**
 * One job at a time, in the order in which they were asked for, which is that of their ids: what they make, and which of them a fault meets, is the same each time. So a turn is given when
 * all that could have it are here: the queue hands jobs out in an order of its own.
 */
export class Turns {
  readonly #isOnItsWay: (known: readonly string[]) => Promise<boolean>;
  #isTaken = false;
  #isChoosing = false;
  #isHeldBack = false;
  #isEnding = false;
  #waiting: Waiting[] = [];

  /** `isOnItsWay`: whether a job will come that is not among those known by their ids. */
  constructor(isOnItsWay: (known: readonly string[]) => Promise<boolean>) {
    this.#isOnItsWay = isOnItsWay;
  }

  /** Rejects with the signal's reason, where there is one. */
  take(id: string, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.#waiting = this.#waiting.filter((other) => other !== waiting);
        reject(signal!.reason);
      };
      const go = () => {
        signal?.removeEventListener('abort', leave);
        resolve();
      };
      const waiting = { id, go };
      if (signal?.aborted) return reject(signal.reason);
      signal?.addEventListener('abort', leave, { once: true });
      this.#waiting.push(waiting);
      void this.#choose();
    });
  }

  give(): void {
    this.#isTaken = false;
    void this.#choose();
  }

  /** No job begins before `work` is done: what is asked for together is here together. */
  async holdBack<T>(work: () => Promise<T>): Promise<T> {
    this.#isHeldBack = true;
    try {
      return await work();
    } finally {
      this.#isHeldBack = false;
      void this.#choose();
    }
  }

  /** The queue hands out no more jobs: those that are here have their turns, and none that it still has is waited for. */
  end(): void {
    this.#isEnding = true;
  }

  async #choose(): Promise<void> {
    if (this.#isTaken || this.#isChoosing || this.#isHeldBack) return;
    this.#isChoosing = true;
    const deadline = realMilliseconds() + PATIENCE;
    while (this.#mayWait(deadline) && (await this.#areOthersComing())) await pause(LOOK);
    this.#isChoosing = false;
    if (this.#isHeldBack) return;
    const first = this.#waiting.sort((a, b) => (a.id < b.id ? -1 : 1)).shift();
    if (!first) return;
    this.#isTaken = true;
    first.go();
  }

  #mayWait(deadline: number): boolean {
    return !this.#isEnding && this.#waiting.length > 0 && realMilliseconds() < deadline;
  }

  /** Without its database there is nothing to wait for: what goes on then fails by itself. */
  #areOthersComing(): Promise<boolean> {
    return this.#isOnItsWay(this.#waiting.map(({ id }) => id)).catch(() => false);
  }
}
