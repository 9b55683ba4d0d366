import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Clusters } from '../../src/backup/clusters.ts';
import { runRestore } from '../../src/backup/work/run-restore.ts';
import { findRestore, insertRestore } from '../../src/db/restores.ts';
import { failSnapshot, insertSnapshot, setSnapshotStatus } from '../../src/db/snapshots.ts';
import { newId } from '../../src/ids.ts';
import { RetryLater } from '../../src/jobs/definitions.ts';
import type { Vault } from '../../src/vault/vault.ts';
import { installed, TEST_KEY } from '../kit/installation.ts';
import { type FreshDatabase, freshDatabase } from '../kit/postgres.ts';

let database: FreshDatabase;
let world: Awaited<ReturnType<typeof installed>>;

beforeAll(async () => {
  database = await freshDatabase();
  world = await installed(database.db);
});
afterAll(() => database.close());

describe('a restore with a safety snapshot', () => {
  it('waits for it, and when it fails the restore fails without having begun', async () => {
    const { db } = database;
    const { clock, clusters, first } = world;
    const now = clock.now();
    const common = {
      projectId: first.projectId,
      clusterId: clusters.copy,
      clusterName: 'copy',
      status: 'PENDING',
      scheduledAt: now,
      expiresAt: now,
    };
    const safety = await insertSnapshot(db, { id: newId(now), ...common });
    const job = (await insertRestore(db, {
      ...{ id: newId(now), projectId: first.projectId, clusterId: clusters.shop, clusterName: 'shop', snapshotId: safety.id },
      ...{ deliveryType: 'RESTORE', status: 'QUEUED', targetProjectId: first.projectId, targetClusterId: clusters.copy },
      ...{ targetClusterName: 'copy', targetDeployment: 'b:1', options: {}, snapshotFinishedAt: now, scheduledAt: now },
      ...{ finishedAt: null, expiresAt: now, safetySnapshotId: safety.id },
    }))!;
    const logger = pino({ level: 'silent' });
    const parts = { db, clock, clusters: new Clusters(db, clock, TEST_KEY), logger, vault: null as unknown as Vault, leaseSeconds: 120 };
    const run = () => runRestore(parts, job.id, new AbortController().signal);
    await expect(run()).rejects.toBeInstanceOf(RetryLater);
    await setSnapshotStatus(db, safety.id, ['PENDING'], 'RUNNING');
    await expect(run()).rejects.toBeInstanceOf(RetryLater);
    const failure = { code: 'source-unavailable', message: 'The deployment of cluster copy cannot be reached.' };
    await failSnapshot(db, safety.id, null, ['RUNNING'], { finishedAt: now, failure, cancelled: false });
    await run();
    expect(await findRestore(db, job.id)).toMatchObject({
      status: 'FAILED',
      attempt: 0,
      failure: { code: 'safety-snapshot-failed', message: expect.stringContaining('The deployment of cluster copy cannot be reached') },
    });
  });
});
