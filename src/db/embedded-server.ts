import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { pause, realMilliseconds, SECOND } from '../clock.ts';
import { messageOf, Problem } from '../errors.ts';
import { POSTGRES_MAJOR, postgresBinaries } from './postgres-binaries.ts';
import { findPostmaster, stopPostmaster } from './postmaster.ts';
import { unprivilegedPrefix } from './unprivileged.ts';

const run = promisify(execFile);
const USER = 'lifeboat';
const DATABASE = 'lifeboat';
const START_SECONDS = 60;

export interface EmbeddedServer {
  url: string;
  /** Whether it was running already: a killed `serve` left it behind. */
  adopted: boolean;
  stop(): Promise<void>;
}

/**
 * Runs PostgreSQL in `<folder>/postgres`: makes the data folder at the first start, takes over the server that a killed
 * process left behind, and otherwise starts it on a free loopback port, in a process group of its own, so that Ctrl-C reaches us alone.
 * The password is random and kept beside the data in a file of mode 0600.
 */
export async function startEmbeddedServer(folder: string): Promise<EmbeddedServer> {
  const home = join(folder, 'postgres');
  const data = join(home, 'data');
  await mkdir(home, { recursive: true, mode: 0o700 });
  await ensureData(home, data);
  const adopted = (await findPostmaster(data)) !== null;
  if (!adopted) await startServer(home, data);
  const url = await serverUrl(home, data);
  if (url === null) throw await failedStart(home);
  await untilReady(url, home, data);
  await ensureDatabase(url);
  return { url: databaseUrl(url), adopted, stop: async () => void (await stopPostmaster(data)) };
}

/** The URL of the server that another process of this installation runs, or `null` when none runs. */
export async function joinEmbeddedServer(folder: string): Promise<string | null> {
  const home = join(folder, 'postgres');
  const url = await serverUrl(home, join(home, 'data'));
  return url && databaseUrl(url);
}

/** Stops a server that nobody watches any more. */
export function stopEmbeddedServer(folder: string): Promise<boolean> {
  return stopPostmaster(join(folder, 'postgres', 'data'));
}

async function ensureData(home: string, data: string): Promise<void> {
  const version = await readFile(join(data, 'PG_VERSION'), 'utf8').catch(() => null);
  if (version === null) return createData(home, data);
  if (version.trim() === POSTGRES_MAJOR) return;
  throw new Problem(
    'database-unavailable',
    [`${data} was made by PostgreSQL ${version.trim()}, and this Lifeboat brings ${POSTGRES_MAJOR}`],
    {
      hint: 'Dump it with the version it was made by, and load the dump into a new data folder.',
    },
  );
}

/** `initdb` works in a folder of its own that is renamed when it is whole: a killed first start leaves nothing half made. */
async function createData(home: string, data: string): Promise<void> {
  const { initdb } = await postgresBinaries();
  const fresh = `${data}.new-${randomBytes(4).toString('hex')}`;
  const passwordFile = join(home, 'password');
  await writeFile(passwordFile, randomBytes(24).toString('base64url'), { mode: 0o600, flag: 'wx' }).catch(ignoreExisting);
  const prefix = await unprivilegedPrefix();
  const words = [
    ...prefix,
    initdb,
    '-D',
    fresh,
    '-U',
    USER,
    '-E',
    'UTF8',
    '--locale=C',
    '--auth=scram-sha-256',
    `--pwfile=${passwordFile}`,
  ];
  try {
    await run(words[0]!, words.slice(1));
    await chmod(fresh, 0o700);
    await rename(fresh, data).catch(ignoreExisting);
  } catch (error) {
    throw new Problem('database-unavailable', [`initdb failed in ${home}: ${messageOf(error)}`], { cause: error });
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}

function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST' && error.code !== 'ENOTEMPTY') throw error;
}

async function startServer(home: string, data: string): Promise<void> {
  const { postgres } = await postgresBinaries();
  // Nobody runs on this folder (findPostmaster looked): a file that says so is left from a crash, and its number may be anybody's by now.
  await rm(join(data, 'postmaster.pid'), { force: true });
  const log = await open(join(home, 'postgres.log'), 'a', 0o600);
  const settings = {
    listen_addresses: '127.0.0.1',
    port: String(await freePort()),
    unix_socket_directories: '',
    max_connections: '200',
    shared_buffers: '64MB',
    log_min_messages: 'warning',
  };
  const words = [
    ...(await unprivilegedPrefix()),
    postgres,
    '-D',
    data,
    ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ];
  try {
    // Detached: a process group and session of its own. It outlives a kill of ours, and the next start takes it over.
    const child = spawn(words[0]!, words.slice(1), { detached: true, stdio: ['ignore', log.fd, log.fd] });
    const ended = new Promise<void>((resolve) => {
      child.once('exit', () => resolve());
      child.once('error', () => resolve());
    });
    child.unref();
    await Promise.race([ended, untilAnnounced(data)]);
  } finally {
    await log.close();
  }
}

async function untilAnnounced(data: string): Promise<void> {
  const deadline = realMilliseconds() + START_SECONDS * SECOND;
  while (realMilliseconds() < deadline) {
    const found = await findPostmaster(data);
    if (found && found.port > 0) return;
    await pause(10);
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

async function serverUrl(home: string, data: string): Promise<string | null> {
  const found = await findPostmaster(data);
  if (!found) return null;
  const password = await readFile(join(home, 'password'), 'utf8');
  return `postgres://${USER}:${password}@127.0.0.1:${found.port}/postgres`;
}

const databaseUrl = (url: string) => url.replace(/\/postgres$/, `/${DATABASE}`);

async function untilReady(url: string, home: string, data: string): Promise<void> {
  const deadline = realMilliseconds() + START_SECONDS * SECOND;
  for (;;) {
    const client = new pg.Client({ connectionString: url });
    try {
      await client.connect();
      return;
    } catch (error) {
      if (realMilliseconds() > deadline || !(await findPostmaster(data))) throw await failedStart(home, error);
      await pause(20);
    } finally {
      await client.end().catch(() => {});
    }
  }
}

async function ensureDatabase(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const found = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [DATABASE]);
    if (found.rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE}`);
  } catch (error) {
    // Another process made it at the same time.
    if ((error as { code?: string }).code !== '42P04' && (error as { code?: string }).code !== '23505') throw error;
  } finally {
    await client.end();
  }
}

async function failedStart(home: string, cause?: unknown): Promise<Problem> {
  const log = join(home, 'postgres.log');
  const size = await stat(log).then(
    (found) => found.size,
    () => 0,
  );
  const tail = size > 0 ? (await readFile(log, 'utf8')).trimEnd().split('\n').slice(-3).join(' | ') : 'it printed nothing';
  return new Problem('database-unavailable', [`the embedded PostgreSQL did not start: ${tail}`], { hint: `Its log is ${log}.`, cause });
}
