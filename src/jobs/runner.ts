import { hostname } from 'node:os';
import type { Db } from '../db/connection.ts';
import { processIdentity } from '../db/process-identity.ts';
import { busyWorkers, type JobInHand, jobsInHand, putDown, takeInHand } from '../db/worker-jobs.ts';
import { JOB_NAMES, type JobName, type JobPayloads, RetryLater } from './definitions.ts';
import { HEARTBEAT_SECONDS, type Queue } from './queue.ts';

export type Handlers = { readonly [N in JobName]: (payload: JobPayloads[N], signal: AbortSignal) => Promise<void> };

const POLL_SECONDS = 1;

/** `<host>/<pid> <start>`: tells one process from every other, a later one with the same number included. */
export async function workerId(pid: number): Promise<string> {
  return `${hostname()}/${(await processIdentity(pid)) ?? `${pid} gone`}`;
}

/**
 * Takes jobs and hands them to their handlers, `concurrency` of each kind at once. What a handler throws, but {@link RetryLater}, goes to
 * `onError` and ends the job: failures and their retries are the domain's, which keeps them in the job's own row.
 */
export class Runner {
  readonly #queue: Queue;
  readonly #db: Db;
  readonly #id: string;
  readonly #stopping = new AbortController();
  readonly #running = new Set<Promise<void>>();

  private constructor(queue: Queue, db: Db, id: string) {
    this.#queue = queue;
    this.#db = db;
    this.#id = id;
  }

  static async start(options: {
    queue: Queue;
    db: Db;
    handlers: Handlers;
    concurrency: number;
    onError: (error: unknown) => void;
  }): Promise<Runner> {
    const runner = new Runner(options.queue, options.db, await workerId(process.pid));
    for (const name of JOB_NAMES) await runner.#work(name, options.handlers[name] as never, options.concurrency, options.onError);
    return runner;
  }

  async #work<N extends JobName>(
    name: N,
    handler: (payload: JobPayloads[N], signal: AbortSignal) => Promise<void>,
    concurrency: number,
    onError: (error: unknown) => void,
  ): Promise<void> {
    const options = {
      localConcurrency: concurrency,
      pollingIntervalSeconds: POLL_SECONDS,
      notifyPollingIntervalSeconds: POLL_SECONDS,
      heartbeatRefreshSeconds: HEARTBEAT_SECONDS / 4,
    };
    await this.#queue.boss.work<JobPayloads[N]>(name, options, async ([job]) => {
      const inHand = { jobId: job!.id, queue: name, retryCount: job!.retryCount };
      const signal = AbortSignal.any([this.#stopping.signal, job!.signal]);
      const run = this.#run(name, inHand, job!.data, handler, signal, onError);
      this.#running.add(run);
      await run.finally(() => this.#running.delete(run));
    });
  }

  async #run<N extends JobName>(
    name: N,
    inHand: JobInHand,
    payload: JobPayloads[N],
    handler: (payload: JobPayloads[N], signal: AbortSignal) => Promise<void>,
    signal: AbortSignal,
    onError: (error: unknown) => void,
  ): Promise<void> {
    await takeInHand(this.#db, this.#id, inHand);
    try {
      await handler(payload, signal);
    } catch (error) {
      if (error instanceof RetryLater) await this.#queue.send(name, payload, { afterSeconds: error.afterSeconds });
      else if (signal.aborted) throw error;
      else onError(error);
    } finally {
      await putDown(this.#db, this.#id, inHand.jobId);
    }
  }

  /** Takes no more jobs; gives those that run `graceMilliseconds` to end, then aborts them: another worker goes on with them. */
  async stop(graceMilliseconds: number): Promise<void> {
    await Promise.all(JOB_NAMES.map((name) => this.#queue.boss.offWork(name, { wait: false })));
    const timer = setTimeout(() => this.#stopping.abort(new Error('the worker is stopping')), graceMilliseconds);
    await Promise.allSettled(this.#running);
    clearTimeout(timer);
  }
}

/** Gives the jobs of a worker that is gone back to the queue, which delivers them again at once. */
export async function releaseJobsOf(queue: Queue, db: Db, id: string): Promise<number> {
  const jobs = await jobsInHand(db, id);
  for (const { jobId, queue: name, retryCount } of jobs) {
    // Naming the attempt keeps this from failing a run that another worker has begun since.
    await queue.boss.fail(name, { id: jobId, retryCount }, { message: 'the worker was lost' });
    await putDown(db, id, jobId);
  }
  return jobs.length;
}

/** Gives back the jobs of every worker of this machine that is no longer there. */
export async function releaseLostJobs(queue: Queue, db: Db): Promise<number> {
  let released = 0;
  for (const id of await busyWorkers(db, `${hostname()}/`)) {
    const pid = Number(id.slice(hostname().length + 1).split(' ')[0]);
    if ((await workerId(pid)) !== id) released += await releaseJobsOf(queue, db, id);
  }
  return released;
}
