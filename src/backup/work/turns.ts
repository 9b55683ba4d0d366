import { type Clock, SECOND } from '../../clock.ts';
import type { Within } from '../../db/connection.ts';
import { jobsOnHosts } from '../../db/host-load.ts';
import { RetryLater } from '../../jobs/definitions.ts';
import type { WorkParts } from './parts.ts';

const SHORTEST = 1;
const LONGEST = 15;

/**
 * The job is asked for again: after a second, and the later the longer it has waited already. A thousand that wait for one deployment would keep the workers from all others if each came back at once.
 */
export function busy(clock: Clock, { scheduledAt }: { scheduledAt: Date }, why: string): RetryLater {
  const waited = (clock.now().getTime() - scheduledAt.getTime()) / SECOND;
  return new RetryLater(Math.min(LONGEST, Math.max(SHORTEST, Math.floor(waited / 8))), why);
}

/**
 * Throws {@link RetryLater} while as many jobs as may run on the machines of the deployment; a job that was handed over RUNNING has its place there, or two of them would wait for each other. To be
 * asked with the lock of the deployment.
 */
export async function requireHostRoom(
  { clock, hostJobs }: Pick<WorkParts, 'clock' | 'hostJobs'>,
  transaction: Within,
  deployment: string,
  job: { id: string; scheduledAt: Date; status: string },
): Promise<void> {
  if (job.status === 'RUNNING') return;
  if (hostJobs && (await jobsOnHosts(transaction, deployment, job.id)) >= hostJobs) throw busy(clock, job, 'its host has enough to do');
}
