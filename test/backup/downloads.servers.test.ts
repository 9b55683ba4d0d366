import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Downloads } from '../../src/backup/downloads.ts';
import type { RestoreJob } from '../../src/backup/restore-job.ts';
import { restoreFromRow } from '../../src/backup/restore-rows.ts';
import { after, HOUR } from '../../src/clock.ts';
import { leasedSnapshots } from '../../src/db/leases.ts';
import { insertRestore } from '../../src/db/restores.ts';
import { insertSnapshot } from '../../src/db/snapshots.ts';
import { newId } from '../../src/ids.ts';
import { installed, TEST_KEY } from '../kit/installation.ts';
import { type FreshDatabase, freshDatabase } from '../kit/postgres.ts';

let database: FreshDatabase;
let world: Awaited<ReturnType<typeof installed>>;
let downloads: Downloads;
let job: RestoreJob;

beforeAll(async () => {
  database = await freshDatabase();
  const { db } = database;
  world = await installed(db);
  const now = world.clock.now();
  const { projectId } = world.first;
  const cluster = { clusterId: world.clusters.shop, clusterName: 'shop' };
  const snapshot = await insertSnapshot(db, {
    id: newId(now),
    projectId,
    ...cluster,
    status: 'COMPLETED',
    scheduledAt: now,
    expiresAt: now,
  });
  const target = { targetProjectId: projectId, targetClusterId: cluster.clusterId, targetClusterName: 'shop', targetDeployment: null };
  const dates = { snapshotFinishedAt: now, scheduledAt: now, finishedAt: now, expiresAt: after(now, 4 * HOUR) };
  const row = {
    id: newId(now),
    projectId,
    ...cluster,
    snapshotId: snapshot.id,
    deliveryType: 'DOWNLOAD',
    status: 'COMPLETED',
    options: {},
  };
  job = restoreFromRow((await insertRestore(db, { ...row, ...target, ...dates }))!);
  const archive = { size: 3, etag: '"x"', async *read() {} };
  downloads = new Downloads({
    leaseSeconds: 120,
    db,
    clock: world.clock,
    signingKey: TEST_KEY,
    audit: { noteOnce: async () => {} },
    publicUrl: () => 'https://backup.example',
    openArchive: async () => archive,
  });
});
afterAll(() => database.close());

function parts(): [string, string] {
  const [, jobId, token] = /downloads\/([^/]+)\/([^/]+)\//.exec(downloads.url(job)!)!;
  return [jobId!, token!];
}

describe('the link of a download', () => {
  it('is built on the public URL, opens to the millisecond of its expiry, and not after', async () => {
    expect(downloads.url(job)).toMatch(/^https:\/\/backup\.example\/api\/lifeboat\/v1\/downloads\/.*\/shop-20260301T100000Z\.tar\.gz$/);
    world.clock.set(after(job.expiresAt, -1));
    await (await downloads.open(...parts())).release();
    world.clock.set(job.expiresAt);
    await expect(downloads.open(...parts())).rejects.toMatchObject({ code: 'download-expired' });
    world.clock.set(job.scheduledAt);
  });

  it('is unknown when any character of it is another', async () => {
    const [jobId, token] = parts();
    for (let at = 0; at < token.length; at += 1) {
      const changed = token.slice(0, at) + (token[at] === 'A' ? 'B' : 'A') + token.slice(at + 1);
      await expect(downloads.open(jobId, changed), changed).rejects.toMatchObject({ code: 'download-unknown' });
    }
    await expect(downloads.open(newId(new Date(0)), token)).rejects.toMatchObject({ code: 'download-unknown' });
    await expect(downloads.open(jobId, '')).rejects.toMatchObject({ code: 'download-unknown' });
  });

  it('holds the chunks of its snapshot while it is open', async () => {
    const open = await downloads.open(...parts());
    expect(await leasedSnapshots(database.db)).toEqual([job.snapshotId]);
    await open.release();
    expect(await leasedSnapshots(database.db)).toEqual([]);
  });
});
