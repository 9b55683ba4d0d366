import { readFile } from 'node:fs/promises';
import { constants, getPriority } from 'node:os';
import { join } from 'node:path';
import { MongoClient } from 'mongodb';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { connect } from '../../src/db/connection.ts';
import { joinEmbeddedServer } from '../../src/db/embedded-server.ts';
import { findRestore, type RestoreRow } from '../../src/db/restores.ts';
import { contentsOf } from '../kit/contents.ts';
import { FaultProxy } from '../kit/fault-proxy.ts';
import { Lifeboat } from '../kit/lifeboat.ts';
import { reportFaults } from '../kit/long-form.ts';
import { type MongoServer, startMongo } from '../kit/mongo.ts';
import { fillOldData, fillSmallShop } from '../kit/small-shop.ts';

let source: MongoServer;
let target: MongoServer;
/** What Lifeboat sees as the target: it stops the restore in the middle of a command, for as long as the kill takes. */
let proxy: FaultProxy;
let lifeboat: Lifeboat;
let snapshotId: string;
let before: object;

beforeAll(async () => {
  [source, target] = await Promise.all([startMongo('ferretdb'), startMongo('ferretdb')]);
  await fillSmallShop(source.uri, 4);
  proxy = await FaultProxy.start(target.uri);
  lifeboat = await Lifeboat.create({ LIFEBOAT_WORKERS: '1' });
  await lifeboat.init();
  await lifeboat.serve();
  await lifeboat.json('clusters', 'add', 'shop', '--uri', source.uri);
  await lifeboat.json('clusters', 'add', 'copy', '--uri', proxy.uri);
  snapshotId = (await lifeboat.json<{ id: string }>('snapshots', 'take', 'shop', '--wait')).id;
});
afterAll(async () => {
  await lifeboat?.remove();
  await proxy?.close();
  await Promise.all([source?.stop(), target?.stop()]);
});

beforeEach(async () => {
  const client = new MongoClient(target.uri);
  for (const name of ['shop', 'warehouse', 'attic']) await client.db(name).dropDatabase();
  await client.close();
  await fillOldData(target.uri);
  before = await contentsOf(target.uri);
});
afterEach(async () => {
  expect(lifeboat.log).not.toContain('failed unexpectedly');
});

/** The job's row as the database has it now, whether `serve` runs or not. */
async function rowOf(id: string): Promise<RestoreRow> {
  const db = connect((await joinEmbeddedServer(join(lifeboat.folder, 'data')))!, { connections: 1 });
  try {
    return (await findRestore(db, id))!;
  } finally {
    await db.destroy();
  }
}

async function startRestore(): Promise<string> {
  return (
    await lifeboat.json<{ id: string }>('restores', 'start', 'shop', '--snapshot', snapshotId, '--target', 'copy', '--no-safety-snapshot')
  ).id;
}

async function workerPid(): Promise<number> {
  const children = await readFile(`/proc/${lifeboat.servePid}/task/${lifeboat.servePid}/children`, 'utf8');
  for (const pid of children.trim().split(' ').filter(Boolean).map(Number)) {
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (command.includes('--child')) return pid;
  }
  throw new Error('no worker runs');
}

const KILL = {
  worker: async () => void process.kill(await workerPid(), 'SIGKILL'),
  serve: () => lifeboat.stop('SIGKILL'),
};

/** Kills at the chosen command, and makes sure that the job was in the middle of its work then and is not over. */
async function killAt(id: string, hold: Promise<void>, attempt: number, who: keyof typeof KILL): Promise<void> {
  await hold;
  expect(await rowOf(id)).toMatchObject({ status: 'RUNNING', attempt });
  await KILL[who]();
  expect((await rowOf(id)).status).toBe('RUNNING');
}

async function expectEndByItself(id: string, attempts: number): Promise<void> {
  const ended = { timeout: 60_000, interval: 100 };
  await expect.poll(async () => (await rowOf(id)).status, ended).toMatch(/COMPLETED|FAILED/);
  const row = await rowOf(id);
  expect(row.attempt).toBeGreaterThanOrEqual(attempts);
  const now = await contentsOf(target.uri);
  // One or the other as a whole, and nothing of Lifeboat's own is left.
  expect(now).toEqual(row.status === 'COMPLETED' ? await contentsOf(source.uri) : before);
}

/** Where a restore stands at these commands to its target. */
const PLACES: Record<string, Parameters<FaultProxy['holdAt']>[0]> = {
  loading: { command: 'insert', nth: 2, carriedOut: true },
  indexing: { command: 'createIndexes', nth: 1, carriedOut: false },
  verifying: { command: 'find', nth: 1, carriedOut: true },
  replacing: { command: 'renameCollection', nth: 3, carriedOut: false },
  'replacing, which the target still does': { command: 'renameCollection', nth: 4, carriedOut: true },
  cleaning: { command: 'drop', nth: 1, carriedOut: false },
};

describe('a worker beside an API', () => {
  it('leaves the processors to it', async () => {
    expect(getPriority(await workerPid())).toBe(constants.priority.PRIORITY_BELOW_NORMAL);
  });
});

describe('kill -9 in the middle of a restore', () => {
  it.each<[keyof typeof KILL, string]>([
    ['worker', 'loading'],
    ['worker', 'replacing'],
    ['worker', 'replacing, which the target still does'],
    ['serve', 'verifying'],
    ['serve', 'replacing'],
  ])('of the %s while it is %s: another attempt ends the job by itself, and the target is whole', async (who, place) => {
    const held = proxy.holdAt(PLACES[place]!);
    const id = await startRestore();
    await killAt(id, held, 1, who);
    if (who === 'serve') await lifeboat.serve();
    await expectEndByItself(id, 2);
    reportFaults('kills at a chosen command of a restore', { injected: 1 });
  });

  it('of worker after worker, at one place after the other: the job still ends, and the target is whole', async () => {
    const places = ['loading', 'indexing', 'verifying', 'replacing', 'cleaning'];
    let id: string | null = null;
    for (const [killed, place] of places.entries()) {
      // What the last worker had sent has arrived by now, and the next one still has to start.
      const held = proxy.holdAt(PLACES[place]!);
      id ??= await startRestore();
      await killAt(id, held, killed + 1, 'worker');
    }
    await expectEndByItself(id!, places.length + 1);
    reportFaults('kills at a chosen command of a restore', { injected: places.length });
  });
});
