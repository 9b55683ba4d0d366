import type { Id } from '../ids.ts';
import type { JobFailure, JobProgress, RestoreStatus } from './restore-job.ts';

/** Work that somebody asked for, whatever it is: what a snapshot and a restore job have in common. */
export const JOB_KINDS = ['snapshot', 'restore', 'download', 'drill'] as const;
export type JobKind = (typeof JOB_KINDS)[number];

export interface Job {
  kind: JobKind;
  id: Id;
  clusterName: string;
  status: RestoreStatus;
  scheduledAt: Date;
  startedAt: Date | null;
  finishedAt: Date | null;
  /** What is restored. */
  snapshotId: Id | null;
  targetProjectId: Id | null;
  targetClusterName: string | null;
  cancelled: boolean;
  /** Of a snapshot that is gone. */
  deletedAt: Date | null;
  failure: JobFailure | null;
  progress: JobProgress;
}

/** What is empty leaves nothing out. */
export interface JobFilter {
  kinds: readonly JobKind[];
  statuses: readonly RestoreStatus[];
  clusterNames: readonly string[];
  /** The beginning of an id (of the job or of what it restores), or a part of the name of a cluster. */
  search: string;
}
