import type { components } from '../../api/served.d.ts';

export type Job = components['schemas']['Job'];
export type Kind = Job['kind'];
export type Status = Job['status'];

export const KINDS: Readonly<Record<Kind, string>> = { snapshot: 'Snapshot', restore: 'Restore', download: 'Download', drill: 'Drill' };
export const STATUSES: Readonly<Record<Status, string>> = {
  PENDING: 'Pending',
  QUEUED: 'Queued',
  RUNNING: 'Running',
  COMPLETED: 'Completed',
  FAILED: 'Failed or cancelled',
};

/** What a job is about, beside its kind: `shop`, or `shop → shop-copy`. */
export function jobTitle({ kind, clusterName, targetClusterName }: Job): string {
  return kind === 'restore' && targetClusterName && targetClusterName !== clusterName
    ? `${clusterName} → ${targetClusterName}`
    : clusterName;
}

/** The page that shows it, below the project; `null` where there is none (any more). */
export function jobPath({ kind, id, clusterName, deletedAt }: Pick<Job, 'kind' | 'id' | 'clusterName' | 'deletedAt'>): string | null {
  const cluster = encodeURIComponent(clusterName);
  if (kind === 'snapshot') return deletedAt ? null : `clusters/${cluster}/snapshots/${id}`;
  return `${kind}s/${cluster}/${id}`;
}

/** How long it took, or has taken so far. */
export function jobSeconds({ startedAt, finishedAt }: Pick<Job, 'startedAt' | 'finishedAt'>, now: Date): number | null {
  if (!startedAt) return null;
  return Math.max(0, ((finishedAt ? Date.parse(finishedAt) : now.getTime()) - Date.parse(startedAt)) / 1000);
}
