import { spawn } from 'node:child_process';
import { mkdir, open, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import pg from 'pg';
import { MINUTE, pause, realMilliseconds } from '../clock.ts';
import { messageOf, Problem } from '../errors.ts';
import { dataFolderIn, EMBEDDED_USER, ensureData, readPassword } from './embedded-data.ts';
import { tryLockFile } from './lock-file.ts';
import { postgresBinaries } from './postgres-binaries.ts';
import { findPostmaster, killPostmaster, type Postmaster, stopPostmaster } from './postmaster.ts';
import { findLaunch, type Launch } from './unprivileged.ts';

const DATABASE = 'lifeboat';
/** How long a server may take to answer; after a crash it replays its log first. */
const READY = 5 * MINUTE;
/** Another program may take a port between our look and the server's. */
const PORT_ATTEMPTS = 3;

/** Nothing waits for the disk; and two files of the log, which are whole from the start, are not 16 MB each. */
const DISPOSABLE = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };
const SMALL_LOG = ['--wal-segsize=1'];

/** Those that this process watches over: the data folder and the server's number. */
const watched = new Map<string, number>();

export interface EmbeddedServer {
  url: string;
  /** Whether it was running already: a killed `serve` left it behind. */
  adopted: boolean;
  stop(): Promise<void>;
}

/**
 * Runs PostgreSQL in `<folder>/postgres`: makes the data folder at the first start, takes over the server that a killed process left behind,
 * and otherwise starts it on a free loopback port, in a process group of its own, so that Ctrl-C reaches us alone. The port stays the same
 * from start to start as long as it is free: workers that joined find the server again. What is disposable waits for no disk: a crash of the
 * machine may leave nothing that can be used. Throws `database-unavailable` problems.
 */
export async function startEmbeddedServer(folder: string, how: { isDisposable?: boolean } = {}): Promise<EmbeddedServer> {
  const home = join(folder, 'postgres');
  await mkdir(home, { recursive: true, mode: 0o700 });
  const release = await waitForTurn(home);
  try {
    const launch = await findLaunch(home, await postgresBinaries());
    await ensureData(home, launch, how.isDisposable ? SMALL_LOG : []);
    const adopted = await adopt(home, launch);
    if (!adopted) await start(home, launch, how.isDisposable ? DISPOSABLE : {});
    const data = dataFolderIn(home);
    const url = await urlOf(home, DATABASE);
    watched.set(data, (await findPostmaster(data))!.pid);
    const stop = async () => {
      await stopPostmaster(data);
      watched.delete(data);
    };
    return { url, adopted, stop };
  } finally {
    await release();
  }
}

/** The URL of the server that another process of this installation runs, or `null` when none runs. */
export async function joinEmbeddedServer(folder: string): Promise<string | null> {
  const home = join(folder, 'postgres');
  return (await findPostmaster(dataFolderIn(home))) ? urlOf(home, DATABASE) : null;
}

/** For when their folder is another process' by now, whose server runs on the same files. */
export async function killEmbeddedServers(): Promise<void> {
  await Promise.allSettled([...watched].map(([data, pid]) => killPostmaster(data, pid)));
}

/** Stops a server that nobody watches any more; `false` when none runs. */
export function stopEmbeddedServer(folder: string): Promise<boolean> {
  return stopPostmaster(dataFolderIn(join(folder, 'postgres')));
}

/** One at a time looks and starts: two servers on one data folder would ruin it. */
async function waitForTurn(home: string): Promise<() => Promise<void>> {
  const deadline = realMilliseconds() + READY;
  for (;;) {
    const taken = await tryLockFile(join(home, 'start.lock'));
    if ('lock' in taken) return taken.lock.release;
    if (realMilliseconds() > deadline) {
      throw new Problem('database-unavailable', [`process ${taken.holder} has been starting PostgreSQL in ${home} for minutes`]);
    }
    await pause(20);
  }
}

/** Takes over a running server of our own program; one of another version, or that is just ending, is stopped first. */
async function adopt(home: string, launch: Launch): Promise<boolean> {
  const data = dataFolderIn(home);
  const found = await findPostmaster(data);
  if (!found) return false;
  if (found.executable === (await realpath(launch.binaries.postgres)) && (await becomesReady(home, found))) return true;
  await stopPostmaster(data);
  return false;
}

async function start(home: string, launch: Launch, more: Record<string, string>): Promise<void> {
  const data = dataFolderIn(home);
  const logFile = join(home, 'postgres.log');
  let said = '';
  for (let attempt = 1; attempt <= PORT_ATTEMPTS; attempt += 1) {
    // Nobody runs on this folder (we looked): a file that says so is left from a crash, and its number may be anybody's by now.
    await rm(join(data, 'postmaster.pid'), { force: true });
    const log = await open(logFile, 'a+', 0o600);
    try {
      const { size: before } = await log.stat();
      const found = await launchServer(data, { port: String(await choosePort(home, attempt)), ...more }, launch, log.fd);
      if (found && (await becomesReady(home, found))) return;
      await stopPostmaster(data);
      said = (await readFile(logFile)).subarray(before).toString().trimEnd();
    } finally {
      await log.close();
    }
    if (!/could not bind|could not create any TCP/.test(said)) break;
  }
  const tail = said.split('\n').slice(-3).join(' | ') || 'it printed nothing';
  throw new Problem('database-unavailable', [`the embedded PostgreSQL did not start: ${tail}`], { hint: `Its log is ${logFile}.` });
}

/** Starts the server; answers when it has written where it listens, `null` when it ended before that. */
async function launchServer(data: string, own: Record<string, string>, launch: Launch, log: number): Promise<Postmaster | null> {
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '200',
    shared_buffers: '64MB',
    log_min_messages: 'warning',
    ...own,
  };
  const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const words = [...launch.prefix, launch.binaries.postgres, '-D', await realpath(data), ...options];
  // Detached: a process group and session of its own. It outlives a kill of ours, and the next start takes it over.
  const child = spawn(words[0]!, words.slice(1), { ...launch.process, cwd: '/', detached: true, stdio: ['ignore', log, log] });
  let hasEnded = false;
  child.once('exit', () => {
    hasEnded = true;
  });
  child.once('error', () => {
    hasEnded = true;
  });
  child.unref();
  const deadline = realMilliseconds() + READY;
  while (!hasEnded && realMilliseconds() < deadline) {
    const found = await findPostmaster(data);
    if (found && found.port > 0) return found;
    await pause(10);
  }
  return null;
}

/** The port of last time if it is free, else another; remembered. */
async function choosePort(home: string, attempt: number): Promise<number> {
  const file = join(home, 'port');
  const last = attempt === 1 ? Number(await readFile(file, 'utf8').catch(() => 0)) : 0;
  const port = (last > 0 && (await tryListen(last))) || (await tryListen(0));
  if (!port) throw new Problem('database-unavailable', ['no port is free on 127.0.0.1']);
  await writeFile(file, String(port), { mode: 0o600 });
  return port;
}

/** The port when it could be listened on, 0 when not. */
function tryListen(port: number): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().once('error', () => resolve(0));
    server.listen(port, '127.0.0.1', () => {
      const address = server.address() as { port: number };
      server.close(() => resolve(address.port));
    });
  });
}

async function urlOf(home: string, database: string): Promise<string> {
  const found = await findPostmaster(dataFolderIn(home));
  if (!found) throw new Problem('database-unavailable', ['the embedded PostgreSQL has ended']);
  // TLS is named, or PGSSLMODE would decide.
  return `postgres://${EMBEDDED_USER}:${await readPassword(home)}@127.0.0.1:${found.port}/${database}?sslmode=disable`;
}

/** Waits until the server answers and has our database; `false` when it ends instead, never answers, or is another one. */
async function becomesReady(home: string, { pid }: Postmaster): Promise<boolean> {
  const deadline = realMilliseconds() + READY;
  while (realMilliseconds() < deadline && (await findPostmaster(dataFolderIn(home)))?.pid === pid) {
    const client = new pg.Client({ connectionString: await urlOf(home, 'postgres') });
    client.on('error', () => {});
    try {
      await client.connect();
      const { rows } = await client.query(
        "SELECT current_setting('data_directory') AS folder, EXISTS (SELECT FROM pg_database WHERE datname = $1) AS is_made",
        [DATABASE],
      );
      // Another one, which was quicker to take the port, may know the same password.
      if (rows[0].folder !== (await realpath(dataFolderIn(home)))) return false;
      if (!rows[0].is_made) await client.query(`CREATE DATABASE ${DATABASE}`);
      return true;
    } catch (error) {
      if (!isPassing(error))
        throw new Problem('database-unavailable', [`the embedded PostgreSQL refuses us: ${messageOf(error)}`], { cause: error });
      await pause(20);
    } finally {
      await client.end().catch(() => {});
    }
  }
  return false;
}

/** Refused for as long as it starts or ends: no listener yet, or `cannot_connect_now`. */
function isPassing(error: unknown): boolean {
  const { code } = error as { code?: string };
  return code === undefined || code === '57P03' || code === '57P01' || /^E[A-Z]+$/.test(code);
}
