import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useEffect, useSyncExternalStore } from 'react';
import { keys } from './api/keys.ts';
import { backoff, type Change, Statuses, staleAfter, withProgress } from './changes.ts';

/** `away`: nothing is heard; pages ask by themselves until it is back. */
export type StreamState = 'connecting' | 'live' | 'away';

let state: StreamState = 'connecting';
const listeners = new Set<() => void>();

function setState(next: StreamState): void {
  if (next === state) return;
  state = next;
  for (const listener of listeners) listener();
}

/** How the reader's pages learn of changes just now. */
export function useStreamState(): StreamState {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => state,
  );
}

/** Keeps what was read of the project up to date for as long as the component is there. */
export function useProjectStream(projectId: string | undefined): void {
  const cache = useQueryClient();
  useEffect(() => {
    if (!projectId) return;
    const stream = new ProjectStream(projectId, cache);
    return () => stream.close();
  }, [projectId, cache]);
}

/** The stream of a project, connected again for as long as it takes; after a gap everything is read anew. */
class ProjectStream {
  readonly #projectId: string;
  readonly #cache: QueryClient;
  #statuses = new Statuses();
  #source: EventSource | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;
  #wasAway = false;

  constructor(projectId: string, cache: QueryClient) {
    this.#projectId = projectId;
    this.#cache = cache;
    setState('connecting');
    addEventListener('online', this.#connect);
    this.#connect();
  }

  close(): void {
    removeEventListener('online', this.#connect);
    clearTimeout(this.#timer);
    this.#source?.close();
    setState('connecting');
  }

  readonly #connect = (): void => {
    clearTimeout(this.#timer);
    this.#source?.close();
    const source = new EventSource(`/api/lifeboat/v1/projects/${encodeURIComponent(this.#projectId)}/stream`);
    this.#source = source;
    source.onopen = () => {
      this.#failures = 0;
      setState('live');
      if (this.#wasAway) this.#resync();
      this.#wasAway = false;
    };
    source.onerror = () => this.#lost();
    source.addEventListener('change', (event) => this.#take(JSON.parse(event.data)));
    source.addEventListener('resync', () => this.#resync());
  };

  /** The browser would try again by itself, but not after every failure, and without a growing pause. */
  #lost(): void {
    this.#source?.close();
    this.#wasAway = true;
    this.#failures += 1;
    // A first failure may be a restart: the word comes with the second.
    if (this.#failures > 1) setState('away');
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#connect, backoff(this.#failures - 1));
    if (this.#failures > 1) void this.#cache.invalidateQueries({ queryKey: keys.session });
  }

  #resync(): void {
    this.#statuses = new Statuses();
    void this.#cache.invalidateQueries({ queryKey: keys.project(this.#projectId) });
  }

  #take(change: Change): void {
    if (change.progress || change.status) {
      this.#cache.setQueriesData({ queryKey: keys.project(this.#projectId) }, (value: unknown) => withProgress(value, change));
    }
    for (const queryKey of staleAfter(this.#projectId, change, this.#statuses.isNews(change)))
      void this.#cache.invalidateQueries({ queryKey });
  }
}
