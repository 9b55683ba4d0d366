import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withServer, withWorker } from '../../bench/stage.ts';
import { type FreshDatabase, freshDatabase } from '../kit/postgres.ts';
import { snapshotId, temporaryFolder } from '../kit/vaults.ts';

const MIB = 1024 * 1024;
const MOST = 350 * MIB;

let database: FreshDatabase;
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.close());

/** The most memory that a new worker ever had for a snapshot of so much, and a second new worker for restoring it. */
async function peaks(bytes: number, documentBytes: number): Promise<{ snapshot: number; restore: number }> {
  const vault = await temporaryFolder();
  const data = { bytes, documentBytes, collections: 1, distinctBytes: 24 * MIB };
  const id = snapshotId(1);
  const taken = await withServer(data, (uri) =>
    withWorker((work) => work({ kind: 'snapshot', uri, vault, databaseUrl: database.url, snapshotId: id })),
  );
  const restored = await withServer(undefined, (uri) => withWorker((work) => work({ kind: 'restore', uri, vault, snapshotId: id })));
  return { snapshot: taken.peakMemory, restore: restored.peakMemory };
}

describe('the memory of a worker', () => {
  it.each([
    ['small documents', 250],
    ['documents of 4 MiB', 4 * MIB],
  ])('is bounded, whatever the size of the collection: %s', async (_, documentBytes) => {
    const [small, large] = [await peaks(48 * MIB, documentBytes), await peaks(320 * MIB, documentBytes)];
    for (const peak of [small, large]) {
      expect(peak.snapshot).toBeLessThan(MOST);
      expect(peak.restore).toBeLessThan(MOST);
    }
    // Six times the data: what grew with it would be at least this much more.
    expect(large.snapshot).toBeLessThan(small.snapshot + 128 * MIB);
    expect(large.restore).toBeLessThan(small.restore + 128 * MIB);
  });
});
