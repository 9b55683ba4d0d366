import type { Id } from '../ids.ts';
import { secondsOf } from './restore-forecast.ts';
import type { JobFailure, JobProgress, RestoreJob, RestoreStatus } from './restore-job.ts';

/**
 * `proven`: the snapshot was restored under names of Lifeboat's own, and counts, digests, indexes and options were the snapshot's. `differs`: they were not.
 * `failed`: it could not be told. Null until the drill has ended.
 */
export type DrillVerdict = 'proven' | 'differs' | 'failed' | null;

/** The rehearsal of a restore: nothing of the target is touched, and nothing is left there. It has the states of a restore job. */
export interface Drill {
  id: Id;
  projectId: Id;
  clusterName: string;
  snapshotId: Id;
  targetProjectId: Id;
  targetClusterName: string;
  status: RestoreStatus;
  scheduledAt: Date;
  startedAt: Date | null;
  finishedAt: Date | null;
  durationSeconds: number | null;
  documents: number | null;
  documentsPerSecond: number | null;
  verdict: DrillVerdict;
  differences: readonly string[];
  warnings: readonly string[];
  cancelled: boolean;
  failure: JobFailure | null;
  progress: JobProgress;
}

/** The last drill of a cluster that proved a snapshot. */
export interface LastProven {
  snapshotId: Id;
  at: Date;
  durationSeconds: number;
  documentsPerSecond: number;
}

/** The report of a drill, from the job that carried it out. */
export function drillOf(job: RestoreJob): Drill {
  const { id, projectId, clusterName, snapshotId, targetProjectId, targetClusterName, status } = job;
  const { scheduledAt, startedAt, finishedAt, cancelled, failure, progress } = job;
  const report = (job.verification ?? {}) as { documents?: number; differences?: string[]; warnings?: string[] };
  const seconds = finishedAt && startedAt ? secondsOf(job) : null;
  const documents = report.documents ?? null;
  return {
    ...{ id, projectId, clusterName, snapshotId, targetProjectId, targetClusterName, status },
    ...{ scheduledAt, startedAt, finishedAt, cancelled, failure, progress },
    durationSeconds: seconds,
    documents,
    documentsPerSecond: documents !== null && seconds !== null ? rate(documents, seconds) : null,
    verdict: verdictOf(job),
    differences: report.differences ?? [],
    warnings: report.warnings ?? [],
  };
}

function verdictOf({ status, failure }: RestoreJob): DrillVerdict {
  if (status === 'COMPLETED') return 'proven';
  if (status !== 'FAILED') return null;
  return failure?.code === 'verification-failed' ? 'differs' : 'failed';
}

export function rate(documents: number, seconds: number): number {
  return Math.round(documents / Math.max(seconds, 0.001));
}
