import { type ChildProcess, spawn } from 'node:child_process';
import { access, constants, mkdir } from 'node:fs/promises';
import { createServer } from 'node:net';
import { delimiter, join } from 'node:path';
import { MongoClient } from 'mongodb';
import { SECOND } from '../clock.ts';
import { messageOf, Problem } from '../errors.ts';

/** How long a server of our own may take until it answers; one that runs already. */
const START = 30 * SECOND;
const REACH = 5 * SECOND;

export interface EmulatorMongo {
  uri: string;
  /** `host:port` as it stands in connection strings. */
  hosts: string;
  client: MongoClient;
  /** The names of those that begin so. */
  databases(prefix: string): Promise<string[]>;
  /** Drops every database whose name begins so. */
  dropDatabases(prefix: string): Promise<void>;
  stop(): Promise<void>;
}

export interface MongoSource {
  /** A server that runs already; only databases that an emulator made in it are ever touched. */
  uri: string | null;
  /** Starts a server that listens on 127.0.0.1:{port} and keeps its data in {folder}. */
  command: string | null;
}

/** How a MongoDB is come by: what runs already, or the words that start one. */
export type MongoPlan = { uri: string } | { words: readonly string[] };

/** In this order: the connection string, the command, a `mongod` in MONGOMS_SYSTEM_BINARY or on the PATH. Throws `mongodb-missing`. */
export async function planMongo({ uri, command }: MongoSource): Promise<MongoPlan> {
  if (uri !== null) return { uri };
  return { words: command === null ? await mongodWords() : command.trim().split(/\s+/) };
}

/** `began` is told the number of a server that is started, at once: it is not ours to forget, whatever comes next. */
export async function openMongo(plan: MongoPlan, folder: string, began: (pid: number) => void): Promise<EmulatorMongo> {
  if ('uri' in plan) return reach(plan.uri, REACH, null);
  const port = await freePort();
  const data = join(folder, 'mongodb');
  await mkdir(data, { recursive: true });
  const filled = plan.words.map((word) => word.replaceAll('{folder}', data).replaceAll('{port}', String(port)));
  return start(filled, `mongodb://127.0.0.1:${port}/`, began);
}

async function mongodWords(): Promise<string[]> {
  const named = process.env.MONGOMS_SYSTEM_BINARY;
  const candidates = named ? [named] : (process.env.PATH ?? '').split(delimiter).map((place) => join(place, 'mongod'));
  for (const path of candidates) {
    const isThere = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isThere) return [path, '--dbpath', '{folder}', '--port', '{port}', '--bind_ip', '127.0.0.1', '--quiet', '--nounixsocket'];
  }
  throw new Problem('mongodb-missing', ['no connection string was given and no mongod is on the PATH'], {
    hint: 'Give one of: --mongodb URI or MONGODB_URI (for example of `docker run -p 27017:27017 mongo:8`); a mongod on the PATH or in MONGOMS_SYSTEM_BINARY; --mongodb-command "PROGRAM --port {port} --dbpath {folder}".',
  });
}

async function start([program, ...words]: string[], uri: string, began: (pid: number) => void): Promise<EmulatorMongo> {
  // The pipe to its standard input closes when we end: wrappers that look at it end too.
  const child = spawn(program!, words, { stdio: ['pipe', 'ignore', 'pipe'], detached: true });
  if (child.pid !== undefined) began(child.pid);
  let said = '';
  child.stderr.on('data', (piece) => {
    said = (said + piece).slice(-2000);
  });
  const ended = new Promise<never>((_, reject) => {
    child.once('error', (error) => reject(new Problem('mongodb-missing', [`${program} cannot be started: ${error.message}`])));
    child.once('exit', (code) =>
      reject(new Problem('mongodb-missing', [`${program} ended with ${code}: ${said.trim() || 'it said nothing'}`])),
    );
  });
  ended.catch(() => {});
  try {
    return await Promise.race([reach(uri, START, child), ended]);
  } catch (error) {
    await end(child);
    throw error;
  }
}

async function reach(uri: string, patience: number, child: ChildProcess | null): Promise<EmulatorMongo> {
  let client: MongoClient;
  try {
    client = new MongoClient(uri, { serverSelectionTimeoutMS: patience, appName: 'lifeboat emulator' });
    await client.db('admin').command({ ping: 1 });
  } catch (error) {
    // The driver's words hold no credentials, the connection string may.
    throw new Problem('mongodb-missing', [`the server of the connection string does not answer: ${messageOf(error)}`], { cause: error });
  }
  const databases = async (prefix: string) => {
    const { databases: all } = await client.db('admin').admin().listDatabases({ nameOnly: true });
    return all.map(({ name }) => name).filter((name) => name.startsWith(prefix));
  };
  return {
    uri,
    databases,
    hosts: client.options.hosts.map(String).join(','),
    client,
    dropDatabases: async (prefix) => {
      await Promise.all((await databases(prefix)).map((name) => client.db(name).dropDatabase()));
    },
    stop: async () => {
      await client.close();
      if (child) await end(child);
    },
  };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.stdin?.end();
  child.kill('SIGTERM');
  const late = setTimeout(() => child.kill('SIGKILL'), 5 * SECOND);
  await ended.finally(() => clearTimeout(late));
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
