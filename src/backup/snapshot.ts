import type { Id } from '../ids.ts';
import type { FrequencyType, PolicyItem } from './backup-schedule.ts';
import type { JobFailure, JobProgress } from './restore-job.ts';

/**
 * A snapshot of one cluster.
 *
 *     take -> PENDING --enqueue--> QUEUED --begin--> RUNNING --complete--> COMPLETED
 *                +--------- fail ---+------ fail ------+-----------------> FAILED
 */
export const SNAPSHOT_STATUSES = ['PENDING', 'QUEUED', 'RUNNING', 'COMPLETED', 'FAILED'] as const;
export type SnapshotStatus = (typeof SNAPSHOT_STATUSES)[number];
export type SnapshotEvent = 'enqueue' | 'begin' | 'complete' | 'fail';

export const SNAPSHOT_TRANSITIONS: Readonly<Record<SnapshotStatus, Readonly<Record<SnapshotEvent, SnapshotStatus | null>>>> = {
  PENDING: { enqueue: 'QUEUED', begin: 'RUNNING', complete: null, fail: 'FAILED' },
  QUEUED: { enqueue: null, begin: 'RUNNING', complete: null, fail: 'FAILED' },
  RUNNING: { enqueue: null, begin: 'RUNNING', complete: 'COMPLETED', fail: 'FAILED' },
  COMPLETED: { enqueue: null, begin: null, complete: null, fail: null },
  FAILED: { enqueue: null, begin: null, complete: null, fail: null },
};

export function snapshotStatusesBefore(event: SnapshotEvent): SnapshotStatus[] {
  return SNAPSHOT_STATUSES.filter((status) => SNAPSHOT_TRANSITIONS[status][event] !== null);
}

/**
 * What the snapshot is a picture of. Stated, never implied: every collection at one cluster time; nothing was seen to change while it was read; each collection as one cursor
 * saw it, and collections may differ in time.
 */
export const CONSISTENCIES = ['point-in-time', 'quiesced', 'per-collection'] as const;
export type Consistency = (typeof CONSISTENCIES)[number];

export interface Verified {
  /** ISO 8601. */
  at: string;
  ok: boolean;
  /** How many objects are damaged or missing. */
  damaged: number;
}

export interface Verification {
  status: 'QUEUED' | 'RUNNING' | 'COMPLETED' | 'FAILED';
  requestedAt: string;
  progress?: JobProgress;
  failure?: JobFailure;
}

export interface Snapshot {
  id: Id;
  projectId: Id;
  clusterId: Id;
  clusterName: string;
  status: SnapshotStatus;
  scheduledAt: Date;
  startedAt: Date | null;
  finishedAt: Date | null;
  expiresAt: Date;
  /** `x.y.z`, known once the snapshot ran. */
  mongodbVersion: string | null;
  consistency: Consistency | null;
  collections: number | null;
  documents: number | null;
  /** Uncompressed BSON. */
  logicalBytes: number | null;
  /** What its chunks take in the vault, chunks shared with other snapshots included. */
  storedBytes: number | null;
  /** What this snapshot added to the vault. */
  newBytes: number | null;
  /** What the user who asked for it wrote. */
  description: string | null;
  /** From a dump, not from the cluster itself. */
  imported: boolean;
  /** Of one that was taken by the schedule: the least frequent of what was due. `null` of any other. */
  frequencyType: FrequencyType | null;
  /** What was due. */
  policyItems: Pick<PolicyItem, 'id' | 'frequencyType'>[];
  /** Under a legal hold: neither deleted nor given up, until it is released. */
  hold: boolean;
  /** What the last whole reading of it in the vault found. */
  verified: Verified | null;
  /** The reading that was asked for last; `null` where none was. */
  verification: Verification | null;
  cancelled: boolean;
  failure: JobFailure | null;
  progress: JobProgress;
}
