import { Readable } from 'node:stream';
import type { Heard } from '../backup/changes.ts';

/** What may wait for a client that reads slowly. */
const MOST_WAITING = 64 * 1024;
/** How long a client waits until it comes back, in milliseconds. */
const COME_BACK_AFTER = 2000;

const BEAT = ': \nevent: beat\ndata: {}\n\n';
const RESYNC = 'event: resync\ndata: {}\n\n';

/**
 * The changes of a project as server-sent events, for one client. What it cannot take is not kept for it: it is told to read everything again, once it reads on.
 */
export class EventStream extends Readable {
  #hasMissed = false;
  #isOver = false;

  constructor() {
    super({ highWaterMark: MOST_WAITING });
    this.push(`retry: ${COME_BACK_AFTER}\n: changes of the project\n\n`);
  }

  tell(heard: Heard): void {
    if (this.#hasMissed || this.#isOver) return;
    if (heard === null) this.push(RESYNC);
    else if (this.readableLength < MOST_WAITING)
      this.push(`id: ${heard.number}\nevent: change\ndata: ${JSON.stringify(dataOf(heard.change))}\n\n`);
    else this.#hasMissed = true;
  }

  /**
   * A sign of life, for the client and for what is between: as a comment, which everybody passes over, and as an event, which a browser can hear. One that does not read is left to the
   * limits of connections.
   */
  beat(): void {
    if (!this.#hasMissed && !this.#isOver && this.readableLength < MOST_WAITING) this.push(BEAT);
  }

  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.push(null);
  }

  override _read(): void {
    if (!this.#hasMissed || this.#isOver) return;
    this.#hasMissed = false;
    this.push(RESYNC);
  }
}

/** Whose project it is, the client knows. */
function dataOf({ projectId: _, ...data }: NonNullable<Heard>['change']): object {
  return data;
}
