/** How scripts that use Atlas are tested with vitest: no sleeping, no mocks, real data. */

import { type EmulatorHandle, startEmulator, v2 } from 'lifeboat/emulator';
import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type Atlas, restoreToStaging } from './nightly-restore.ts';
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
beforeEach(() => emulator.reset());
afterAll(async () => {
  await mongo?.close();
  await emulator?.stop();
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

it('restores the newest snapshot to staging on each of ten nights', async () => {
  const [shop, staging] = [await orders('shop'), await orders('staging')];
  for (let day = 1; day <= 10; day += 1) {
    await shop.updateOne({ _id: 1 }, { $set: { day } });
    const { now } = await emulator.advance('24h');
    await restoreToStaging(atlas(), 'shop', 'staging', new Date(now));
    expect(await staging.findOne({ _id: 1 })).toEqual({ _id: 1, day });
  }
}, 20_000);

it('notices the night without a snapshot, and the restore that failed', async () => {
  await emulator.setFaults([
    { job: { kind: 'snapshot', cluster: 'shop' }, outcome: { failAt: 0, reason: 'the disk was full' } },
    { job: { kind: 'restore' }, outcome: { failAt: 60, reason: 'the network went away' } },
  ]);
  const night = async () => restoreToStaging(atlas(), 'shop', 'staging', new Date((await emulator.advance('24h')).now));
  await expect(night()).rejects.toThrow('no snapshot of shop');
  await expect(night()).rejects.toThrow(/the restore .* failed/);
  expect(await (await orders('staging')).findOne()).toEqual({ _id: 1, day: -1 });
  await night();
  expect(await (await orders('staging')).findOne()).toEqual({ _id: 1, day: 0 });
  expect((await emulator.faults()).unmatched).toEqual([]);
});

it('comes to what is wanted, and then has nothing to do', async () => {
  const wanted = { shop: { region: 'US_EAST_1', tags: { team: 'books' } }, reports: { region: 'EU_WEST_1', tags: {} } };
  expect(await reconcile(atlas(), wanted)).toEqual(['deleted staging', 'changed shop', 'created reports']);
  expect(await reconcile(atlas(), wanted)).toEqual([]);
});
