import { fork } from 'node:child_process';
import { getCompileCacheDir } from 'node:module';
import { dirname, join } from 'node:path';
import { stopEmbeddedServer } from '../db/embedded-server.ts';
import { templateDatabases } from '../db/template-databases.ts';
import { Problem, type ProblemCode } from '../errors.ts';
import { FIRST, keepAnother, TEMPLATE } from './kept-postgres.ts';

const PROGRAM = join(import.meta.dirname, `start-postgres${import.meta.filename.slice(-3)}`);

export interface FreshDatabase {
  name: string;
  url: string;
}

/** What the process says that starts it. */
export type PostgresBegan = { url: string } | { problem: { code: ProblemCode; parameters: readonly string[]; hint?: string } };

export interface EmulatorPostgres {
  /** A database with all tables and no rows, for one world. */
  fresh(): Promise<FreshDatabase>;
  /** Makes the next one ahead, and what another emulator will begin with. */
  prepare(): void;
  /** Whoever is connected to it is cut off. */
  drop(name: string): Promise<void>;
  stop(): Promise<void>;
}

/** PostgreSQL in `<folder>/postgres`, with the first database made. */
export async function startPostgres(folder: string): Promise<EmulatorPostgres> {
  const databases = await templateDatabases(await begin(folder)).catch(async (error) => {
    await stopEmbeddedServer(folder);
    throw error;
  });
  let made = 1;
  const another = async () => {
    made += 1;
    const name = `world_${made}`;
    return { name, url: await databases.copy(TEMPLATE, name) };
  };
  const over = new AbortController();
  let kept: Promise<void> | null = null;
  let ahead: Promise<FreshDatabase> | null = Promise.resolve({ name: FIRST, url: databases.urlOf(FIRST) });
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
      kept ??= keepAnother(over.signal).catch(() => {});
    },
    drop: (name) => databases.drop(name),
    stop: async () => {
      over.abort();
      await Promise.all([kept, databases.close().catch(() => {})]);
      await stopEmbeddedServer(folder);
    },
  };
}

/** Answers its URL. */
async function begin(folder: string): Promise<string> {
  const began = await new Promise<PostgresBegan>((resolve, reject) => {
    // Node names a folder of its own version below the one that it was given.
    const compileCache = getCompileCacheDir();
    const child = fork(PROGRAM, [folder, ...(compileCache ? [dirname(compileCache)] : [])], { execArgv: [] });
    child.once('message', resolve).once('error', reject);
    child.once('exit', (code, signal) => reject(new Error(`what starts PostgreSQL ended with ${code ?? signal}`)));
  });
  if (!('problem' in began)) return began.url;
  const { code, parameters, hint } = began.problem;
  throw new Problem(code, parameters, { hint });
}
