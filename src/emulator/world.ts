import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { buildServer } from '../api/server.ts';
import type { ApiServices } from '../api/services.ts';
import { makeApiServices, makeHandlers } from '../app.ts';
import { beginOnTime } from '../backup/due-times.ts';
import { realMilliseconds, SECOND } from '../clock.ts';
import { type Config, readConfig } from '../config.ts';
import { cancelledAmong, isJobOnItsWay, nextMoment, workInHand } from '../db/emulated-time.ts';
import { findRestore } from '../db/restores.ts';
import { busyWorkers } from '../db/worker-jobs.ts';
import { Problem } from '../errors.ts';
import { Foundation } from '../foundation.ts';
import { seedIds } from '../ids.ts';
import { Queue } from '../jobs/queue.ts';
import { type Handlers, Runner, releaseJobsOf } from '../jobs/runner.ts';
import { clockToSee } from './clock-to-see.ts';
import type { EmulatorClock } from './emulator-clock.ts';
import type { Faults } from './faults.ts';
import type { Holds } from './holds.ts';
import { JobFaults } from './job-faults.ts';
import { Turns } from './turns.ts';
import { WorkInHand } from './work-in-hand.ts';

export interface WorldParts {
  databaseUrl: string;
  /** For the vault. */
  folder: string;
  mongoUri: string;
  /** What the databases of its clusters begin with. */
  databasePrefix: string;
  clock: EmulatorClock;
  faults: Faults;
  holds: Holds;
  masterKey: Buffer;
  logger: Logger;
  /** Real milliseconds: work that takes longer is not waited for any more. */
  patience: number;
  publicUrl: () => string;
  /** A state that was loaded is made fit for this process before anything runs. */
  prepare?: (foundation: Foundation) => Promise<void>;
  controls: (scope: FastifyInstance) => Promise<void>;
}

const DATA = 'data';

/** Where the vault of a world is, by the folder of the world. */
export function vaultOf(folder: string): string {
  return join(folder, DATA, 'vault');
}

/** Of each kind; they take turns. What waits for the clock takes up no place: there are as many more. */
const JOBS_AT_ONCE = 12;

/** One installation of an emulator: the whole of Lifeboat in this process, API and jobs, on a database of its own. A reset puts another in its place. */
export class World {
  readonly foundation: Foundation;
  readonly queue: Queue;
  readonly app: FastifyInstance;
  readonly services: ApiServices;
  readonly #parts: Pick<WorldParts, 'holds' | 'patience' | 'logger'>;
  readonly #turns: Turns;
  readonly #runner: Runner;
  readonly #handlers: Handlers;
  readonly #work: WorkInHand;
  #stopped: Promise<void> | null = null;
  #closed: Promise<void> | null = null;

  private constructor(
    made: {
      foundation: Foundation;
      queue: Queue;
      app: FastifyInstance;
      services: ApiServices;
      turns: Turns;
      runner: Runner;
      handlers: Handlers;
      work: WorkInHand;
    },
    parts: WorldParts,
  ) {
    this.foundation = made.foundation;
    this.queue = made.queue;
    this.app = made.app;
    this.services = made.services;
    this.#parts = parts;
    this.#turns = made.turns;
    this.#runner = made.runner;
    this.#handlers = made.handlers;
    this.#work = made.work;
  }

  /** Where a part of it fails, nothing of it is left running. */
  static async open(parts: WorldParts): Promise<World> {
    const config = configOf(parts);
    const foundation = await Foundation.open(config, 'own', parts.clock);
    let queue: Queue | null = null;
    try {
      await parts.prepare?.(foundation);
      // No cron: schedules follow the emulator's clock.
      const onError = (error: unknown) => parts.logger.warn({ err: error }, 'the queue has trouble');
      queue = await Queue.open({ url: foundation.databaseUrl, onError });
      return await World.#over(foundation, queue, config, parts);
    } catch (error) {
      await queue?.close().catch(() => {});
      await foundation[Symbol.asyncDispose]();
      throw error;
    }
  }

  static async #over(foundation: Foundation, queue: Queue, config: Config, parts: WorldParts): Promise<World> {
    const { logger, publicUrl, databasePrefix } = parts;
    // Of the process that saved the state, which may be this one.
    for (const worker of await busyWorkers(foundation.db, '')) await releaseJobsOf(queue, foundation.db, worker);
    const { faults, holds, clock } = parts;
    const vault = await foundation.vault();
    const places = () => JOBS_AT_ONCE + holds.most;
    const turns = new Turns((known) => isJobOnItsWay(foundation.db, [...known, ...holds.ids], places()));
    const jobs = new JobFaults({ foundation, vault, vaultFolder: vaultOf(parts.folder), clock, faults, holds, turns });
    const work = new WorkInHand();
    const handlers = work.around(jobs.around(makeHandlers(config, foundation, { vault, queue, logger, work: jobs.workOf })));
    const services = withExpiringLinks(
      makeApiServices(config, foundation, { queue, logger, publicUrl, databasePrefix }),
      foundation,
      faults,
    );
    const [runner, app] = await Promise.all([
      Runner.start({
        queue,
        db: foundation.db,
        concurrency: places(),
        handlers,
        onError: (err) => logger.error({ err }, 'a job failed unexpectedly'),
      }),
      buildServer(services, { more: parts.controls, open: (scope) => clockToSee(scope, clock), mark: 'lifeboat-emulator' }),
    ]);
    holds.onWait = () => runner.widen(places());
    // For those that waited already.
    holds.onWait();
    return new World({ foundation, queue, app, services, turns, runner, handlers, work }, parts);
  }

  /** What is due at the time of the clock; the jobs that follow are in the queue when this resolves. */
  runSchedules(): Promise<void> {
    return this.#turns.holdBack(() => this.#handlers['schedules.run']({}, new AbortController().signal));
  }

  nextMoment(): Promise<Date | null> {
    return nextMoment(this.foundation.db, this.foundation.clock.now());
  }

  /** Resolves when no job waits or runs that could go on now: with `null`, or in words with what is still under way when it has been waited for long enough. */
  async settle(): Promise<string | null> {
    const { holds, patience, logger } = this.#parts;
    await this.dropCancelled();
    const left = await whatIsLeft(
      () => workInHand(this.foundation.db, holds.ids),
      () => this.#work.change(holds.ids.length),
      patience,
    );
    if (left !== null) logger.error(`work is still under way after ${patience / SECOND} s, and is not waited for: ${left}`);
    return left;
  }

  /** Jobs that wait for the clock and that nobody wants any more. */
  async dropCancelled(): Promise<void> {
    const { holds } = this.#parts;
    for (const id of await cancelledAmong(this.foundation.db, holds.ids)) holds.cancel(id);
  }

  /** No job begins before `work` is done. */
  undisturbed<T>(work: () => Promise<T>): Promise<T> {
    return this.#turns.holdBack(work);
  }

  /** No job runs any more, and none begins. */
  stopWork(): Promise<void> {
    this.#turns.end();
    this.#stopped ??= this.#runner.stop(0).then(() => this.queue.close());
    return this.#stopped;
  }

  /** With its work; whoever still asks for something of it fails. */
  close(): Promise<void> {
    this.#closed ??= this.stopWork()
      .then(() => this.app.close())
      .then(() => this.foundation[Symbol.asyncDispose]());
    return this.#closed;
  }
}

/** Looks, at each change, until nothing is left to be done, or for so many real milliseconds: then it answers what is. */
export async function whatIsLeft(look: () => Promise<string[]>, change: () => Promise<unknown>, patience: number): Promise<string | null> {
  const deadline = realMilliseconds() + patience;
  for (;;) {
    const left = await look();
    if (left.length === 0) return null;
    if (realMilliseconds() >= deadline) return left.join(', ');
    await change();
  }
}

/** Of the settings only what an emulator means: what is set around it for a real Lifeboat (a database, a store, a key) is not touched. */
function configOf({ databaseUrl, folder, mongoUri, masterKey }: WorldParts) {
  return readConfig({
    DATABASE_URL: databaseUrl,
    LIFEBOAT_DATA: join(folder, DATA),
    LIFEBOAT_DATABASE_SERVER: mongoUri,
    LIFEBOAT_KEY: masterKey.toString('base64'),
    LIFEBOAT_ROOM_CHECK: 'warn',
    LIFEBOAT_ANSWER_SECONDS: String((30 * SECOND) / SECOND),
  });
}

/** What is a matter of chance in a real Lifeboat follows from the seed here. */
export function leaveNothingToChance(seed: number): void {
  seedIds(`lifeboat emulator ${seed}`);
  beginOnTime();
}

/** A link that the script has expired is gone at the first time that it is followed. */
function withExpiringLinks(services: ApiServices, { db }: Foundation, faults: Faults): ApiServices {
  const { downloads } = services;
  const open: ApiServices['downloads']['open'] = async (jobId, ...rest) => {
    const row = await findRestore(db, jobId);
    if (row && faults.ofJob(jobId, 'download', [row.clusterName])?.expired) throw new Problem('download-expired', [jobId]);
    return downloads.open(jobId, ...rest);
  };
  return {
    ...services,
    downloads: { open, url: (job) => downloads.url(job), describe: (job) => downloads.describe(job) },
  };
}
