import { once } from 'node:events';
import { getCompileCacheDir } from 'node:module';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { stopEmbeddedServer } from '../db/embedded-server.ts';
import { templateDatabases } from '../db/template-databases.ts';
import { Problem, type ProblemCode } from '../errors.ts';

/** Has all tables and no rows. */
const TEMPLATE = 'lifeboat';
const THREAD = join(import.meta.dirname, `postgres-thread${import.meta.filename.slice(-3)}`);

export interface FreshDatabase {
  name: string;
  url: string;
}

/** What the thread says that starts it. */
export type PostgresBegan =
  | { server: string; first: FreshDatabase }
  | { problem: { code: ProblemCode; parameters: readonly string[]; hint?: string } };

export interface EmulatorPostgres {
  /** A database with all tables and no rows, for one world. */
  fresh(): Promise<FreshDatabase>;
  /** Makes the next one ahead. */
  prepare(): void;
  /** Whoever is connected to it is cut off. */
  drop(name: string): Promise<void>;
  stop(): Promise<void>;
}

/** PostgreSQL in `<folder>/postgres`, with the first database made. */
export async function startPostgres(folder: string): Promise<EmulatorPostgres> {
  const { server, first } = await begin(folder);
  const databases = await templateDatabases(server).catch(async (error) => {
    await stopEmbeddedServer(folder);
    throw error;
  });
  let made = 1;
  const another = async () => {
    made += 1;
    const name = nameOf(made);
    return { name, url: await databases.copy(TEMPLATE, name) };
  };
  let ahead: Promise<FreshDatabase> | null = Promise.resolve(first);
  return {
    fresh: () => {
      const taken = ahead ?? another();
      ahead = null;
      return taken;
    },
    prepare: () => {
      ahead ??= another();
      // Told to whoever takes it.
      ahead.catch(() => {});
    },
    drop: (name) => databases.drop(name),
    stop: async () => {
      await databases.close().catch(() => {});
      await stopEmbeddedServer(folder);
    },
  };
}

const nameOf = (number: number) => `world_${number}`;

async function begin(folder: string): Promise<{ server: string; first: FreshDatabase }> {
  const workerData = { folder, template: TEMPLATE, first: nameOf(1), compileCache: getCompileCacheDir() };
  const [began] = (await once(new Worker(THREAD, { workerData }), 'message')) as [PostgresBegan];
  if (!('problem' in began)) return began;
  const { code, parameters, hint } = began.problem;
  throw new Problem(code, parameters, { hint });
}
