import { keys } from './api/keys.ts';

/** What the stream of a project tells. */
export interface Change {
  kind: 'snapshot' | 'restore' | 'drill' | 'cluster' | 'schedule' | 'event';
  id: string;
  clusterName: string;
  status?: string;
  progress?: object;
}

export type Key = readonly unknown[];

/** Which reads are out of date after it. Progress alone makes none so: it is put where the job is already shown. */
export function staleAfter(projectId: string, change: Change, isNews: boolean): Key[] {
  if (!isNews) return [];
  const { kind, clusterName } = change;
  if (kind === 'event') return [keys.events(projectId), keys.audit(projectId), keys.access(projectId)];
  const stale: Key[] = [keys.overview(projectId), keys.cluster(projectId, clusterName)];
  if (kind === 'snapshot' || kind === 'restore' || kind === 'drill') stale.push(keys.jobs(projectId));
  return stale;
}

/** A job whose status and progress are all there is to tell. What has ended has more: it is read anew. */
export function isUnderWay(status: string | undefined): boolean {
  return status === 'PENDING' || status === 'QUEUED' || status === 'RUNNING';
}

/** A running job says its status with every step of its progress: only another one than before is news. What is told of any other is: its end, a hold, a verification. */
export class Statuses {
  readonly #known = new Map<string, string>();

  isNews({ kind, id, status }: Change): boolean {
    if (status === undefined) return true;
    const name = `${kind} ${id}`;
    const before = this.#known.get(name);
    this.#known.set(name, status);
    return before !== status || status !== 'RUNNING';
  }
}

/**
 * Puts the progress of a job that is under way into whatever was read of it: itself, a page of a list, or a part of an overview. The same value where it is not in there, or has
 * ended: an ending without its facts would be shown as one that has none.
 */
export function withProgress<T>(value: T, change: Pick<Change, 'id' | 'status' | 'progress'>): T {
  if (typeof value !== 'object' || value === null || !isUnderWay(change.status)) return value;
  if ('id' in value && value.id === change.id && 'status' in value) {
    return { ...value, ...(change.status && { status: change.status }), ...(change.progress && { progress: change.progress }) };
  }
  const before = Object.entries(value);
  const after = before.map(([name, part]) => [name, withProgress(part, change)] as const);
  if (after.every(([, part], place) => part === before[place]![1])) return value;
  return (Array.isArray(value) ? after.map(([, part]) => part) : Object.fromEntries(after)) as T;
}

/** Milliseconds until the next try: twice as long each time, up to half a minute, never quite the same for all. */
export function backoff(failures: number, random = Math.random()): number {
  return Math.min(30_000, 1000 * 2 ** Math.min(failures, 10)) * (0.75 + random / 2);
}
