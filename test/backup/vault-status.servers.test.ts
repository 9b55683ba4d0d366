import { afterAll, beforeAll, expect, it } from 'vitest';
import { vaultStatus } from '../../src/backup/vault-status.ts';
import { claimDeletions, condemnChunks, recordChunks } from '../../src/db/chunks.ts';
import { beginSnapshot, completeSnapshot, deleteSnapshot, insertSnapshot } from '../../src/db/snapshots.ts';
import { endVaultRun, startVaultRun } from '../../src/db/vault-runs.ts';
import { newId } from '../../src/ids.ts';
import { installed } from '../kit/installation.ts';
import { type FreshDatabase, freshDatabase } from '../kit/postgres.ts';

let database: FreshDatabase;
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.close());

it('counts the snapshots that are complete against the chunks that the store has', async () => {
  const { db } = database;
  const { clock, first, clusters } = await installed(db);
  expect(await vaultStatus(db)).toEqual({ snapshots: 0, logicalBytes: 0, chunks: 0, storedBytes: 0, ratio: null });

  const take = async (logicalBytes: number | null) => {
    const [now, id] = [clock.now(), newId(clock.now())];
    const about = { id, projectId: first.projectId, clusterId: clusters.shop, clusterName: 'shop' };
    await insertSnapshot(db, { ...about, status: 'QUEUED', scheduledAt: now, expiresAt: now });
    await beginSnapshot(db, id, ['QUEUED'], now);
    if (logicalBytes === null) return id;
    const totals = { collections: 1, documents: 9, logicalBytes, storedBytes: 100, newBytes: 100 };
    await completeSnapshot(db, id, 1, { ...totals, finishedAt: now, mongodbVersion: '7.0.1', consistency: 'quiesced' });
    return id;
  };
  await take(5_000_000_000);
  await take(5_000_000_500);
  await take(null);
  await deleteSnapshot(db, await take(77), clock.now());

  await startVaultRun(db, 'run', 'snapshot');
  for (const [objectKey, storedBytes] of [
    ['a', 1_500_000_000],
    ['b', 1_000_000_000],
    ['c', 700],
  ] as const) {
    const chunk = { name: Buffer.from(objectKey), objectKey, rawBytes: 1, storedBytes, documents: 1 };
    await recordChunks(db, 'run', [{ ...chunk, storedSha256: Buffer.alloc(32), digest: Buffer.alloc(32) }]);
  }
  await endVaultRun(db, 'run');
  await condemnChunks(db, ['b', 'c']);
  await db.updateTable('chunks').set({ condemnedAt: '2020-01-01' }).where('objectKey', '=', 'c').execute();
  await claimDeletions(db, ['c'], '2021-01-01');

  expect(await vaultStatus(db)).toEqual({ snapshots: 2, logicalBytes: 10_000_000_500, chunks: 2, storedBytes: 2_500_000_000, ratio: 4 });
});
