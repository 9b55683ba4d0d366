import type { Queryable } from './connection.ts';

/** Which queue jobs a worker process has in hand, so that the jobs of one that died are given back at once and exactly. */
export interface JobInHand {
  jobId: string;
  queue: string;
  retryCount: number;
}

export async function takeInHand(db: Queryable, workerId: string, job: JobInHand): Promise<void> {
  await db
    .insertInto('workerJobs')
    .values({ workerId, ...job })
    .onConflict((conflict) => conflict.column('jobId').doUpdateSet({ workerId, retryCount: job.retryCount }))
    .execute();
}

export async function putDown(db: Queryable, workerId: string, jobId: string): Promise<void> {
  await db.deleteFrom('workerJobs').where('jobId', '=', jobId).where('workerId', '=', workerId).execute();
}

export async function jobsInHand(db: Queryable, workerId: string): Promise<JobInHand[]> {
  return db.selectFrom('workerJobs').select(['jobId', 'queue', 'retryCount']).where('workerId', '=', workerId).execute();
}

/** The workers that have jobs in hand and whose ids begin with `prefix`. */
export async function busyWorkers(db: Queryable, prefix: string): Promise<string[]> {
  const rows = await db.selectFrom('workerJobs').select('workerId').distinct().execute();
  return rows.map((row) => row.workerId).filter((id) => id.startsWith(prefix));
}
