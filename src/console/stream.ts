import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useEffect, useSyncExternalStore } from 'react';
import { keys } from './api/keys.ts';
import { isUnderWay, type Key, Statuses, staleAfter, withProgress } from './changes.ts';
import { Connection, type Heard, type StreamState } from './connection.ts';
import { Paced } from './paced.ts';

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
    return follow(projectId, cache);
  }, [projectId, cache]);
}

/** At least so many milliseconds between two readings of the same: what is verified tells of each step. */
const PAUSE = 1000;

/** Keeps the cache up to date by what the server tells of the project; answers how to stop. */
function follow(projectId: string, cache: QueryClient): () => void {
  const stale = new Paced<Key>(PAUSE, (queryKey) => void cache.invalidateQueries({ queryKey }));
  let statuses = new Statuses();
  const connection = new Connection(
    { listen: (heard) => listenTo(projectId, heard), isHidden: () => document.visibilityState === 'hidden' },
    {
      is: setState,
      changed: (change) => {
        if (isUnderWay(change.status))
          cache.setQueriesData({ queryKey: keys.project(projectId) }, (value: unknown) => withProgress(value, change));
        for (const key of staleAfter(projectId, change, statuses.isNews(change))) stale.ask(key);
      },
      missed: () => {
        statuses = new Statuses();
        void cache.invalidateQueries({ queryKey: keys.project(projectId) });
      },
      lostAgain: () => void cache.invalidateQueries({ queryKey: keys.session }),
    },
  );
  addEventListener('online', connection.look);
  document.addEventListener('visibilitychange', connection.look);
  return () => {
    removeEventListener('online', connection.look);
    document.removeEventListener('visibilitychange', connection.look);
    connection.close();
    stale.close();
  };
}

function listenTo(projectId: string, heard: Heard): () => void {
  const source = new EventSource(`/api/lifeboat/v1/projects/${encodeURIComponent(projectId)}/stream`);
  source.onopen = () => heard.opened();
  source.onerror = () => heard.lost();
  source.addEventListener('change', (event) => heard.changed(JSON.parse(event.data)));
  source.addEventListener('beat', () => heard.beat());
  source.addEventListener('resync', () => heard.missed());
  return () => source.close();
}
