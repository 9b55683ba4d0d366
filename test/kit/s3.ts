import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { goTool } from '../../scripts/build-tools.ts';
import { pause, realMilliseconds, SECOND } from '../../src/clock.ts';
import { parseStoreLocation, type S3Location, type StoreAccess } from '../../src/vault/store-location.ts';
import { freePort } from './free-port.ts';

/** Another server than our own, as LIFEBOAT_STORE names one; with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY. Below its prefix each test gets a place of its own, and leaves it there. */
const EXTERNAL = process.env.LIFEBOAT_TEST_S3;

const BUCKET = 'lifeboat-test';
const OWN_KEY = { AWS_ACCESS_KEY_ID: 'lifeboat-tests', AWS_SECRET_ACCESS_KEY: 'secret-of-the-tests' };

/** A server that speaks S3, and an empty bucket in it. */
export interface S3Server {
  /** Null when it is somebody else's, which cannot be killed nor looked into. */
  own: OwnS3 | null;
  /** For LIFEBOAT_STORE: a place in the bucket where nothing is. `port`: of a proxy in front of the server. */
  newStore(port?: number): string;
  /** What a process needs beside LIFEBOAT_STORE. */
  environment: Record<string, string>;
  stop(): Promise<void>;
}

interface OwnS3 {
  port: number;
  /** The bucket's folder: objects are files in it. */
  folder: string;
  /** `kill -9`. */
  kill(): Promise<void>;
  /** On the same port, over the same data. */
  restart(): Promise<void>;
}

/** `LIFEBOAT_TEST_S3` where it is set; else versitygw, a gateway to a folder of its own. */
export async function startS3(): Promise<S3Server> {
  return EXTERNAL ? externalS3(EXTERNAL) : startOwnS3();
}

/** A server that is nobody's but the caller's, who may kill it. */
export async function startOwnS3(): Promise<S3Server & { own: OwnS3 }> {
  const program = await goTool('versitygw');
  const root = await mkdtemp(join(tmpdir(), 'lifeboat-s3-'));
  await mkdir(join(root, BUCKET));
  const port = await freePort();
  let child = await launch(program, root, port);
  const kill = () => end(child);
  return {
    own: {
      port,
      folder: join(root, BUCKET),
      kill,
      restart: async () => {
        await kill();
        child = await launch(program, root, port);
      },
    },
    newStore: (through = port) => `s3://${BUCKET}/${randomBytes(6).toString('hex')}?endpoint=http://127.0.0.1:${through}`,
    environment: OWN_KEY,
    stop: async () => {
      await kill();
      await rm(root, { recursive: true, force: true });
    },
  };
}

/** As the settings would give it. */
export function placeOf(store: string): S3Location {
  const location = parseStoreLocation(store);
  if (location.kind !== 's3') throw new Error(`${store} is not of S3`);
  return location;
}

export function accessOf({ environment }: S3Server, patienceMs = 20 * SECOND): StoreAccess {
  const {
    AWS_ACCESS_KEY_ID: accessKeyId = '',
    AWS_SECRET_ACCESS_KEY: secretAccessKey = '',
    AWS_SESSION_TOKEN: sessionToken = null,
  } = environment;
  return { credentials: { accessKeyId, secretAccessKey, sessionToken }, patienceMs };
}

function externalS3(store: string): S3Server {
  const names = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'];
  const [place, options] = store.split('?');
  return {
    own: null,
    newStore: () => `${place!.replace(/\/$/, '')}/${randomBytes(6).toString('hex')}${options ? `?${options}` : ''}`,
    environment: Object.fromEntries(names.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : []))),
    stop: async () => {},
  };
}

async function launch(program: string, root: string, port: number): Promise<ChildProcess> {
  const environment = {
    ...process.env,
    ROOT_ACCESS_KEY_ID: OWN_KEY.AWS_ACCESS_KEY_ID,
    ROOT_SECRET_ACCESS_KEY: OWN_KEY.AWS_SECRET_ACCESS_KEY,
  };
  const child = spawn(program, ['--port', `127.0.0.1:${port}`, '--quiet', '--keep-alive', 'posix', root], {
    env: environment,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let log = '';
  child.stderr!.on('data', (piece) => {
    log = (log + piece).slice(-4000);
  });
  const hook = () => child.kill('SIGKILL');
  process.once('exit', hook);
  child.once('exit', () => process.removeListener('exit', hook));
  for (const start = realMilliseconds(); ; await pause(50)) {
    if (child.exitCode !== null) throw new Error(`versitygw ended with ${child.exitCode}\n${log}`);
    if (
      await fetch(`http://127.0.0.1:${port}/`).then(
        () => true,
        () => false,
      )
    )
      return child;
    if (realMilliseconds() - start > 20 * SECOND) throw new Error(`versitygw does not answer\n${log}`);
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
}
