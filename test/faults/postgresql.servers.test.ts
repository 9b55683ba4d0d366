import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { findRestore } from '../../src/db/restores.ts';
import { findSnapshot } from '../../src/db/snapshots.ts';
import { contentsOf } from '../kit/contents.ts';
import { FaultProxy } from '../kit/fault-proxy.ts';
import { Lifeboat } from '../kit/lifeboat.ts';
import { reportFaults } from '../kit/long-form.ts';
import { type MongoServer, startOwnMongo } from '../kit/mongo.ts';
import { type FreshDatabase, freshDatabase } from '../kit/postgres.ts';
import { fillSmallShop } from '../kit/small-shop.ts';

/** What becomes of jobs when the line to PostgreSQL fails: each ends, and what it says is true (P3, P4). */

const PATIENCE = { timeout: 90_000, interval: 100 };

let database: FreshDatabase;
let source: MongoServer;
let target: MongoServer;
/** Before PostgreSQL, and before the target, where it says how far a restore is. */
let line: FaultProxy;
let proxy: FaultProxy;
let lifeboat: Lifeboat;
let snapshotId: string;

beforeAll(async () => {
  [database, source, target] = await Promise.all([freshDatabase(), startOwnMongo('ferretdb'), startOwnMongo('ferretdb')]);
  await fillSmallShop(source.uri, 3);
  const url = new URL(database.url);
  line = await FaultProxy.start(Number(url.port), 'bytes');
  proxy = await FaultProxy.start(target.uri);
  url.port = String(line.port);
  lifeboat = await Lifeboat.create({ DATABASE_URL: url.href, LIFEBOAT_WORKERS: '1', LIFEBOAT_ANSWER_SECONDS: '5' });
  await lifeboat.init();
  await lifeboat.serve();
  await lifeboat.json('clusters', 'add', 'shop', '--uri', source.uri);
  await lifeboat.json('clusters', 'add', 'copy', '--uri', proxy.uri);
  snapshotId = (await lifeboat.json<{ id: string }>('snapshots', 'take', 'shop', '--wait')).id;
});
afterEach(() => {
  line.clear();
  proxy.clear();
});
afterAll(async () => {
  await lifeboat?.remove();
  await Promise.all([line?.close(), proxy?.close(), database?.close(), source?.stop(), target?.stop()]);
});

async function startRestore(): Promise<string> {
  const words = ['restores', 'start', 'shop', '--snapshot', snapshotId, '--target', 'copy', '--no-safety-snapshot'];
  return (await lifeboat.json<{ id: string }>(...words)).id;
}

async function expectRestored(id: string): Promise<void> {
  await expect.poll(async () => (await findRestore(database.db, id))?.status, PATIENCE).toMatch(/COMPLETED|FAILED/);
  expect((await findRestore(database.db, id))?.failure).toBeNull();
  expect(await contentsOf(target.uri)).toEqual(await contentsOf(source.uri));
}

describe('a job while the line to PostgreSQL', () => {
  it('breaks again and again is COMPLETED, a snapshot as well as a restore', async () => {
    const { id } = await lifeboat.json<{ id: string }>('snapshots', 'take', 'shop');
    const restoring = await startRestore();
    const injected = line.inject({ bytes: 20_000, every: true, act: 'cut' });
    await expect.poll(() => injected.times, PATIENCE).toBeGreaterThan(2);
    injected.remove();
    await expect.poll(async () => (await findSnapshot(database.db, id))?.status, PATIENCE).toBe('COMPLETED');
    await expectRestored(restoring);
    reportFaults('breaks of the line to PostgreSQL', { injected: injected.times });
  });

  it.each([
    ['breaks', () => line.cut()],
    ['is silently cut off on every connection', () => line.stall()],
    ['carries nothing for longer than an answer may take', () => line.partition(true)],
  ])('%s in the middle of the swap is COMPLETED, and the target is the snapshot', async (_, fail) => {
    const held = proxy.inject({ command: 'renameCollection', nth: 2, act: 'stall', carriedOut: true });
    const id = await startRestore();
    await held.first;
    fail();
    await new Promise((resolve) => setTimeout(resolve, 7000));
    line.clear();
    await expectRestored(id);
    reportFaults('the line to PostgreSQL in mid swap', { injected: 1 });
  });
});
