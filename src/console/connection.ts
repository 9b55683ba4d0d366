import { backoff, type Change } from './changes.ts';

/** `away`: nothing is heard; pages ask by themselves until it is back. */
export type StreamState = 'connecting' | 'live' | 'away';

/** What is heard from the server. */
export interface Heard {
  opened(): void;
  changed(change: Change): void;
  /** Changes may have been missed. */
  missed(): void;
  /** The server is there, and has nothing to tell. */
  beat(): void;
  lost(): void;
}

/** The server gives a sign of life every 15 seconds (src/api/server.ts). A connection that lost two in a row may be dead without anybody having been told: a network that went away closes nothing. */
const SILENT_AFTER = 40_000;

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
  #silence: ReturnType<typeof setTimeout> | undefined;
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
    clearTimeout(this.#silence);
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
    this.#heard();
    this.#stop = this.#around.listen({
      opened: () => {
        this.#heard();
        this.#failures = 0;
        this.#listener.is('live');
        if (this.#wasAway) this.#listener.missed();
        this.#wasAway = false;
      },
      changed: (change) => {
        this.#heard();
        this.#listener.changed(change);
      },
      missed: () => {
        this.#heard();
        this.#listener.missed();
      },
      beat: () => this.#heard(),
      lost: () => this.#lost(),
    });
  }

  /** From now on silence is counted anew; it is as bad before the stream has opened. */
  #heard(): void {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => this.#lost(), SILENT_AFTER);
  }

  /** The browser would try again by itself, but not after every failure, and without a growing pause. */
  #lost(): void {
    clearTimeout(this.#silence);
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
