/** How scripts that use Atlas are tested with vitest: no sleeping, no mocks, real data. */

import { type EmulatorHandle, startEmulator, v2 } from 'lifeboat/emulator';
import { MongoClient } from 'mongodb';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Atlas } from './atlas.ts';
import { restoreToStaging } from './nightly-restore.ts';
import { reconcile } from './reconcile.ts';

const SEED = {
  projects: [
    {
      name: 'Shop',
      clusters: [
        { name: 'shop', documents: { orders: [{ _id: 1, day: 0 }] } },
        { name: 'staging', documents: { orders: [{ _id: 1, day: -1 }] } },
      ],
    },
  ],
};

let emulator: EmulatorHandle;
let mongo: MongoClient;

beforeAll(async () => {
  emulator = await startEmulator({ seed: SEED });
  mongo = new MongoClient(emulator.identity.mongodbUri);
}, 60_000);

beforeEach(async ({ onTestFailed }) => {
  await emulator.reset();
  onTestFailed(async () => {
    const { entries } = await emulator.transcript();
    const lines = entries.map(
      ({ at, method, path, status, fault }) => `${at} ${method} ${path} -> ${status ?? 'broken off'}${fault ? ` (fault ${fault})` : ''}`,
    );
    // biome-ignore lint/suspicious/noConsole: vitest shows it beside the failure
    console.error(lines.join('\n'));
  });
});

/** A fault that nothing has met: the test shows less than it says. */
afterEach(async () => expect((await emulator.faults()).unmatched).toEqual([]));

afterAll(async () => {
  await mongo?.close();
  // Nor one of a script that a reset or another script has put away.
  if (emulator) expect(await emulator.stop()).toEqual({ unmatched: [] });
});

const atlas = (): Atlas => ({
  projectId: emulator.projectId,
  call: (method, path, body) =>
    emulator.request(method, `/api/atlas/v2/groups/${emulator.projectId}${path}`, { accept: v2('2024-11-13'), ...(body && { body }) }),
});

async function orders(cluster: string) {
  const { connectionStrings } = await atlas().call('GET', `/flexClusters/${cluster}`);
  return mongo.db(new URL(connectionStrings.standard).pathname.slice(1)).collection<{ _id: number; day: number }>('orders');
}

async function night() {
  const { now } = await emulator.advance('24h');
  return restoreToStaging(atlas(), 'shop', 'staging', new Date(now));
}

it('restores the newest snapshot to staging on each of ten nights', async () => {
  const [shop, staging] = [await orders('shop'), await orders('staging')];
  for (let day = 1; day <= 10; day += 1) {
    await shop.updateOne({ _id: 1 }, { $set: { day } });
    await night();
    expect(await staging.findOne({ _id: 1 })).toEqual({ _id: 1, day });
  }
}, 20_000);

it('notices nights without a snapshot and restores that fail, and leaves staging as it was', async () => {
  await emulator.setFaults([
    { job: { kind: 'snapshot', cluster: 'shop' }, outcome: { failAt: 0, reason: 'the disk was full' } },
    { job: { kind: 'restore' }, count: 2, outcome: { failAt: 60, reason: 'the network went away' } },
    { request: { method: 'GET', path: '/api/atlas/v2/groups/*/flexClusters/shop/backup/snapshots' }, skip: 3, answer: { status: 503 } },
  ]);
  const staging = await orders('staging');
  await expect(night()).rejects.toThrow('no snapshot of shop');
  await expect(night()).rejects.toThrow(/the restore .* failed/);
  await expect(night()).rejects.toThrow(/the restore .* failed/);
  await expect(night()).rejects.toMatchObject({ status: 503 });
  expect(await staging.findOne()).toEqual({ _id: 1, day: -1 });
  await night();
  expect(await staging.findOne()).toEqual({ _id: 1, day: 0 });
});

it('comes to what is wanted, whatever fails on the way, and then has nothing to do until something has drifted', async () => {
  const clusters = '/api/atlas/v2/groups/*/flexClusters';
  await emulator.setFaults([
    // Nothing was done.
    { request: { method: 'DELETE' }, answer: { status: 503 } },
    { request: { method: 'POST', path: clusters }, answer: { drop: true } },
    { request: { method: 'GET', path: clusters }, skip: 1, answer: { status: 429 } },
    // It was done, and nobody heard of it.
    { request: { method: 'PATCH', cluster: 'shop' }, answer: { truncate: true } },
  ]);
  const wanted = { shop: { region: 'US_EAST_1', tags: { team: 'books' } }, reports: { region: 'EU_WEST_1' } };
  expect((await reconcile(atlas(), wanted, 10)).sort()).toEqual(['created reports', 'deleted staging']);
  expect(await reconcile(atlas(), wanted)).toEqual([]);
  await atlas().call('PATCH', '/flexClusters/shop', { tags: [] });
  const moved = { ...wanted, reports: { region: 'EU_CENTRAL_1' } };
  expect((await reconcile(atlas(), moved)).sort()).toEqual(['changed shop', 'created reports', 'deleted reports']);
});
