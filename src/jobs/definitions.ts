/** Every kind of job, once: its name in the queue and what it carries. The work itself is in `backup/work/`. */
export interface JobPayloads {
  'snapshot.take': { snapshotId: string };
  'snapshot.verify': { snapshotId: string };
  'restore.run': { restoreJobId: string };
  'schedules.run': Record<string, never>;
  'vault.collect': Record<string, never>;
  'webhooks.deliver': Record<string, never>;
  'alerts.check': Record<string, never>;
}

export type JobName = keyof JobPayloads;

export const JOB_NAMES: readonly JobName[] = [
  'snapshot.take',
  'snapshot.verify',
  'restore.run',
  'schedules.run',
  'vault.collect',
  'webhooks.deliver',
  'alerts.check',
];

/**
 * Jobs that nobody asks for: by the clock of the database, in UTC, one for all nodes, and none while the one before it waits or runs. `once`: what was missed while nothing
 * ran is made up for by one.
 */
export const CRON_JOBS = {
  'schedules.run': { cron: '* * * * *', missed: 'skip' },
  'vault.collect': { cron: '37 2 * * *', missed: 'once' },
  'webhooks.deliver': { cron: '* * * * *', missed: 'skip' },
  'alerts.check': { cron: '* * * * *', missed: 'skip' },
} as const satisfies Partial<Record<JobName, { cron: string; missed: 'skip' | 'once' }>>;

/** Thrown by a handler whose work cannot start yet: the job comes back after so many seconds, and this was no failure. */
export class RetryLater extends Error {
  readonly afterSeconds: number;

  constructor(afterSeconds: number, why: string) {
    super(why);
    this.name = 'RetryLater';
    this.afterSeconds = afterSeconds;
  }
}
