import pg from 'pg';
import { pause, SECOND } from '../clock.ts';

/** What the triggers of migration 0014 tell. */
export interface ToldChange {
  kind: string;
  id: string;
  projectId: string;
  clusterName?: string;
  status?: string;
  progress?: { documents: number; bytes: number; totalDocuments?: number; totalBytes?: number; phase?: string; namespace?: string };
}

export interface ChangeFeedOptions {
  url: string;
  onChange(change: ToldChange): void;
  /** From now on every change is told; those before it may not have been. */
  onListening(): void;
  onError(error: unknown): void;
}

const CHANNEL = 'lifeboat_changes';
const FIRST_PAUSE = SECOND / 4;
const LONGEST_PAUSE = 5 * SECOND;
/** A line that something between has silently cut off looks like one on which nothing happens: it is asked for a sign of life. */
const PROBE_EVERY = 15 * SECOND;
const ANSWER = 10 * SECOND;

/** Listens for changes on a connection of its own, and again on another when that one is lost, until it is closed. */
export class ChangeFeed {
  readonly #options: ChangeFeedOptions;
  readonly #closing = new AbortController();
  readonly #ended: Promise<void>;

  constructor(options: ChangeFeedOptions) {
    this.#options = options;
    this.#ended = this.#listenOn();
  }

  async close(): Promise<void> {
    this.#closing.abort(new Error('the feed is closed'));
    await this.#ended;
  }

  async #listenOn(): Promise<void> {
    const { signal } = this.#closing;
    let wait = FIRST_PAUSE;
    while (!signal.aborted) {
      try {
        await this.#listen(() => {
          wait = FIRST_PAUSE;
          this.#options.onListening();
        });
      } catch (error) {
        this.#options.onError(error);
      }
      await pause(wait, signal).catch(() => {});
      wait = Math.min(LONGEST_PAUSE, wait * 2);
    }
  }

  /** Resolves when the feed is closed, rejects when the connection is lost. */
  async #listen(onListening: () => void): Promise<void> {
    const { url, onChange } = this.#options;
    const { signal } = this.#closing;
    const client = new pg.Client({
      connectionString: url,
      connectionTimeoutMillis: ANSWER,
      query_timeout: ANSWER,
      keepAlive: true,
      application_name: 'lifeboat changes',
    });
    const lost = Promise.withResolvers<void>();
    client.on('error', lost.reject);
    client.on('end', () => lost.reject(new Error('the connection on which changes are told was closed')));
    client.on('notification', ({ payload }) => onChange(JSON.parse(payload!)));
    const stop = () => lost.resolve();
    signal.addEventListener('abort', stop, { once: true });
    const probe = setInterval(() => client.query('SELECT 1').catch(lost.reject), PROBE_EVERY);
    try {
      // What is heard of it before anybody waits is not unheard.
      lost.promise.catch(() => {});
      // A server that is away keeps nobody from closing.
      await Promise.race([client.connect(), lost.promise]);
      if (signal.aborted) return;
      await client.query(`LISTEN ${CHANNEL}`);
      onListening();
      await lost.promise;
    } finally {
      clearInterval(probe);
      signal.removeEventListener('abort', stop);
      client.removeAllListeners('end');
      client.end().catch(() => {});
    }
  }
}
