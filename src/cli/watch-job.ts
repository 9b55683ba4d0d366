import type { JobFailure, JobProgress } from '../backup/restore-job.ts';
import { pause } from '../clock.ts';
import type { Client } from './client.ts';
import { ProgressBar } from './output.ts';

/** What snapshots and restore jobs have in common on the native API. */
export interface WatchedJob {
  id: string;
  status: string;
  progress: JobProgress;
  failure?: JobFailure | null;
}

const POLL_MILLISECONDS = 300;

/** Follows a job until it ends, with a bar on a terminal. */
export async function watchJob<T extends WatchedJob>(client: Client, path: string, label: string): Promise<T> {
  const bar = new ProgressBar(label);
  try {
    for (;;) {
      const job = await client.get<T>(path);
      bar.update(job.progress);
      if (job.status === 'COMPLETED' || job.status === 'FAILED') return job;
      await pause(POLL_MILLISECONDS);
    }
  } finally {
    bar.stop();
  }
}

/** The sentence for a job that ended FAILED, hint included. */
export function failureText(kind: string, job: WatchedJob): string {
  const { failure } = job;
  const reason = failure ? [failure.message, failure.hint].filter(Boolean).join('\n') : 'no reason was recorded';
  return `${kind} ${job.id} FAILED: ${reason}`;
}
