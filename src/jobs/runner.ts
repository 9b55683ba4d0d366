import { pause, SECOND } from '../clock.ts';
import type { Db } from '../db/connection.ts';
import { processIdentity, thisPlace } from '../db/process-identity.ts';
import { takeTurn } from '../db/queue-turns.ts';
import { busyWorkers, type JobInHand, jobsInHand, putDown, takeInHand } from '../db/worker-jobs.ts';
import { CRON_JOBS, JOB_NAMES, type JobName, type JobPayloads, RetryLater } from './definitions.ts';
import { HEARTBEAT_SECONDS, type Queue, type Standing } from './queue.ts';

/**
 * What each kind of job does. A handler ends its job by returning, and has it come back by throwing {@link RetryLater}. It stops early when
 * the signal says so, and throws: the job goes to another worker at once.
 */
export type Handlers = { readonly [N in JobName]: Handler<N> };
type Handler<N extends JobName> = (payload: JobPayloads[N], signal: AbortSignal) => Promise<void>;

interface Delivery<N extends JobName> {
  job: JobInHand;
  payload: JobPayloads[N];
  standing: Standing;
}

export interface RunnerOptions {
  queue: Queue;
  db: Db;
  handlers: Handlers;
  /** How many jobs of each kind run at once. */
  concurrency: number;
  /** Told what a handler threw that it should not have. */
  onError(error: unknown): void;
}

const POLL_SECONDS = 1;
/** A job whose handler threw something unforeseen comes back after this; the job's own row counts how often. */
const UNFORESEEN_SECONDS = 5;
/** What an aborted handler gets to end, and the queue to hear of it. */
const LAST_WORDS = 5 * SECOND;

/** `<place>/<pid> <start>`: tells one process from every other, a later one with the same number and one on another machine included. */
export async function workerId(pid: number): Promise<string> {
  return `${thisPlace()}/${(await processIdentity(pid)) ?? `${pid} gone`}`;
}

/** Takes jobs from the queue and hands them to their handlers. Failures and their retries are the domain's, kept in the job's own row. */
export class Runner {
  readonly #options: RunnerOptions;
  readonly #id: string;
  readonly #stopping = new AbortController();
  /** For each kind of job: begins another loop, where all are busy and there may be one more. */
  readonly #grow: (() => void)[] = [];
  #concurrency: number;
  #takesMore = true;

  private constructor(options: RunnerOptions, id: string) {
    this.#options = options;
    this.#concurrency = options.concurrency;
    this.#id = id;
  }

  static async start(options: RunnerOptions): Promise<Runner> {
    await releaseLostJobs(options.queue, options.db);
    const runner = new Runner(options, await workerId(process.pid));
    for (const name of JOB_NAMES) await runner.#work(name, options.handlers[name] as Handler<JobName>);
    return runner;
  }

  /** One loop for each job that runs, and one that waits for the next: each of them asks the database once a second, and whenever a job is announced. */
  async #work<N extends JobName>(name: N, handler: Handler<N>): Promise<void> {
    const { onError, queue } = this.#options;
    const { boss } = queue;
    const options = {
      // For its priority, which a copy of it keeps.
      includeMetadata: true as const,
      // Nodes ask at the same moment, and may get two: the handlers, who lock, send the second back.
      groupConcurrency: 1,
      pollingIntervalSeconds: POLL_SECONDS,
      // Also where jobs are announced: one that is delivered again is not.
      notifyPollingIntervalSeconds: POLL_SECONDS,
      heartbeatRefreshSeconds: HEARTBEAT_SECONDS / 4,
    };
    // Of a job that nobody asks for there is one at a time.
    const most = () => (name in CRON_JOBS ? 1 : this.#concurrency);
    let [loops, busy] = [0, 0];
    const grow = () => {
      if (busy === loops && loops < most() && this.#takesMore) void begin().catch(onError);
    };
    const begin = async () => {
      loops += 1;
      let loop = '';
      loop = await boss.work<JobPayloads[N], void, typeof options>(name, options, async ([job]) => {
        busy += 1;
        grow();
        // pg-boss waits for the next poll after a job; where one was, there may be another.
        boss.notifyWorker(loop);
        const { id, retryCount, data, priority, groupId, signal } = job!;
        const delivery = {
          job: { jobId: id, queue: name, retryCount },
          payload: data,
          standing: { priority, deployment: groupId ?? null },
        };
        await this.#run(name, delivery, handler, AbortSignal.any([this.#stopping.signal, signal])).finally(() => {
          busy -= 1;
        });
      });
    };
    await begin();
    this.#grow.push(grow);
  }

  /** So many jobs of each kind run at once from now on. */
  widen(concurrency: number): void {
    this.#concurrency = Math.max(this.#concurrency, concurrency);
    for (const grow of this.#grow) grow();
  }

  async #run<N extends JobName>(name: N, delivery: Delivery<N>, handler: Handler<N>, signal: AbortSignal): Promise<void> {
    const { db, onError } = this.#options;
    const { job, payload, standing } = delivery;
    await takeInHand(db, this.#id, job);
    try {
      await handler(payload, signal);
      // One that is handed back, because its deployment is busy, has had no turn yet.
      if (standing.priority < 0) await takeTurn(db, name, -standing.priority);
    } catch (error) {
      // What is thrown on makes pg-boss deliver the job again at once.
      if (signal.aborted) throw error;
      if (!(error instanceof RetryLater)) onError(error);
      await this.#handBack(name, delivery, error instanceof RetryLater ? error.afterSeconds : UNFORESEEN_SECONDS);
    } finally {
      await putDown(db, this.#id, job.jobId);
    }
  }

  /** A copy of the job, for later and with its turn, in place of this one: both or neither, so that it is neither lost nor done twice. */
  async #handBack<N extends JobName>(name: N, { job, payload, standing }: Delivery<N>, afterSeconds: number): Promise<void> {
    const { queue, db } = this.#options;
    await db.transaction().execute(async (transaction) => {
      if (await queue.settle(job, transaction)) await queue.send(name, payload, { transaction, afterSeconds, standing });
    });
  }

  /** Takes no more jobs; gives those that run `graceMilliseconds` to end, then aborts them: another worker goes on with them. */
  async stop(graceMilliseconds: number): Promise<void> {
    this.#takesMore = false;
    // pg-boss waits for the handlers and for its own word to the database about them.
    const drained = Promise.all(JOB_NAMES.map((name) => this.#options.queue.boss.offWork(name, { wait: true })));
    const abort = setTimeout(() => this.#stopping.abort(new Error('the worker is stopping')), graceMilliseconds);
    const patience = new AbortController();
    const late = pause(graceMilliseconds + LAST_WORDS, patience.signal).catch(() => {});
    await Promise.race([drained, late]);
    clearTimeout(abort);
    patience.abort();
  }
}

/** Gives the jobs of a worker that is gone back to the queue, which delivers them again at once. Answers how many. */
export async function releaseJobsOf(queue: Queue, db: Db, id: string): Promise<number> {
  const jobs = await jobsInHand(db, id);
  for (const job of jobs) {
    await queue.redeliver(job);
    await putDown(db, id, job.jobId);
  }
  return jobs.length;
}

/** Gives back the jobs of every worker of this machine (or container) that is no longer there. Answers how many. */
export async function releaseLostJobs(queue: Queue, db: Db): Promise<number> {
  const here = `${thisPlace()}/`;
  let released = 0;
  for (const id of await busyWorkers(db, here)) {
    const pid = Number(id.slice(here.length).split(' ')[0]);
    if ((await workerId(pid)) !== id) released += await releaseJobsOf(queue, db, id);
  }
  return released;
}
