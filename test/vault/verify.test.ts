import { readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isProblem } from '../../src/errors.ts';
import { type ChunkEntry, chunkEntries, chunkOf } from '../../src/vault/segments.ts';
import type { Vault } from '../../src/vault/vault.ts';
import { verifyVault } from '../../src/vault/verify.ts';
import { MemoryChunkIndex } from '../kit/memory-chunk-index.ts';
import { collection, documents, keysOf, newVault, snapshotId, takeSnapshot } from '../kit/vaults.ts';

/** Enough small documents that the list of chunks stands in a segment of its own. */
const CONTENT = [
  { collection: collection('shop', 'orders'), documents: documents(25, 100_000, 'orders') },
  { collection: collection('shop', 'customers'), documents: documents(200, 300, 'customers') },
];
const OTHER = [{ collection: collection('shop', 'orders'), documents: documents(20, 90_000, 'other') }];

async function vaultWithTwo(encryption: boolean) {
  const made = await newVault({ encryption });
  const index = new MemoryChunkIndex();
  await takeSnapshot(made.vault, index.startRun(), snapshotId(1), CONTENT);
  const before = await keysOf(made.blobs);
  await takeSnapshot(made.vault, index.startRun(), snapshotId(2), OTHER);
  return { ...made, ofFirst: before.filter((key) => key !== 'header') };
}

async function chunksOf(vault: Vault, id: string): Promise<ChunkEntry[]> {
  const { collections } = (await vault.readSnapshot(id)).root;
  return (await Promise.all(collections.map((one) => Array.fromAsync(chunkEntries(vault.access, one))))).flat();
}

async function flip(file: string, offset: number): Promise<void> {
  const bytes = await readFile(file);
  bytes[offset]! ^= 0x10;
  await writeFile(file, bytes);
}

describe.each([true, false])('verifyVault (encryption: %s)', (encryption) => {
  it('calls a vault whole that is, and reads all of it', async () => {
    const { vault, blobs } = await vaultWithTwo(encryption);
    const report = await verifyVault(vault, { completed: async () => [snapshotId(1), snapshotId(2)] });
    expect(report).toMatchObject({ snapshots: 2, documents: 245, damaged: [], missing: [], surplus: [] });
    expect(report.objects).toBe((await keysOf(blobs)).length);
  });

  it('finds a flipped bit, a cut and a loss in every object, and names the snapshots that stand on it and no other', async () => {
    const { vault, folder, ofFirst } = await vaultWithTwo(encryption);
    for (const key of ofFirst) {
      const file = join(folder, key);
      const bytes = await readFile(file);
      await flip(file, bytes.length >> 1);
      expect((await verifyVault(vault)).damaged, `${key} flipped`).toMatchObject([{ object: key, snapshots: [snapshotId(1)] }]);
      await writeFile(file, bytes);
      await truncate(file, bytes.length - 1);
      expect((await verifyVault(vault)).damaged, `${key} cut`).toMatchObject([{ object: key, snapshots: [snapshotId(1)] }]);
      await rm(file);
      const lost = await verifyVault(vault, { completed: async () => [snapshotId(1), snapshotId(2)] });
      expect(lost.missing, `${key} lost`).toMatchObject([{ object: key, snapshots: [snapshotId(1)] }]);
      await writeFile(file, bytes);
    }
    expect(await verifyVault(vault)).toMatchObject({ damaged: [], missing: [] });
  });

  it('finds two chunks that were swapped', async () => {
    const { vault, folder, ofFirst } = await vaultWithTwo(encryption);
    const [one, two] = ofFirst.filter((key) => key.startsWith('chunks/'));
    await rename(join(folder, one!), join(folder, 'aside'));
    await rename(join(folder, two!), join(folder, one!));
    await rename(join(folder, 'aside'), join(folder, two!));
    expect((await verifyVault(vault)).damaged.map(({ object }) => object).sort()).toEqual([one, two]);
  });
});

describe('verifyVault', () => {
  it('does not miss the manifest of a snapshot that was deleted while it looked', async () => {
    const { vault } = await vaultWithTwo(false);
    let asked = 0;
    const completed = async () => (asked++ === 0 ? [snapshotId(1), snapshotId(2), snapshotId(3)] : [snapshotId(1), snapshotId(2)]);
    expect(await verifyVault(vault, { completed })).toMatchObject({ missing: [] });
  });

  it('reads a damaged chunk again that the first snapshot shares which was deleted while it was read', async () => {
    const { vault, folder, ofFirst } = await vaultWithTwo(false);
    const chunk = ofFirst.find((key) => key.startsWith('chunks/'))!;
    const index = new MemoryChunkIndex();
    await index.enter((await chunksOf(vault, snapshotId(1))).map(chunkOf));
    await takeSnapshot(vault, index.startRun(), snapshotId(3), CONTENT);
    await flip(join(folder, chunk), 100);
    vault.listSnapshots = async function* () {
      yield* [snapshotId(1), snapshotId(3)];
    };
    vault.hasSnapshot = async (id) => id !== snapshotId(1);
    expect((await verifyVault(vault)).damaged).toMatchObject([{ object: chunk, snapshots: [snapshotId(3)] }]);
  });

  it('tells what no snapshot uses, which is no damage', async () => {
    const { vault, blobs } = await vaultWithTwo(false);
    const used = new Set(await keysOf(blobs));
    await takeSnapshot(vault, new MemoryChunkIndex().startRun(), snapshotId(3), OTHER.slice(0, 1));
    await blobs.delete(`manifests/${snapshotId(3)}`);
    const { surplus, damaged, missing } = await verifyVault(vault);
    expect([damaged, missing]).toEqual([[], []]);
    expect(surplus).toEqual((await keysOf(blobs)).filter((key) => !used.has(key)));
    expect(surplus.length).toBeGreaterThan(0);
  });

  it('reads one snapshot alone where that is asked, and says when there is none', async () => {
    const { vault, folder, ofFirst } = await vaultWithTwo(false);
    await rm(join(folder, ofFirst.find((key) => key.startsWith('chunks/'))!));
    expect(await verifyVault(vault, { snapshotId: snapshotId(2) })).toMatchObject({ snapshots: 1, documents: 20, missing: [] });
    expect((await verifyVault(vault, { snapshotId: snapshotId(1) })).missing).toHaveLength(1);
    await expect(verifyVault(vault, { snapshotId: snapshotId(9) })).rejects.toSatisfy((error) => isProblem(error, 'object-missing'));
  });
});
