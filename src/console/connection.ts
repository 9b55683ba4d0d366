import { backoff, type Change } from './changes.ts';

/** `away`: nothing is heard; pages ask by themselves until it is back. */
export type StreamState = 'connecting' | 'live' | 'away';

/** What is heard from the server. */
export interface Heard {
  opened(): void;
  changed(change: Change): void;
  /** Changes may have been missed. */
  missed(): void;
  lost(): void;
}

/** The browser around it. */
export interface Surroundings {
  /** Begins to listen; answers how to stop. */
  listen(heard: Heard): () => void;
  isHidden(): boolean;
}

/** Who it is for. */
export interface Listener extends Pick<Heard, 'changed' | 'missed'> {
  is(state: StreamState): void;
  /** Not for the first time in a row. */
  lostAgain(): void;
}

/**
 * The stream of a project, connected again for as long as it takes; after a gap everything is read anew. A tab that nobody sees has none: a browser has six connections for a host,
 * and each open stream takes one of them for all tabs.
 */
export class Connection {
  readonly #around: Surroundings;
  readonly #listener: Listener;
  #stop: (() => void) | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;
  #wasAway = false;

  constructor(around: Surroundings, listener: Listener) {
    this.#around = around;
    this.#listener = listener;
    listener.is('connecting');
    this.look();
  }

  /** The tab is seen, or not any more, or the network is back. */
  readonly look = (): void => {
    if (this.#around.isHidden()) this.close();
    else this.#connect();
  };

  close(): void {
    clearTimeout(this.#timer);
    this.#stop?.();
    this.#stop = null;
    this.#wasAway = true;
    this.#listener.is('connecting');
  }

  #connect(): void {
    clearTimeout(this.#timer);
    // What it would have told meanwhile is told to nobody.
    if (this.#stop) this.#wasAway = true;
    this.#stop?.();
    this.#stop = this.#around.listen({
      opened: () => {
        this.#failures = 0;
        this.#listener.is('live');
        if (this.#wasAway) this.#listener.missed();
        this.#wasAway = false;
      },
      changed: (change) => this.#listener.changed(change),
      missed: () => this.#listener.missed(),
      lost: () => this.#lost(),
    });
  }

  /** The browser would try again by itself, but not after every failure, and without a growing pause. */
  #lost(): void {
    this.#stop?.();
    this.#wasAway = true;
    this.#failures += 1;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#connect(), backoff(this.#failures - 1));
    if (this.#failures === 1) return;
    // A first failure may be a restart: the word comes with the second.
    this.#listener.is('away');
    this.#listener.lostAgain();
  }
}
