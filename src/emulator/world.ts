import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { buildServer } from '../api/server.ts';
import { makeApiServices, makeHandlers } from '../app.ts';
import { beginOnTime } from '../backup/due-times.ts';
import type { Clock } from '../clock.ts';
import { pause, SECOND } from '../clock.ts';
import { readConfig } from '../config.ts';
import { hasWork, nextMoment } from '../db/emulated-time.ts';
import { Foundation } from '../foundation.ts';
import { seedIds } from '../ids.ts';
import { Queue } from '../jobs/queue.ts';
import { type Handlers, Runner } from '../jobs/runner.ts';

export interface WorldParts {
  databaseUrl: string;
  /** For the vault. */
  folder: string;
  mongoUri: string;
  /** What the databases of its clusters begin with. */
  databasePrefix: string;
  clock: Clock;
  masterKey: Buffer;
  logger: Logger;
  publicUrl: () => string;
  controls: (scope: FastifyInstance) => Promise<void>;
}

/** How often it is looked whether the work is done. */
const LOOK = 4;

/** One installation of an emulator: the whole of Lifeboat in this process, API and jobs, on a database of its own. A reset puts another in its place. */
export class World {
  readonly foundation: Foundation;
  readonly queue: Queue;
  readonly app: FastifyInstance;
  readonly #runner: Runner;
  readonly #handlers: Handlers;

  private constructor(parts: { foundation: Foundation; queue: Queue; app: FastifyInstance; runner: Runner; handlers: Handlers }) {
    this.foundation = parts.foundation;
    this.queue = parts.queue;
    this.app = parts.app;
    this.#runner = parts.runner;
    this.#handlers = parts.handlers;
  }

  static async open(parts: WorldParts): Promise<World> {
    const { logger, publicUrl, databasePrefix } = parts;
    const config = configOf(parts);
    const foundation = await Foundation.open(config, 'own', parts.clock);
    const onError = (error: unknown) => logger.warn({ err: error }, 'the queue has trouble');
    // No cron: schedules follow the emulator's clock.
    const queue = await Queue.open({ url: foundation.databaseUrl, onError });
    const handlers = oneAtATime(makeHandlers(config, foundation, { vault: await foundation.vault(), queue, logger }));
    const [runner, app] = await Promise.all([
      Runner.start({
        queue,
        db: foundation.db,
        concurrency: 1,
        handlers,
        onError: (err) => logger.error({ err }, 'a job failed unexpectedly'),
      }),
      buildServer(makeApiServices(config, foundation, { queue, logger, publicUrl, databasePrefix }), { more: parts.controls }),
    ]);
    return new World({ foundation, queue, app, runner, handlers });
  }

  /** What is due at the time of the clock; the jobs that follow are in the queue when this resolves. */
  runSchedules(): Promise<void> {
    return this.#handlers['schedules.run']({}, new AbortController().signal);
  }

  nextMoment(): Promise<Date | null> {
    return nextMoment(this.foundation.db, this.foundation.clock.now());
  }

  /** Resolves when no job waits or runs that could go on now. */
  async settle(): Promise<void> {
    while (await hasWork(this.foundation.db, [])) await pause(LOOK);
  }

  /** No job runs any more, and none begins. */
  async stopWork(): Promise<void> {
    await this.#runner.stop(0);
    await this.queue.close();
  }

  /** After {@link stopWork}. */
  async close(): Promise<void> {
    await this.app.close();
    await this.foundation[Symbol.asyncDispose]();
  }
}

/** Of the settings only what an emulator means: what is set around it for a real Lifeboat (a database, a store, a key) is not touched. */
function configOf({ databaseUrl, folder, mongoUri, masterKey }: WorldParts) {
  return readConfig({
    DATABASE_URL: databaseUrl,
    LIFEBOAT_DATA: join(folder, 'data'),
    LIFEBOAT_DATABASE_SERVER: mongoUri,
    LIFEBOAT_KEY: masterKey.toString('base64'),
    LIFEBOAT_ROOM_CHECK: 'warn',
    LIFEBOAT_ANSWER_SECONDS: String((30 * SECOND) / SECOND),
  });
}

/** In the order in which they begin, so that the ids that they make are the same each time. */
function oneAtATime(handlers: Handlers): Handlers {
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <P>(handler: (payload: P, signal: AbortSignal) => Promise<void>) => {
    return (payload: P, signal: AbortSignal): Promise<void> => {
      const turn = last.then(() => handler(payload, signal));
      last = turn.catch(() => {});
      return turn;
    };
  };
  return {
    ...handlers,
    'snapshot.take': inTurn(handlers['snapshot.take']),
    'snapshot.verify': inTurn(handlers['snapshot.verify']),
    'restore.run': inTurn(handlers['restore.run']),
  };
}

/** What is a matter of chance in a real Lifeboat follows from the seed here. */
export function leaveNothingToChance(seed: number): void {
  seedIds(`lifeboat emulator ${seed}`);
  beginOnTime();
}
