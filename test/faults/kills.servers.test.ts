import { readFile } from 'node:fs/promises';
import { MongoClient } from 'mongodb';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiServices } from '../../src/api/services.ts';
import { makeApiServices } from '../../src/app.ts';
import { retireExpired } from '../../src/backup/retirement.ts';
import { garbageIndexOf } from '../../src/backup/vault-index.ts';
import { pause, systemClock } from '../../src/clock.ts';
import { readConfig } from '../../src/config.ts';
import { leasedSnapshots } from '../../src/db/leases.ts';
import { findRestore, type RestoreRow } from '../../src/db/restores.ts';
import { completedSnapshots, findSnapshot, retiredSnapshots } from '../../src/db/snapshots.ts';
import { Foundation } from '../../src/foundation.ts';
import { Queue } from '../../src/jobs/queue.ts';
import { planCollection, sweepGarbage } from '../../src/vault/gc-sweep.ts';
import { contentsOf } from '../kit/contents.ts';
import { Lifeboat } from '../kit/lifeboat.ts';
import { LONG, randomNumbers, reportFaults, SEED } from '../kit/long-form.ts';
import { type MongoServer, startOwnMongo } from '../kit/mongo.ts';
import { type FreshDatabase, freshDatabase } from '../kit/postgres.ts';
import { fillOldData, fillSmallShop } from '../kit/small-shop.ts';

/**
 * Snapshots, restores, deletions and garbage collection together, while workers and `serve` are killed and stopped by the numbers of a seed. A model in this test knows what must
 * exist: every COMPLETED snapshot gives back what its source held, the target is what its last COMPLETED restore says or what it was before, no job is left behind (P1, P3, P4, P5).
 */

const KILLS = LONG ? 200 : 4;
const TERMINAL = /COMPLETED|FAILED/;

let source: MongoServer;
let target: MongoServer;
let database: FreshDatabase;
let lifeboat: Lifeboat;
let foundation: Foundation;
let queue: Queue;
let services: ApiServices;
let projectId: string;
/** What each COMPLETED snapshot must hold. */
const model = new Map<string, object>();
/** Jobs that ended FAILED, with their reasons. */
const failed: string[] = [];
const random = randomNumbers(SEED);

beforeAll(async () => {
  [source, target, database] = await Promise.all([startOwnMongo('ferretdb'), startOwnMongo('ferretdb'), freshDatabase()]);
  await fillSmallShop(source.uri, 2);
  await fillOldData(target.uri);
  lifeboat = await Lifeboat.create({ DATABASE_URL: database.url, LIFEBOAT_WORKERS: '2' });
  projectId = (await lifeboat.init()).projectId;
  await lifeboat.serve();
  const config = readConfig(lifeboat.environment);
  foundation = await Foundation.open(config, 'join');
  queue = await Queue.open({ url: database.url, onError: () => {} });
  services = makeApiServices(config, foundation, { queue, logger: pino({ level: 'silent' }), publicUrl: () => '' });
  await services.clusters.register({ projectId, name: 'shop', uri: source.uri });
  await services.clusters.register({ projectId, name: 'copy', uri: target.uri });
});
afterAll(async () => {
  await queue?.close();
  await foundation?.[Symbol.asyncDispose]();
  await lifeboat?.remove();
  await database?.close();
  await Promise.all([source?.stop(), target?.stop()]);
});

async function changeSource(round: number): Promise<void> {
  const client = new MongoClient(source.uri);
  const orders = client.db('shop').collection('orders');
  await orders.insertMany(
    Array.from({ length: 1 + random(400) }, (_, n) => ({ n: 1e6 + round * 1000 + n, text: `round ${round}`.repeat(8) })),
  );
  await orders.deleteOne({ n: random(2000) });
  await client.close();
}

async function take(): Promise<() => Promise<void>> {
  const contents = await contentsOf(source.uri);
  const { id } = await services.snapshots.take(projectId, 'shop');
  return async () => {
    const row = await ended(() => findSnapshot(database.db, id));
    if (row.status === 'COMPLETED') model.set(id, contents);
    else failed.push(`snapshot ${id}: ${row.failure?.message}`);
  };
}

async function restore(snapshotId: string): Promise<() => Promise<RestoreRow>> {
  const before = await contentsOf(target.uri);
  const about = { projectId, clusterName: 'shop', snapshotId, targetClusterName: 'copy', safetySnapshot: 'never' } as const;
  const { id } = await services.restores.start(about);
  return async () => {
    const row = await ended(() => findRestore(database.db, id));
    expect(await contentsOf(target.uri), `restore ${id} is ${row.status}`).toEqual(
      row.status === 'COMPLETED' ? model.get(snapshotId) : before,
    );
    if (row.status !== 'COMPLETED') failed.push(`restore ${id}: ${row.failure?.message}`);
    return row;
  };
}

async function ended<Row extends { status: string }>(read: () => Promise<Row | null>): Promise<Row> {
  await expect.poll(async () => (await read())?.status, { timeout: 90_000, interval: 100 }).toMatch(TERMINAL);
  return (await read())!;
}

/** As `lifeboat gc`, without waiting for the runs of workers that were killed a moment ago. */
async function collect(): Promise<void> {
  const vault = await foundation.vault();
  const retired: string[] = [];
  for (const id of await retiredSnapshots(database.db)) if (await vault.hasSnapshot(id)) retired.push(id);
  const completed = () => completedSnapshots(database.db);
  const leased = new Set(await leasedSnapshots(database.db));
  const index = garbageIndexOf(database.db);
  await sweepGarbage(vault, index, await planCollection(vault, index, { retired, completed, leased }), { patience: 100 });
}

/** One that has expired goes, by retention. */
async function retireOne(keep: string): Promise<void> {
  const id = [...model.keys()].find((one) => one !== keep);
  if (!id || model.size < 3) return;
  await database.db
    .updateTable('snapshots')
    .set({ expiresAt: new Date(Date.now() - 1000) })
    .where('id', '=', id)
    .execute();
  // Perhaps `serve` was quicker.
  await retireExpired({ db: database.db, clock: systemClock, isWhole: async () => true });
  expect(await retiredSnapshots(database.db)).toContain(id);
  model.delete(id);
}

async function workerPids(): Promise<number[]> {
  const children = await readFile(`/proc/${lifeboat.servePid}/task/${lifeboat.servePid}/children`, 'utf8').catch(() => '');
  const pids = children.trim().split(' ').filter(Boolean).map(Number);
  const commands = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')));
  return pids.filter((_, n) => commands[n]!.includes('--child'));
}

async function kill(): Promise<void> {
  if (random(3) === 0) {
    await lifeboat.stop('SIGKILL');
    await lifeboat.serve();
    return;
  }
  const pids = await workerPids();
  for (const pid of random(2) === 0 ? pids : pids.slice(0, 1)) process.kill(pid, 'SIGKILL');
}

describe('a service whose processes are killed and stopped', () => {
  it(`loses nothing over ${KILLS} kills (seed ${SEED})`, { timeout: KILLS * 60_000 }, async () => {
    await (await take())();
    for (let round = 1; round <= KILLS; round++) {
      await changeSource(round);
      const from = [...model.keys()][random(model.size)]!;
      const checks = [await take(), await restore(from)];
      const collecting = collect();
      await pause(random(1500));
      await kill();
      await collecting;
      for (const check of checks) await check();
      await retireOne([...model.keys()].at(-1)!);
      expect([...(await completedSnapshots(database.db))].sort()).toEqual([...model.keys()].sort());
    }
    // Nothing is wrong with what the jobs work on: they end well however often they are cut off.
    expect(failed.length, failed.join('\n')).toBeLessThanOrEqual(KILLS / 20);
    expect(failed.join('\n')).not.toMatch(/undefined|unexpectedly/);
    reportFaults('kills of workers and serve', { injected: KILLS, crashes: lifeboat.crashes });
    expect(lifeboat.crashes).toBe(0);
  });

  it('lets no worker commit that was stopped for longer than its lease, and has been succeeded', { timeout: 180_000 }, async () => {
    await changeSource(900);
    const from = [...model.keys()].at(-1)!;
    const checks = [await take(), await restore(from)];
    // In the middle of the work, wherever that is.
    await expect
      .poll(async () => (await database.db.selectFrom('workerJobs').selectAll().execute()).length, { interval: 20, timeout: 20_000 })
      .toBeGreaterThan(0);
    const [job] = await database.db.selectFrom('workerJobs').selectAll().execute();
    const pid = Number(job!.workerId.slice(job!.workerId.lastIndexOf('/') + 1).split(' ')[0]);
    process.kill(pid, 'SIGSTOP');
    try {
      for (const check of checks) await check();
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    const standing = await contentsOf(target.uri);
    const rows = await database.db.selectFrom('restoreJobs').select(['id', 'status', 'attempt']).orderBy('id').execute();
    await pause(3000);
    expect(await contentsOf(target.uri)).toEqual(standing);
    expect(await database.db.selectFrom('restoreJobs').select(['id', 'status', 'attempt']).orderBy('id').execute()).toEqual(rows);
    reportFaults('workers stopped for longer than their lease', { injected: 1 });
  });

  it('has a vault afterwards that is whole, holds no garbage once it is collected, and gives every snapshot back', {
    timeout: 600_000,
  }, async () => {
    // As if a minute had passed since the workers died.
    await database.db
      .updateTable('vaultRuns')
      .set({ heartbeatAt: new Date(Date.now() - 61_000).toISOString() as never })
      .where('endedAt', 'is', null)
      .execute();
    await collect();
    await collect();
    expect(await foundation.verify({})).toMatchObject({ snapshots: model.size, damaged: [], missing: [], surplus: [] });
    expect(model.size).toBeGreaterThan(1);
    for (const id of model.keys()) expect(await (await restore(id))()).toMatchObject({ status: 'COMPLETED' });
    expect(lifeboat.log).not.toContain('failed unexpectedly');
  });
});
