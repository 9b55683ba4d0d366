/** Every kind of job, once: its name in the queue and what it carries. The work itself is in `backup/work/`. */
export interface JobPayloads {
  'snapshot.take': { snapshotId: string };
  'restore.run': { restoreJobId: string };
}

export type JobName = keyof JobPayloads;

export const JOB_NAMES: readonly JobName[] = ['snapshot.take', 'restore.run'];

/** Thrown by a handler whose work cannot start yet: the job comes back after so many seconds, and this was no failure. */
export class RetryLater extends Error {
  readonly afterSeconds: number;

  constructor(afterSeconds: number, why: string) {
    super(why);
    this.name = 'RetryLater';
    this.afterSeconds = afterSeconds;
  }
}
