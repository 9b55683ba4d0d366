import type { CollectionProgress } from '../engine/restore.ts';
import type { Id } from '../ids.ts';

/**
 * A restore job, the resource of Atlas' tenant, Flex and dedicated routes.
 *
 *     start -> PENDING --enqueue--> QUEUED --begin--> RUNNING --complete--> COMPLETED
 *                 |                   |  ^               |
 *                 |                   |  +----yield------+      (its target is being snapshotted; nothing was written yet)
 *                 +------- fail ------+------ fail ------+----> FAILED
 *
 * PENDING: accepted. QUEUED: waits for a worker, or for a running snapshot of its target. Terminal states never change.
 * A DRILL is a restore that delivers the proof alone: nothing of its target is replaced.
 * A DOWNLOAD job is COMPLETED at once: its archive needs no work to be served. A cancelled job is FAILED with `cancelled`.
 */
export const RESTORE_STATUSES = ['PENDING', 'QUEUED', 'RUNNING', 'COMPLETED', 'FAILED'] as const;
export type RestoreStatus = (typeof RESTORE_STATUSES)[number];

export const RESTORE_EVENTS = ['enqueue', 'begin', 'yield', 'complete', 'fail'] as const;
export type RestoreEvent = (typeof RESTORE_EVENTS)[number];

/** Total: a pair that is missing does not compile. `null` means the event is not allowed there. */
export const RESTORE_TRANSITIONS: Readonly<Record<RestoreStatus, Readonly<Record<RestoreEvent, RestoreStatus | null>>>> = {
  PENDING: { enqueue: 'QUEUED', begin: 'RUNNING', yield: null, complete: null, fail: 'FAILED' },
  // A worker that takes over after a crash begins a job that is RUNNING already.
  QUEUED: { enqueue: null, begin: 'RUNNING', yield: null, complete: null, fail: 'FAILED' },
  RUNNING: { enqueue: null, begin: 'RUNNING', yield: 'QUEUED', complete: 'COMPLETED', fail: 'FAILED' },
  COMPLETED: { enqueue: null, begin: null, yield: null, complete: null, fail: null },
  FAILED: { enqueue: null, begin: null, yield: null, complete: null, fail: null },
};

/** The states an event may start from, for the `WHERE` of the one statement that carries it out. */
export function restoreStatusesBefore(event: RestoreEvent): RestoreStatus[] {
  return RESTORE_STATUSES.filter((status) => RESTORE_TRANSITIONS[status][event] !== null);
}

/** Whether a job in this state has ended. */
export function isTerminal(status: RestoreStatus): boolean {
  return Object.values(RESTORE_TRANSITIONS[status]).every((next) => next === null);
}

export type DeliveryType = 'RESTORE' | 'DOWNLOAD' | 'DRILL';

/** Why a job failed, in words its user can act on. `code` is a problem code, or `unexpected` for a defect of Lifeboat. */
export interface JobFailure {
  code: string;
  message: string;
  hint?: string;
}

/** Documents and uncompressed BSON bytes done, out of the totals where they are known. */
export interface JobProgress {
  documents: number;
  bytes: number;
  totalDocuments?: number;
  totalBytes?: number;
  /** What is being done now: `reading`, `loading`, `indexing`, `verifying`, `swapping`... */
  phase?: string;
  /** The namespace being worked on. */
  namespace?: string;
  /** Of a restore: those that are under way, and the largest. */
  collections?: readonly CollectionProgress[];
  /** While it runs. */
  rate?: JobRate;
  /** At that rate, where the total is known. */
  remainingSeconds?: number;
}

export interface JobRate {
  documentsPerSecond: number;
  bytesPerSecond: number;
}

export interface RestoreJob {
  id: Id;
  projectId: Id;
  /** The cluster the snapshot was taken of. */
  clusterId: Id;
  clusterName: string;
  snapshotId: Id;
  deliveryType: DeliveryType;
  status: RestoreStatus;
  targetProjectId: Id;
  targetClusterName: string;
  snapshotFinishedAt: Date;
  scheduledAt: Date;
  /** Of the first attempt. */
  startedAt: Date | null;
  finishedAt: Date | null;
  expiresAt: Date;
  cancelled: boolean;
  failure: JobFailure | null;
  progress: JobProgress;
  /** Which namespaces, under which names, and how; empty for all of it as Atlas does it. */
  options: object;
  /** The snapshot of the target that was taken before it began: what `undo` brings back. */
  safetySnapshotId: Id | null;
  /** What was compared after the restore, and what was found; of a FAILED one, the differences. */
  verification: object | null;
}
