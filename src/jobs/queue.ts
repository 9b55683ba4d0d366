import type { Transaction } from 'kysely';
import { fromKysely, PgBoss } from 'pg-boss';
import type { Database } from '../db/schema.ts';
import { JOB_NAMES, type JobName, type JobPayloads } from './definitions.ts';

/** A job without a sign of life for this long is given to another worker (pg-boss asks for 10 at least). */
export const HEARTBEAT_SECONDS = 12;
/** How often the queue looks for such jobs; pg-boss' own 60 would let a lost worker hold its job for minutes. */
const SUPERVISE_SECONDS = 5;
/** A lost worker raises pg-boss' retry count, so this is only a backstop: the job's own row counts crashes and failures. */
const RETRY_LIMIT = 1000;
/** pg-boss' largest. A run longer than this is handed over; the fence keeps the first from committing. */
const EXPIRE_SECONDS = 24 * 3600 - 1;

export interface QueueOptions {
  url: string;
  /** Told about trouble of the queue itself: a lost connection, a slow query. */
  onError(error: unknown): void;
}

/** pg-boss on the same PostgreSQL: pick-up by LISTEN/NOTIFY, heartbeats, redelivery, enqueueing within the caller's transaction. */
export class Queue {
  readonly boss: PgBoss;

  private constructor(boss: PgBoss) {
    this.boss = boss;
  }

  static async open(options: QueueOptions): Promise<Queue> {
    const boss = new PgBoss({
      connectionString: options.url,
      application_name: 'lifeboat queue',
      max: 6,
      useListenNotify: true,
      schedule: false,
      superviseIntervalSeconds: SUPERVISE_SECONDS,
      monitorIntervalSeconds: SUPERVISE_SECONDS,
    });
    boss.on('error', options.onError);
    await boss.start();
    for (const name of JOB_NAMES) {
      await boss.createQueue(name, {
        notify: true,
        heartbeatSeconds: HEARTBEAT_SECONDS,
        retryLimit: RETRY_LIMIT,
        retryDelay: 0,
        expireInSeconds: EXPIRE_SECONDS,
      });
    }
    return new Queue(boss);
  }

  /** Enqueues; within `transaction`, the job exists exactly if the transaction commits. */
  async send<N extends JobName>(
    name: N,
    payload: JobPayloads[N],
    options: { transaction?: Transaction<Database>; afterSeconds?: number } = {},
  ): Promise<void> {
    await this.boss.send(name, payload, {
      ...(options.transaction && { db: fromKysely(options.transaction as never) }),
      ...(options.afterSeconds && { startAfter: options.afterSeconds }),
    });
  }

  async close(): Promise<void> {
    await this.boss.stop({ graceful: false, close: true });
  }
}
