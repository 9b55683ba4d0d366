import type { Transaction } from 'kysely';
import { fromKysely, PgBoss } from 'pg-boss';
import { allowLongJobs } from '../db/long-jobs.ts';
import { nextTurns } from '../db/queue-turns.ts';
import type { Database } from '../db/schema.ts';
import type { JobInHand } from '../db/worker-jobs.ts';
import { CRON_JOBS, JOB_NAMES, type JobName, type JobPayloads } from './definitions.ts';

/** A job without a sign of life for this long is given to another worker (pg-boss asks for 10 at least). */
export const HEARTBEAT_SECONDS = 12;
/** How often the queue looks for such jobs; pg-boss' own 60 would let a lost worker hold its job for minutes. */
const SUPERVISE_SECONDS = 5;

/** What a job of {@link CRON_JOBS} may take before another begins in its place. */
const SHORT_JOB_SECONDS = 24 * 3600;
/**
 * What any other job may take: what is lost is found by its heartbeat, and one that is begun anew for its length alone would never end. More days than these do not fit into
 * the timer that pg-boss makes of them.
 */
const LONG_JOB_SECONDS = 24 * 24 * 3600;

const QUEUE_OPTIONS = {
  // Here as well as on the instance, or no job is announced.
  notify: true,
  heartbeatSeconds: HEARTBEAT_SECONDS,
  // A lost worker raises pg-boss' retry count, so this is only a backstop: the job's own row counts crashes and failures.
  retryLimit: 1000,
  retryDelay: 0,
  // A job may wait for a worker as long as it has to; pg-boss would drop it after two weeks, and its row would wait for ever.
  retentionSeconds: 10 * 365 * 24 * 3600,
  // What became of it is in the job's own row.
  deleteAfterSeconds: 3600,
};

export interface QueueOptions {
  url: string;
  /** How long a statement may take; without it, for ever. */
  answerMs?: number;
  /** Whether this node has the jobs of {@link CRON_JOBS} done: those that work do. */
  cron?: boolean;
  /** Told about trouble of the queue itself: a lost connection, a slow query. */
  onError(error: unknown): void;
}

/** Where a job stands. */
export interface Line {
  projectId: string;
  /** On which the job works: while another job of its kind does, this one is passed over. */
  deployment?: string;
  /** Somebody's restore waits for it: it goes before what waits, its own project's jobs included. */
  goesAhead?: boolean;
}

/** As pg-boss knows it: the least turn first, so its priority is the turn's negative. */
export interface Standing {
  priority: number;
  deployment: string | null;
}

const BEFORE_ALL_TURNS = 0;

export interface SendOptions {
  transaction?: Transaction<Database>;
  afterSeconds?: number;
  standing?: Standing;
}

/** pg-boss on the same PostgreSQL: pick-up by LISTEN/NOTIFY, heartbeats, redelivery, enqueueing within the caller's transaction. */
export class Queue {
  readonly boss: PgBoss;

  private constructor(boss: PgBoss) {
    this.boss = boss;
  }

  /** Also brings pg-boss' own tables (schema `pgboss`) up to date; several nodes may do so at once. */
  static async open(options: QueueOptions): Promise<Queue> {
    // The driver's own, which pg-boss' types leave out and which it hands on.
    const ofDriver: object = { keepAlive: true, ...(options.answerMs !== undefined && { query_timeout: options.answerMs }) };
    const boss = new PgBoss({
      ...ofDriver,
      connectionString: options.url,
      application_name: 'lifeboat queue',
      max: 6,
      useListenNotify: true,
      schedule: options.cron === true,
      superviseIntervalSeconds: SUPERVISE_SECONDS,
      monitorIntervalSeconds: SUPERVISE_SECONDS,
    });
    boss.on('error', options.onError);
    await boss.start();
    for (const name of JOB_NAMES) {
      await boss.createQueue(name, {
        ...QUEUE_OPTIONS,
        expireInSeconds: SHORT_JOB_SECONDS,
        ...(name in CRON_JOBS && { policy: 'exclusive' }),
      });
      // An existing queue keeps the options that an earlier version made it with.
      await boss.updateQueue(name, QUEUE_OPTIONS);
    }
    await allowLongJobs(
      boss.getDb(),
      JOB_NAMES.filter((name) => !(name in CRON_JOBS)),
      LONG_JOB_SECONDS,
    );
    if (options.cron) for (const [name, { cron, missed }] of Object.entries(CRON_JOBS)) await boss.schedule(name, cron, {}, { missed });
    return new Queue(boss);
  }

  /** Enqueues; within `transaction`, the job exists exactly if the transaction commits. */
  async send<N extends JobName>(name: N, payload: JobPayloads[N], options: SendOptions = {}): Promise<void> {
    const { transaction, afterSeconds, standing } = options;
    await this.boss.send(name, payload, {
      ...(transaction && { db: fromKysely(transaction) }),
      ...(afterSeconds && { startAfter: afterSeconds }),
      ...(standing && { priority: standing.priority, ...(standing.deployment !== null && { group: { id: standing.deployment } }) }),
    });
  }

  /** Enqueues as {@link send}, in a line in which projects take turns. */
  async sendInTurn<N extends JobName>(name: N, payload: JobPayloads[N], transaction: Transaction<Database>, line: Line): Promise<void> {
    const priority = line.goesAhead ? BEFORE_ALL_TURNS : -(await nextTurns(transaction, name, line.projectId, 1));
    await this.send(name, payload, { transaction, standing: { priority, deployment: line.deployment ?? null } });
  }

  /** As {@link sendInTurn}, of many at once. */
  async sendAllInTurn<N extends JobName>(
    name: N,
    jobs: readonly { payload: JobPayloads[N]; line: Line }[],
    transaction: Transaction<Database>,
  ): Promise<void> {
    const projects = Map.groupBy(jobs, ({ line }) => line.projectId);
    // In one order everywhere: each project is locked until the transaction ends.
    for (const [projectId, own] of [...projects].sort(([a], [b]) => (a < b ? -1 : 1))) {
      let turn = await nextTurns(transaction, name, projectId, own.length);
      for (const { payload, line } of own) {
        await this.send(name, payload, { transaction, standing: { priority: -turn, deployment: line.deployment ?? null } });
        turn += 1;
      }
    }
  }

  /** Ends this run of a job; `false` when it is another worker's by now. */
  async settle(job: JobInHand, transaction: Transaction<Database>): Promise<boolean> {
    const answer = await this.boss.complete(job.queue, attemptOf(job), null, { db: fromKysely(transaction) });
    // Its type leaves out what it answers; a test notices when that changes.
    return (answer as { affected: number }).affected > 0;
  }

  /** Has a job delivered again at once, unless another worker has begun it since. */
  async redeliver(job: JobInHand): Promise<void> {
    await this.boss.fail(job.queue, attemptOf(job), { message: 'the worker was lost' });
  }

  async close(): Promise<void> {
    await this.boss.stop({ graceful: false, close: true });
  }
}

/** pg-boss' fence: it counts a retry each time a job is delivered again. */
const attemptOf = ({ jobId, retryCount }: JobInHand) => ({ id: jobId, retryCount });
