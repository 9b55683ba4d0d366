import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { DocumentRun } from '../../src/bson/documents.ts';
import { ChunkSearch } from '../../src/vault/chunk-search.ts';
import { chunkNameIn } from '../../src/vault/object-keys.ts';
import { chunkEntries } from '../../src/vault/segments.ts';
import { verifyVault } from '../../src/vault/verify.ts';
import { MemoryChunkIndex } from '../kit/memory-chunk-index.ts';
import { collection, documents, newVault, readCollection, runsOf, snapshotId, takeSnapshot } from '../kit/vaults.ts';

/** Enough chunks for a list in segments (three at the least, so that the damaged ones are not the last, which ends elsewhere once more is there), and a second collection that shares none. */
const ORDERS = documents(60, 100_000, 'orders');
const CONTENT = [
  { collection: collection('shop', 'orders'), documents: ORDERS },
  { collection: collection('shop', 'customers'), documents: documents(20, 300, 'customers') },
];

async function damaged(encryption: boolean) {
  const made = await newVault({ encryption });
  made.vault.access.segmentLimits = { inline: 1, entries: 2, textBytes: 1 << 20 };
  const index = new MemoryChunkIndex();
  await takeSnapshot(made.vault, index.startRun(), snapshotId(1), CONTENT);
  const { root } = await made.vault.readSnapshot(snapshotId(1));
  const keys: string[] = [];
  for await (const { object } of chunkEntries(made.vault.access, root.collections[0]!)) keys.push(object);
  const [lost, flipped] = keys as [string, string];
  await rm(join(made.folder, lost));
  const file = join(made.folder, flipped);
  const bytes = await readFile(file);
  bytes[bytes.length >> 1]! ^= 1;
  await writeFile(file, bytes);
  index.markDamaged([lost, flipped]);
  return { ...made, index, bad: [lost, flipped] };
}

async function* asRead(parts: Buffer[]): AsyncGenerator<DocumentRun> {
  yield* runsOf(parts);
}

describe.each([true, false])('looking for damaged chunks (encryption: %s)', (encryption) => {
  it('writes them anew from what the source still has, and the snapshot is whole', async () => {
    const { vault, index, bad } = await damaged(encryption);
    const search = new ChunkSearch(
      vault.access,
      index.startRun(),
      bad.map((key) => chunkNameIn(key)!),
    );
    await search.read(asRead(documents(60, 100_000, 'others')));
    expect(search.remaining).toBe(2);
    await search.read(asRead([...ORDERS, ...documents(5, 400, 'newer')]));
    expect(search.remaining).toBe(0);
    await search.sync();
    expect(await verifyVault(vault)).toMatchObject({ snapshots: 1, documents: 80, damaged: [], missing: [], surplus: [] });
    expect(await readCollection(vault, snapshotId(1), 0)).toEqual(Buffer.concat(ORDERS));
  });
});
