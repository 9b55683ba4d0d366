import { hash, randomBytes } from 'node:crypto';
import { constants, cpSync } from 'node:fs';
import { access, chmod, cp, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { connect } from '../db/connection.ts';
import { startEmbeddedServer } from '../db/embedded-server.ts';
import { migrate } from '../db/migrate.ts';
import { POSTGRES_MAJOR } from '../db/postgres-binaries.ts';
import { type TemplateDatabases, templateDatabases } from '../db/template-databases.ts';
import { Queue } from '../jobs/queue.ts';

/** What `initdb`, the migrations and the queue make takes three seconds; a copy of it a quarter of one. */
const TEMPLATE = 'lifeboat';
const SOURCES = resolve(import.meta.dirname, '..');

export interface EmulatorPostgres {
  databases: TemplateDatabases;
  /** The database that every world begins as a copy of. */
  template: string;
  /** For the process that cleans up after a kill. */
  dataFolder: string;
  stop(): Promise<void>;
}

/** PostgreSQL in `<folder>/postgres`, with all tables and no rows. It is made once for each version of Lifeboat and kept in the user's cache folder. */
export async function startPostgres(folder: string): Promise<EmulatorPostgres> {
  const kept = join(cacheFolder(), `lifeboat-postgres-${await fingerprint()}`);
  const home = join(folder, 'postgres');
  if (await exists(join(kept, 'data/PG_VERSION'))) await copyKept(kept, home);
  else await make(folder, home, kept);
  const server = await startEmbeddedServer(folder, { isDisposable: true });
  const databases = await templateDatabases(server.url);
  return {
    databases,
    template: TEMPLATE,
    dataFolder: join(home, 'data'),
    stop: async () => {
      await databases.close();
      await server.stop();
    },
  };
}

async function make(folder: string, home: string, kept: string): Promise<void> {
  const server = await startEmbeddedServer(folder, { isDisposable: true });
  try {
    const db = connect(server.url);
    await migrate(db).finally(() => db.destroy());
    const queue = await Queue.open({ url: server.url, onError: () => {} });
    await queue.close();
    const databases = await templateDatabases(server.url);
    await databases.slim().finally(() => databases.close());
  } finally {
    await server.stop();
  }
  // Of several that begin at once, one has its copy kept; where nothing can be kept, each makes its own.
  const draft = `${kept}.${randomBytes(4).toString('hex')}`;
  try {
    await mkdir(cacheFolder(), { recursive: true, mode: 0o700 });
    await copyFolder(home, draft);
    await rename(draft, kept);
  } catch {
    await rm(draft, { recursive: true, force: true }).catch(() => {});
  }
}

/** Twice as quick as {@link copyFolder}: a thousand small files are most of a start. It keeps no modes, and PostgreSQL asks for this one. */
async function copyKept(kept: string, home: string): Promise<void> {
  cpSync(kept, home, { recursive: true, verbatimSymlinks: true });
  await chmod(join(home, 'data'), 0o700);
}

async function copyFolder(from: string, to: string): Promise<void> {
  await cp(from, to, {
    recursive: true,
    verbatimSymlinks: true,
    mode: constants.COPYFILE_FICLONE,
    filter: (path) => !path.endsWith('.lock'),
  });
}

/** Of all that decides what is in it: the tables, the version of PostgreSQL, whose it is. */
async function fingerprint(): Promise<string> {
  const place = `${process.platform}-${process.arch} ${POSTGRES_MAJOR} ${process.getuid?.() ?? ''} ${await tablesVersion()}`;
  return hash('sha256', place).slice(0, 16);
}

/** The same where the tables are: the migrations, the queue's own tables and options. */
export async function tablesVersion(): Promise<string> {
  const migrations = join(SOURCES, 'db/migrations');
  const files = [
    ...(await readdir(migrations)).sort().map((name) => join(migrations, name)),
    import.meta.filename,
    join(SOURCES, `jobs/queue${import.meta.filename.slice(-3)}`),
    join(SOURCES, `jobs/definitions${import.meta.filename.slice(-3)}`),
  ];
  const texts = await Promise.all(files.map((path) => readFile(path)));
  return hash('sha256', Buffer.concat([Buffer.from(await queueVersion()), ...texts])).slice(0, 16);
}

async function queueVersion(): Promise<string> {
  const lock = await readFile(join(SOURCES, '../package.json'), 'utf8').catch(() => '{}');
  return JSON.parse(lock).dependencies?.['pg-boss'] ?? '';
}

function cacheFolder(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'lifeboat');
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
