import { execFile } from 'node:child_process';
import { hash, randomBytes } from 'node:crypto';
import { access, mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { HOUR, systemClock } from '../clock.ts';
import { type EmbeddedServer, startEmbeddedServer } from '../db/embedded-server.ts';
import { POSTGRES_MAJOR } from '../db/postgres-binaries.ts';
import { templateDatabases } from '../db/template-databases.ts';
import { messageOf, Problem } from '../errors.ts';

/** The database of each that has all tables and no rows, and is never used itself. */
export const TEMPLATE = 'lifeboat';
/** A copy of it is there from the start. */
export const FIRST = 'world_1';

const run = promisify(execFile);
const [DRAFT, COPY] = ['.draft-', '.copy-'];
const SOURCES = resolve(import.meta.dirname, '..');

/**
 * PostgreSQL in `<folder>/postgres`. What `initdb`, the migrations and the queue make takes three seconds: it is made once for each version of Lifeboat and kept in the user's cache folder, with
 * a copy of it to take away at once ({@link keepAnother}).
 */
export async function startKeptPostgres(folder: string): Promise<EmbeddedServer> {
  const kept = await keptFolder();
  const home = join(folder, 'postgres');
  if (!(await takeCopy(kept, home))) {
    if (await exists(join(kept, 'data/PG_VERSION'))) await copyFolder(kept, home);
    else await make(folder, home, kept);
  }
  return startEmbeddedServer(folder, { isDisposable: true });
}

/** Of several that begin at once each takes another one, or none. */
async function takeCopy(kept: string, home: string): Promise<boolean> {
  for (const copy of await copiesOf(kept)) {
    // Another was quicker, or the cache is on another disk.
    const isTaken = await rename(copy, home).then(
      () => true,
      () => false,
    );
    if (isTaken) return true;
  }
  return false;
}

/** For the next emulator, while nobody waits for it; one is enough. */
export async function keepAnother(signal: AbortSignal): Promise<void> {
  const kept = await keptFolder();
  if ((await copiesOf(kept)).length > 0) return;
  await clearDrafts();
  const [draft, copy] = [DRAFT, COPY].map((kind) => kept + kind + randomBytes(4).toString('hex'));
  try {
    await copyFolder(kept, draft!, signal);
    await rename(draft!, copy!);
  } catch {
    await rm(draft!, { recursive: true, force: true }).catch(() => {});
  }
}

/** Those of processes that were killed over it. */
async function clearDrafts(): Promise<void> {
  for (const name of await readdir(cacheFolder())) {
    const path = join(cacheFolder(), name);
    const { mtimeMs } = await stat(path);
    if (name.includes(DRAFT) && systemClock.now().getTime() - mtimeMs > HOUR) await rm(path, { recursive: true, force: true });
  }
}

async function copiesOf(kept: string): Promise<string[]> {
  const names = await readdir(cacheFolder()).catch(() => []);
  return names.filter((name) => name.startsWith(basename(kept) + COPY)).map((name) => join(cacheFolder(), name));
}

async function make(folder: string, home: string, kept: string): Promise<void> {
  const server = await startEmbeddedServer(folder, { isDisposable: true });
  try {
    // Loaded here alone: a warm start needs neither so early.
    const [{ connect }, { migrate }, { Queue }] = await Promise.all([
      import('../db/connection.ts'),
      import('../db/migrate.ts'),
      import('../jobs/queue.ts'),
    ]);
    const db = connect(server.url);
    await migrate(db).finally(() => db.destroy());
    const queue = await Queue.open({ url: server.url, onError: () => {} });
    await queue.close();
    const databases = await templateDatabases(server.url);
    try {
      await databases.slim();
      await databases.copy(TEMPLATE, FIRST);
    } finally {
      await databases.close();
    }
  } finally {
    await server.stop();
  }
  // Of several that begin at once, one has its copy kept; where nothing can be kept, each makes its own.
  const draft = kept + DRAFT + randomBytes(4).toString('hex');
  try {
    await mkdir(cacheFolder(), { recursive: true, mode: 0o700 });
    await copyFolder(home, draft);
    await rename(draft, kept);
  } catch {
    await rm(draft, { recursive: true, force: true }).catch(() => {});
  }
}

/** By the system's own command: a thousand small files take Node's `cp` a second, and this process has other things to do meanwhile. Modes are kept: PostgreSQL looks at them. */
async function copyFolder(from: string, to: string, signal?: AbortSignal): Promise<void> {
  await run('cp', ['-R', '-P', '-p', from, to], { signal }).catch((error) => {
    const said = ((error as { stderr?: string }).stderr ?? '').trim().split('\n').at(-1);
    throw new Problem('database-unavailable', [`its files cannot be copied to ${to}: ${said || messageOf(error)}`], { cause: error });
  });
  // The lock of whoever started it; and its port, which all that begin at once would try.
  for (const name of ['start.lock', 'port']) await rm(join(to, name), { force: true });
}

/** By all that decides what is in it: the tables, the version of PostgreSQL, whose it is. */
async function keptFolder(): Promise<string> {
  const place = `${process.platform}-${process.arch} ${POSTGRES_MAJOR} ${process.getuid?.() ?? ''} ${await tablesVersion()}`;
  return join(cacheFolder(), `lifeboat-postgres-${hash('sha256', place).slice(0, 16)}`);
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
