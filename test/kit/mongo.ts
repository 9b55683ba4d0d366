import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { accessSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { MongoClient } from 'mongodb';
import { goTool, mongoJavaServer } from '../../scripts/build-tools.ts';
import { freePort } from './free-port.ts';

/** What runs behind a URI. Which one a suite ran against decides what it proves. */
export type MongoKind = 'external' | 'mongod' | 'ferretdb' | 'mongo-java-server';

export interface MongoServer {
  uri: string;
  kind: MongoKind;
  /** The folder its data is in; `restart` finds it there. */
  folder: string;
  stop(): Promise<void>;
  /** `kill -9`. */
  kill(): Promise<void>;
  /** Starts again on the same port, over the same data. */
  restart(): Promise<void>;
}

/**
 * A MongoDB to test with, in this order: `MONGODB_URI` (used as it is, never stopped); a `mongod` in `MONGOMS_SYSTEM_BINARY` or on PATH;
 * FerretDB, built from its Go module. mongo-java-server, which is in memory (a restart loses all) and knows other types and options, only when it is asked for. Each server has a folder and a loopback port of its own and ends with its parent.
 */
export async function startMongo(kind?: Exclude<MongoKind, 'external'>): Promise<MongoServer> {
  const external = process.env.MONGODB_URI;
  if (!kind && external)
    return { uri: external, kind: 'external', folder: '', stop: async () => {}, kill: async () => {}, restart: async () => {} };
  if (kind === 'mongo-java-server') {
    const words = await mongoJavaServer();
    return start(kind, (_, port) => [...words, String(port)]);
  }
  return startOwnMongo(kind);
}

/** A server that is nobody's but the caller's, who may fill, empty and kill it: what is at `MONGODB_URI` is a user's. */
export async function startOwnMongo(kind?: 'mongod' | 'ferretdb'): Promise<MongoServer> {
  const mongod = kind === 'ferretdb' ? null : findMongod();
  if (mongod)
    return start('mongod', (folder, port) => [mongod, '--dbpath', folder, '--port', String(port), '--bind_ip', '127.0.0.1', '--quiet']);
  if (kind === 'mongod') throw noMongo(new Error('no mongod was found'));
  const ferretdb = await goTool('ferretdb').catch((error) => Promise.reject(noMongo(error)));
  return start('ferretdb', (folder, port) => [ferretdb, '-folder', folder, '-address', `127.0.0.1:${port}`]);
}

function noMongo(cause: unknown): Error {
  return new Error(
    'There is no MongoDB to run against. Give one of: MONGODB_URI with a running server; mongod on PATH; MONGOMS_SYSTEM_BINARY with the path of a mongod; ' +
      `or Go 1.24 or later, to build FerretDB (${cause instanceof Error ? cause.message : cause}).`,
    { cause },
  );
}

function findMongod(): string | null {
  const named = process.env.MONGOMS_SYSTEM_BINARY;
  const candidates = named ? [named] : (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, 'mongod'));
  return (
    candidates.find((path) => {
      try {
        accessSync(path);
        execFileSync(path, ['--version'], { stdio: 'ignore' });
        return true;
      } catch {
        return false;
      }
    }) ?? null
  );
}

async function start(kind: MongoKind, command: (folder: string, port: number) => string[]): Promise<MongoServer> {
  const folder = await mkdtemp(join(tmpdir(), `lifeboat-${kind}-`));
  const port = await freePort();
  const uri = `mongodb://127.0.0.1:${port}/`;
  let child = await launch(command(folder, port), uri);
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    await ended;
  };
  return {
    uri,
    kind,
    folder,
    kill: () => end('SIGKILL'),
    stop: async () => {
      await end('SIGTERM');
      await rm(folder, { recursive: true, force: true });
    },
    restart: async () => {
      await end('SIGTERM');
      child = await launch(command(folder, port), uri);
    },
  };
}

async function launch([program, ...words]: string[], uri: string): Promise<ChildProcess> {
  // Its standard input is our end of a pipe: the wrappers of ours end when it closes. mongod ignores it, hence the exit hook.
  const child = spawn(program!, words, { stdio: ['pipe', 'ignore', 'pipe'] });
  let log = '';
  child.stderr!.on('data', (piece) => {
    log = (log + piece).slice(-4000);
  });
  const hook = () => child.kill('SIGKILL');
  process.once('exit', hook);
  child.once('exit', () => process.removeListener('exit', hook));
  const client = new MongoClient(uri, { serverSelectionTimeoutMS: 20_000 });
  try {
    await Promise.race([
      client.db('admin').command({ ping: 1 }),
      new Promise((_, reject) => child.once('exit', (code) => reject(new Error(`${program} ended with ${code}\n${log}`)))),
    ]);
  } finally {
    await client.close();
  }
  return child;
}
