import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Clusters } from '../../src/backup/clusters.ts';
import { runRestore } from '../../src/backup/work/run-restore.ts';
import { takeSnapshot } from '../../src/backup/work/take-snapshot.ts';
import { busy } from '../../src/backup/work/turns.ts';
import { insertCluster } from '../../src/db/clusters.ts';
import { jobsOnHosts } from '../../src/db/host-load.ts';
import { insertRestore } from '../../src/db/restores.ts';
import { findSnapshot, insertSnapshot, setSnapshotStatus } from '../../src/db/snapshots.ts';
import { newId } from '../../src/ids.ts';
import type { Vault } from '../../src/vault/vault.ts';
import { installed, TEST_KEY } from '../kit/installation.ts';
import { type FreshDatabase, freshDatabase } from '../kit/postgres.ts';

let database: FreshDatabase;
let world: Awaited<ReturnType<typeof installed>>;
/** Two deployments on one machine, one on two machines of which one is the same, and one elsewhere. */
const DEPLOYMENTS = { one: 'm1:27017', two: 'm1:27018/shop', set: 'm1:27019,m2:27017', other: 'm3:27017' };
let ids: Record<keyof typeof DEPLOYMENTS, string>;

beforeAll(async () => {
  database = await freshDatabase();
  world = await installed(database.db);
  const { clock, first } = world;
  const add = async (name: string, deployment: string) => {
    const id = newId(clock.now());
    const row = { id, projectId: first.projectId, name, tier: 'FLEX', uriSealed: Buffer.from('sealed'), deployment };
    await insertCluster(database.db, { ...row, mongodbVersion: '7.0.1', topology: 'standalone', createdAt: clock.now() });
    return [name, id];
  };
  ids = Object.fromEntries(await Promise.all(Object.entries(DEPLOYMENTS).map(([name, at]) => add(name, at))));
});
afterAll(() => database.close());

async function waitingSnapshot(name: keyof typeof DEPLOYMENTS): Promise<string> {
  const now = world.clock.now();
  const row = { id: newId(now), projectId: world.first.projectId, clusterId: ids[name], clusterName: name, status: 'QUEUED' };
  return (await insertSnapshot(database.db, { ...row, scheduledAt: now, expiresAt: now })).id;
}

async function waitingRestore(name: keyof typeof DEPLOYMENTS, status: string): Promise<string> {
  const now = world.clock.now();
  const snapshotId = await waitingSnapshot('other');
  const row = await insertRestore(database.db, {
    ...{
      id: newId(now),
      projectId: world.first.projectId,
      clusterId: ids.other,
      clusterName: 'other',
      snapshotId,
      options: {},
    },
    ...{ deliveryType: 'RESTORE', status, targetProjectId: world.first.projectId, targetClusterId: ids[name], targetClusterName: name },
    ...{ targetDeployment: DEPLOYMENTS[name], snapshotFinishedAt: now, scheduledAt: now, finishedAt: null, expiresAt: now },
  });
  return row!.id;
}

const parts = (hostJobs: number | null) => {
  const { db } = database;
  const { clock } = world;
  const vault = null as unknown as Vault;
  return { db, clock, clusters: new Clusters(db, clock, TEST_KEY), logger: pino({ level: 'silent' }), vault, leaseSeconds: 120, hostJobs };
};
const load = (name: keyof typeof DEPLOYMENTS) =>
  database.db.transaction().execute((transaction) => jobsOnHosts(transaction, DEPLOYMENTS[name], 'none'));
const never = new AbortController().signal;

describe('the limit of a machine', () => {
  it('counts the snapshots and restores of all deployments on it, whichever their ports', async () => {
    expect(await load('one')).toBe(0);
    const running = await waitingSnapshot('one');
    await setSnapshotStatus(database.db, running, ['QUEUED'], 'RUNNING');
    await waitingRestore('set', 'RUNNING');
    await waitingSnapshot('two');
    expect([await load('one'), await load('two'), await load('set'), await load('other')]).toEqual([2, 2, 2, 0]);
  });

  it('has a snapshot and a restore wait, while those elsewhere begin', async () => {
    const snapshot = await waitingSnapshot('two');
    await expect(takeSnapshot(parts(2), snapshot, never)).rejects.toMatchObject({
      name: 'RetryLater',
      message: 'its host has enough to do',
    });
    expect(await findSnapshot(database.db, snapshot)).toMatchObject({ status: 'QUEUED', attempt: 0 });
    const restore = await waitingRestore('two', 'QUEUED');
    await expect(runRestore(parts(2), restore, never)).rejects.toMatchObject({ name: 'RetryLater', message: 'its host has enough to do' });
    const elsewhere = await waitingSnapshot('other');
    await takeSnapshot(parts(2), elsewhere, never).catch(() => {});
    expect(await findSnapshot(database.db, elsewhere)).toMatchObject({ attempt: 1 });
    await database.db.deleteFrom('restoreJobs').where('id', '=', restore).execute();
    await takeSnapshot(parts(null), snapshot, never).catch(() => {});
    expect(await findSnapshot(database.db, snapshot)).toMatchObject({ attempt: 1 });
  });
});

describe('a job that', () => {
  beforeEach(async () => {
    await database.db.deleteFrom('restoreJobs').execute();
    await database.db.deleteFrom('snapshots').execute();
  });

  it('was handed over keeps its place on its machine, whatever the limit became: two of them do not wait for each other', async () => {
    const handedOver = [await waitingSnapshot('one'), await waitingSnapshot('two')];
    for (const id of handedOver) await setSnapshotStatus(database.db, id, ['QUEUED'], 'RUNNING');
    for (const id of handedOver) await takeSnapshot(parts(1), id, never).catch(() => {});
    for (const id of handedOver) expect(await findSnapshot(database.db, id)).toMatchObject({ attempt: 1 });
  });

  it('restores is the next on its deployment: no snapshot begins before it, but for its own safety snapshot', async () => {
    const [snapshot, safety] = [await waitingSnapshot('one'), await waitingSnapshot('one')];
    await waitingRestore('one', 'QUEUED');
    await expect(takeSnapshot(parts(null), snapshot, never)).rejects.toMatchObject({ message: 'a restore of the cluster is next' });
    await database.db.updateTable('restoreJobs').set({ safetySnapshotId: safety }).execute();
    await takeSnapshot(parts(null), safety, never).catch(() => {});
    expect(await findSnapshot(database.db, safety)).toMatchObject({ attempt: 1 });
  });

  it('restores into a replica set keeps snapshots of it waiting, also once the set has another member', async () => {
    await waitingRestore('set', 'RUNNING');
    await database.db
      .updateTable('restoreJobs')
      .set({ targetDeployment: `${DEPLOYMENTS.set},m9:27017` })
      .execute();
    const snapshot = await waitingSnapshot('set');
    await expect(takeSnapshot(parts(null), snapshot, never)).rejects.toMatchObject({ message: 'the cluster is being restored' });
    await database.db.updateTable('restoreJobs').set({ status: 'QUEUED' }).execute();
    await expect(takeSnapshot(parts(null), snapshot, never)).rejects.toMatchObject({ message: 'a restore of the cluster is next' });
  });

  it('finds its deployment busy is asked for again the later the longer it has waited', () => {
    const { clock } = world;
    const scheduledAt = clock.now();
    const afterWaiting = (seconds: number) =>
      busy(clock, { scheduledAt: new Date(scheduledAt.getTime() - seconds * 1000) }, 'busy').afterSeconds;
    expect([0, 5, 40, 80, 100_000].map(afterWaiting)).toEqual([1, 1, 5, 10, 15]);
  });
});
