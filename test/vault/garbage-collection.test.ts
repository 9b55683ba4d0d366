import { describe, expect, it } from 'vitest';
import { isProblem } from '../../src/errors.ts';
import { planCollection, sweepGarbage } from '../../src/vault/gc-sweep.ts';
import { rebuildIndex } from '../../src/vault/index-rebuild.ts';
import type { Vault } from '../../src/vault/vault.ts';
import { verifyVault } from '../../src/vault/verify.ts';
import { MemoryChunkIndex } from '../kit/memory-chunk-index.ts';
import { collection, documents, keysOf, newVault, runsOf, snapshotHeader, snapshotId, takeSnapshot } from '../kit/vaults.ts';

const [FIRST, SECOND, THIRD] = [snapshotId(1), snapshotId(2), snapshotId(3)];
const content = (seed: string) => [{ collection: collection('shop', 'orders'), documents: documents(30, 80_000, seed) }];

/** Two snapshots that share half of what they hold. */
async function withTwo() {
  const { vault, blobs } = await newVault();
  const index = new MemoryChunkIndex();
  for (const [id, seed] of [
    [FIRST, 'a'],
    [SECOND, 'b'],
  ] as const) {
    const run = index.startRun();
    await takeSnapshot(vault, run, id, [...content('shared'), { ...content(seed)[0]!, collection: collection('shop', seed) }]);
    run.end();
  }
  return { vault, blobs, index };
}

async function collect(vault: Vault, index: MemoryChunkIndex, o: Parameters<typeof planCollection>[2] = {}, patience = 0) {
  return sweepGarbage(vault, index, await planCollection(vault, index, o), { patience });
}

describe('garbage collection', () => {
  it('removes a retired snapshot and what it alone used, and nothing else', async () => {
    const { vault, blobs, index } = await withTwo();
    const before = await keysOf(blobs);
    const report = await collect(vault, index, { retired: [FIRST] });
    expect(report).toMatchObject({ snapshots: 1, isWaiting: false });
    expect(await verifyVault(vault, { completed: async () => [SECOND] })).toMatchObject({
      snapshots: 1,
      damaged: [],
      missing: [],
      surplus: [],
    });
    expect((await keysOf(blobs)).length).toBeLessThan(before.length);
    expect(index.rows.size).toBe((await keysOf(blobs, 'chunks/')).length);
  });

  it('changes nothing where everything is used', async () => {
    const { vault, blobs, index } = await withTwo();
    const before = await keysOf(blobs);
    expect(await collect(vault, index, { completed: async () => [FIRST, SECOND] })).toMatchObject({ condemned: 0, deleted: 0 });
    expect(await keysOf(blobs)).toEqual(before);
  });

  it('keeps a retired snapshot that somebody reads', async () => {
    const { vault, index } = await withTwo();
    const report = await collect(vault, index, { retired: [FIRST], leased: new Set([FIRST]) });
    expect(report).toMatchObject({ snapshots: 0, deleted: 0 });
    expect(await verifyVault(vault)).toMatchObject({ snapshots: 2, damaged: [], missing: [] });
  });

  it('calls nothing garbage while a COMPLETED snapshot has lost its manifest, so that it can be put back', async () => {
    const { vault, blobs, index } = await withTwo();
    const key = `manifests/${FIRST}`;
    const manifest = await blobs.get(key);
    await blobs.delete(key);
    const before = await keysOf(blobs);
    await expect(collect(vault, index, { completed: async () => [FIRST, SECOND] })).rejects.toSatisfy((error) =>
      isProblem(error, 'object-missing'),
    );
    expect(await keysOf(blobs)).toEqual(before);
    await blobs.put(key, manifest);
    expect(await verifyVault(vault)).toMatchObject({ snapshots: 2, damaged: [], missing: [] });
  });

  it('calls nothing garbage while a manifest is damaged', async () => {
    const { vault, blobs, index } = await withTwo();
    await blobs.put(`manifests/${FIRST}`, Buffer.from('not a manifest'));
    await expect(collect(vault, index)).rejects.toSatisfy((error) => isProblem(error, 'object-damaged'));
  });

  it('waits for the runs that may still need what it condemned, and a later one deletes it', async () => {
    const { vault, blobs, index } = await withTwo();
    const run = index.startRun();
    expect(await collect(vault, index, { retired: [FIRST] })).toMatchObject({ deleted: 0, isWaiting: true });
    // The run takes over what was condemned: it is live again, and stays.
    await takeSnapshot(vault, run, THIRD, content('a'));
    run.end();
    const report = await collect(vault, index);
    expect(report.isWaiting).toBe(false);
    expect(await verifyVault(vault)).toMatchObject({ snapshots: 2, damaged: [], missing: [], surplus: [] });
    expect(index.rows.size).toBe((await keysOf(blobs, 'chunks/')).length);
  });

  it('removes what a run that failed has left, once it has ended', async () => {
    const { vault, blobs, index } = await withTwo();
    const before = await keysOf(blobs);
    const run = index.startRun();
    const writer = vault.writeSnapshot(snapshotHeader(THIRD), run);
    const open = writer.openCollection(collection('shop', 'new'));
    for (const part of runsOf(documents(40, 90_000, 'new'))) await open.write(part);
    await open.close();
    await writer.abort();
    run.end();
    expect((await keysOf(blobs)).length).toBeGreaterThan(before.length);
    await collect(vault, index, { completed: async () => [FIRST, SECOND] });
    expect(await keysOf(blobs)).toEqual(before);
  });

  it('leaves alone what is not the vault’s', async () => {
    const { vault, blobs, index } = await withTwo();
    await blobs.put('notes.txt', Buffer.from('mine'));
    expect((await planCollection(vault, index)).plan.strangers).toEqual(['notes.txt']);
    await collect(vault, index);
    expect(await keysOf(blobs)).toContain('notes.txt');
  });

  it('works again from an index that was rebuilt from the vault', async () => {
    const { vault, index } = await withTwo();
    const rebuilt = new MemoryChunkIndex();
    await rebuildIndex(vault, rebuilt);
    expect([...rebuilt.rows.keys()].sort()).toEqual([...index.rows.keys()].sort());
    expect(await collect(vault, rebuilt, { completed: async () => [FIRST, SECOND] })).toMatchObject({ condemned: 0, deleted: 0 });
  });
});
