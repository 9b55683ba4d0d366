import { execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { goTool } from '../scripts/build-tools.ts';
import { connect } from '../src/db/connection.ts';
import { startEmbeddedServer } from '../src/db/embedded-server.ts';
import { migrate } from '../src/db/migrate.ts';
import { WORKER_HEAP } from '../src/jobs/worker-heap.ts';
import type { Generated } from '../test/kit/wire-server/generator.ts';
import { startWireServer } from '../test/kit/wire-server/start.ts';
import { secondsOf } from './measure.ts';
import type { Order, Outcome } from './worker.ts';

const program = promisify(execFile);

/** What a part of the benchmark works with: a folder, a database, the peers' programs. Everything ends with {@link strike}. */
export class Stage {
  readonly folder: string;
  readonly databaseUrl: string;
  readonly #postgres: { stop(): Promise<void> };
  readonly #tools: Record<Tool, string>;
  #folders = 0;

  private constructor(folder: string, postgres: { url: string; stop(): Promise<void> }, tools: Record<Tool, string>) {
    this.folder = folder;
    this.#postgres = postgres;
    this.databaseUrl = postgres.url;
    this.#tools = tools;
  }

  static async set(): Promise<Stage> {
    const tools = { mongodump: await goTool('mongodump'), mongorestore: await goTool('mongorestore') };
    const folder = await mkdtemp(join(tmpdir(), 'lifeboat-bench-'));
    const postgres = await startEmbeddedServer(join(folder, 'data'));
    const db = connect(postgres.url);
    await migrate(db);
    await db.destroy();
    return new Stage(folder, postgres, tools);
  }

  async strike(): Promise<void> {
    await this.#postgres.stop();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** A new folder for a vault or a dump. */
  async newFolder(): Promise<string> {
    this.#folders += 1;
    const folder = join(this.folder, String(this.#folders));
    await mkdir(folder);
    return folder;
  }

  /** Seconds that mongodump or mongorestore takes. */
  peer(tool: Tool, ...words: string[]): Promise<number> {
    return secondsOf(() => program(this.#tools[tool], ['--quiet', ...words]));
  }
}

export type Tool = 'mongodump' | 'mongorestore';

/** A MongoDB that answers from memory, for as long as `use` takes; empty without `generated`. */
export async function withServer<T>(generated: Generated | undefined, use: (uri: string) => Promise<T>): Promise<T> {
  const server = await startWireServer(generated);
  try {
    return await use(server.uri);
  } finally {
    await server.stop();
  }
}

/** A worker process as in an installation: it is there before the work comes, and stays for the next. */
export async function withWorker<T>(use: (work: (order: Order) => Promise<Outcome>) => Promise<T>): Promise<T> {
  const worker = fork(join(import.meta.dirname, 'worker.ts'), { execArgv: WORKER_HEAP, env: { ...process.env, UV_THREADPOOL_SIZE: '8' } });
  const ended = once(worker, 'exit');
  const broken = ended.then(([code]) => Promise.reject(new Error(`the worker ended with ${code}`)));
  broken.catch(() => {});
  await Promise.race([once(worker, 'message'), broken]);
  try {
    return await use(async (order) => {
      worker.send(order);
      const [outcome] = await Promise.race([once(worker, 'message') as Promise<[Outcome]>, broken]);
      return outcome;
    });
  } finally {
    worker.kill();
    await ended;
  }
}
