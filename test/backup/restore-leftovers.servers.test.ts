import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { failRestore, insertRestore, setRestoreStatus } from '../../src/db/restores.ts';
import { registerStaging, writeSwapPlan } from '../../src/db/swap-journal.ts';
import { openDeployment } from '../../src/engine/deployment.ts';
import { stagingName } from '../../src/engine/namespaces.ts';
import { newId } from '../../src/ids.ts';
import { Lifeboat } from '../kit/lifeboat.ts';
import { type MongoServer, startMongo } from '../kit/mongo.ts';
import { type FreshDatabase, freshDatabase } from '../kit/postgres.ts';

let database: FreshDatabase;
let server: MongoServer;
let client: MongoClient;
let lifeboat: Lifeboat;

beforeAll(async () => {
  database = await freshDatabase();
  server = await startMongo('ferretdb');
  client = new MongoClient(server.uri);
  await client
    .db('shop')
    .collection('orders')
    .insertMany([{ n: 1 }, { n: 2 }]);
  lifeboat = await Lifeboat.create({ DATABASE_URL: database.url });
  await lifeboat.init();
  await lifeboat.serve();
  await lifeboat.json('clusters', 'add', 'shop', '--uri', server.uri);
});

afterAll(async () => {
  await lifeboat?.remove();
  await client?.close();
  await server?.stop();
  await database?.close();
});

/** A job that FAILED while its target was away: its staging stands there, registered. */
async function failedJob(snapshotId: string): Promise<{ id: string; staging: string }> {
  const { db } = database;
  const cluster = await db.selectFrom('clusters').selectAll().executeTakeFirstOrThrow();
  const deployment = await openDeployment(server.uri);
  await deployment.close();
  const now = new Date();
  const id = newId(now);
  const staging = stagingName(id, 1, 0);
  await insertRestore(db, {
    ...{
      id,
      projectId: cluster.projectId,
      clusterId: cluster.id,
      clusterName: 'shop',
      snapshotId,
      deliveryType: 'RESTORE',
      status: 'PENDING',
    },
    ...{ targetProjectId: cluster.projectId, targetClusterId: cluster.id, targetClusterName: 'shop', targetDeployment: deployment.address },
    ...{ options: {}, snapshotFinishedAt: now, scheduledAt: now, finishedAt: null, expiresAt: now, safetySnapshotId: null },
  });
  await setRestoreStatus(db, id, null, ['PENDING'], 'RUNNING');
  await registerStaging(db, id, [{ database: 'shop', collection: staging }]);
  await client.db('shop').collection(staging).insertOne({ half: 'loaded' });
  return { id, staging };
}

const failure = { code: 'mongodb-failed', message: 'made up by the test' };

describe('what a restore that FAILED left at its target', () => {
  it('is removed by the next restore into it, unless it can still be resumed', async () => {
    const snapshot = await lifeboat.json<{ id: string }>('snapshots', 'take', 'shop', '--wait');
    const failed = await failedJob(snapshot.id);
    await failRestore(database.db, failed.id, null, ['RUNNING'], { finishedAt: new Date(), failure, cancelled: false });
    const resumable = await failedJob(snapshot.id);
    await writeSwapPlan(database.db, resumable.id, { restoreJobId: resumable.id, attempt: 0 }, { phase: 'rolling-back' });
    await failRestore(database.db, resumable.id, null, ['RUNNING'], { finishedAt: new Date(), failure, cancelled: false });

    const words = ['restores', 'start', 'shop', '--snapshot', snapshot.id, '--target', 'shop', '--no-safety-snapshot', '--wait'];
    expect(await lifeboat.json(...words)).toMatchObject({ status: 'COMPLETED' });
    const names = (await client.db('shop').listCollections().toArray()).map(({ name }) => name);
    expect(names).not.toContain(failed.staging);
    expect(names).toContain(resumable.staging);
    const left = await database.db.selectFrom('stagingNamespaces').select('restoreJobId').execute();
    expect(left).toEqual([{ restoreJobId: resumable.id }]);
  });
});
