import { randomInt } from 'node:crypto';
import { wallClockSeconds } from '../clock.ts';
import type { ChangeFeedOptions } from '../db/change-feed.ts';
import type { Id } from '../ids.ts';
import type { Change } from './change.ts';

/** A change with its number; `null`: some may have been missed, and everything should be read again. */
export type Heard = { number: number; change: Change } | null;
type Listener = (heard: Heard) => void;

/** For those who come back after a moment and say what they heard last. */
const REMEMBERED = 1000;

interface Feed {
  close(): Promise<void>;
}

/**
 * The changes of all projects, heard on one connection for the whole process and handed to whoever asks for one project's. Nobody is waited for: who cannot take a change now has to
 * remember that.
 */
export class Changes {
  readonly #open: (options: Omit<ChangeFeedOptions, 'url'>) => Feed;
  readonly #onError: (error: unknown) => void;
  readonly #listeners = new Map<Id, Set<Listener>>();
  /** Larger than those of an earlier process; of another one that began in the same second they are not the same, as good as surely. */
  #number = wallClockSeconds() * 1_000_000 + randomInt(1_000_000);
  readonly #recent: { number: number; change: Change }[] = [];
  #feed: Feed | null = null;
  #isClosed = false;

  /** `open` is called for the first listener. */
  constructor(open: (options: Omit<ChangeFeedOptions, 'url'>) => Feed, onError: (error: unknown) => void) {
    this.#open = open;
    this.#onError = onError;
  }

  /** `since`: the number of the last change that was heard, by one who comes back. Answers how to stop listening. */
  listen(projectId: Id, since: number | null, listener: Listener): () => void {
    if (since !== null) this.#catchUp(projectId, since, listener);
    const listeners = this.#listeners.get(projectId) ?? new Set();
    this.#listeners.set(projectId, listeners.add(listener));
    if (!this.#isClosed) this.#feed ??= this.#start();
    return () => {
      if (listeners.delete(listener) && listeners.size === 0) this.#listeners.delete(projectId);
    };
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#feed?.close();
  }

  #start(): Feed {
    return this.#open({
      onChange: (told) => this.#tell(told as Change),
      onListening: () => this.#tellAll(),
      onError: this.#onError,
    });
  }

  #tell(change: Change): void {
    this.#number += 1;
    const heard = { number: this.#number, change };
    this.#recent.push(heard);
    if (this.#recent.length > 2 * REMEMBERED) this.#recent.splice(0, REMEMBERED);
    for (const listener of this.#listeners.get(change.projectId) ?? []) listener(heard);
  }

  /** The line was down, or is up for the first time. */
  #tellAll(): void {
    this.#number += 1;
    this.#recent.length = 0;
    for (const listeners of this.#listeners.values()) for (const listener of listeners) listener(null);
  }

  #catchUp(projectId: Id, since: number, listener: Listener): void {
    const first = this.#recent[0]?.number ?? Number.POSITIVE_INFINITY;
    const isKnown = since >= first - 1 && since <= this.#number;
    if (!isKnown) listener(null);
    else for (const heard of this.#recent) if (heard.number > since && heard.change.projectId === projectId) listener(heard);
  }
}
