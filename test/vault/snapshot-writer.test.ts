import { gunzipSync, gzipSync } from 'node:zlib';
import { ObjectId, serialize } from 'bson';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findElement } from '../../src/bson/documents.ts';
import { isProblem, Problem, type ProblemCode } from '../../src/errors.ts';
import type { BlobStore } from '../../src/vault/blob-store.ts';
import type { ChunkIndex } from '../../src/vault/chunk-index.ts';
import { planCollection, sweepGarbage } from '../../src/vault/gc-sweep.ts';
import { memberOfLength } from '../../src/vault/gzip.ts';
import { chunkEntries } from '../../src/vault/segments.ts';
import { SnapshotWriter } from '../../src/vault/snapshot-writer.ts';
import { openVault, type Vault } from '../../src/vault/vault.ts';
import { verifyVault } from '../../src/vault/verify.ts';
import { MemoryChunkIndex } from '../kit/memory-chunk-index.ts';
import {
  collection,
  document,
  documents,
  FINISHED_AT,
  INSTALLATION,
  keysOf,
  MASTER_KEY,
  newVault,
  noise,
  readCollection,
  runsOf,
  snapshotHeader,
  snapshotId,
  takeSnapshot,
} from '../kit/vaults.ts';

const problem = (code: ProblemCode) => (error: unknown) => isProblem(error, code);
const DONE = { finishedAt: FINISHED_AT, consistency: 'quiesced' };

/** The store, with some of its methods replaced. */
function altered(blobs: BlobStore, changes: Partial<BlobStore>): BlobStore {
  return new Proxy(blobs, {
    get: (target, name) => {
      const value = name in changes ? changes[name as keyof BlobStore] : target[name as keyof BlobStore];
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

function opened(blobs: BlobStore): Promise<Vault> {
  return openVault({ blobs, masterKey: MASTER_KEY, installationId: INSTALLATION, encryption: true });
}

describe('a snapshot', () => {
  it.each([true, false])('gives back every byte of every collection (encryption: %s)', async (encryption) => {
    const { vault } = await newVault({ encryption });
    const index = new MemoryChunkIndex();
    let number = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(fc.integer({ min: 37, max: 150_000 }), { maxLength: 30 }), { maxLength: 4 }), async (lists) => {
        number += 1;
        const content = lists.map((sizes, c) => ({
          collection: collection('shop', `c${c}`),
          documents: sizes.map((size, n) => document(n, size, `${number} ${c}`)),
        }));
        const totals = await takeSnapshot(vault, index.startRun(), snapshotId(number), content);
        expect(totals.documents).toBe(lists.flat().length);
        for (const c of lists.keys())
          expect((await readCollection(vault, snapshotId(number), c)).equals(Buffer.concat(content[c]!.documents))).toBe(true);
      }),
      { numRuns: 12 },
    );
  });

  it('says in its root what was written, and of the whole what it sums to', async () => {
    const { vault } = await newVault();
    const shop = documents(40, 100_000);
    const digest = vault.newDigest();
    digest.add(Buffer.concat(shop));
    const content = [
      { collection: collection('shop', 'orders', { uuid: 'ab'.repeat(16), options: '{"capped":true}' }), documents: shop },
      { collection: collection('shop', 'all', { kind: 'view', indexes: [] }), documents: [] },
    ];
    const { finishedAt, consistency, mongodbVersion, ...totals } = await takeSnapshot(
      vault,
      new MemoryChunkIndex().startRun(),
      snapshotId(1),
      content,
    );
    const { root } = await vault.readSnapshot(snapshotId(1));
    expect(root).toMatchObject({
      snapshotId: snapshotId(1),
      clusterName: 'Shop',
      startedAt: '2026-01-02T03:04:05.000Z',
      finishedAt: finishedAt.toISOString(),
      ...{ consistency, mongodbVersion },
      totals,
    });
    expect(root.collections.map((c) => [c.database, c.name, c.kind, c.options])).toEqual([
      ['shop', 'orders', 'collection', '{"capped":true}'],
      ['shop', 'all', 'view', '{}'],
    ]);
    expect(root.collections[0]!.totals.digest).toEqual(digest.value());
    expect(root.collections[1]!.totals).toMatchObject({ chunks: 0, documents: 0, bytes: 0 });
    expect(totals).toMatchObject({ collections: 2, documents: 40, logicalBytes: 4_000_000 });
    expect(totals.newBytes).toBe(totals.storedBytes);
  });

  it('stores nothing twice: neither from snapshot to snapshot nor within one', async () => {
    const { vault, blobs } = await newVault();
    const index = new MemoryChunkIndex();
    const shop = documents(60, 100_000);
    await takeSnapshot(vault, index.startRun(), snapshotId(1), [{ collection: collection('shop', 'orders'), documents: shop }]);
    const chunks = await keysOf(blobs, 'chunks/');
    const totals = await takeSnapshot(vault, index.startRun(), snapshotId(2), [
      { collection: collection('shop', 'orders'), documents: shop },
      { collection: collection('shop', 'copy'), documents: shop },
    ]);
    expect(totals.newBytes).toBe(0);
    expect(await keysOf(blobs, 'chunks/')).toEqual(chunks);
    expect((await readCollection(vault, snapshotId(2), 1)).equals(Buffer.concat(shop))).toBe(true);
    expect((await verifyVault(vault)).damaged).toEqual([]);
  });

  it('stores two equal collections that are written at once only once', async () => {
    const { vault, blobs } = await newVault();
    const writer = vault.writeSnapshot(snapshotHeader(snapshotId(1)), new MemoryChunkIndex().startRun());
    const parts = documents(40, 100_000);
    const [a, b] = [writer.openCollection(collection('x', 'a')), writer.openCollection(collection('x', 'b'))];
    for (const run of runsOf(parts, 10)) await Promise.all([a.write(run), b.write(run)]);
    const [totals] = await Promise.all([a.close(), b.close()]);
    expect((await writer.finish(DONE)).documents).toBe(80);
    expect(await keysOf(blobs, 'chunks/')).toHaveLength(totals.chunks);
  });

  it('agrees with a writer that stores the same chunks at the same time on one object for each', async () => {
    const { vault, blobs } = await newVault();
    const index = new MemoryChunkIndex();
    const content = [{ collection: collection('shop', 'orders'), documents: documents(60, 100_000) }];
    const totals = await Promise.all([1, 2, 3].map((n) => takeSnapshot(vault, index.startRun(), snapshotId(n), content)));
    expect(totals.reduce((sum, { newBytes }) => sum + newBytes, 0)).toBe(totals[0]!.storedBytes);
    const report = await verifyVault(vault);
    expect(report).toMatchObject({ snapshots: 3, damaged: [], missing: [], surplus: [] });
    expect(await keysOf(blobs, 'chunks/')).toHaveLength(index.rows.size);
  });

  it('keeps a long chunk list in segments, and its first and last _id where documents were read by _id', async () => {
    const { vault, blobs } = await newVault();
    const access = { ...vault.access, segmentLimits: { inline: 1, entries: 3, textBytes: 1e6 } };
    const writer = new SnapshotWriter(access, snapshotHeader(snapshotId(1)), new MemoryChunkIndex().startRun());
    const ids = Array.from({ length: 8 }, (_, n) => new ObjectId(noise(n, 12)));
    const big = ids.map((_id, n) => Buffer.from(serialize({ _id, p: noise(`p ${n}`, 1_100_000) })));
    const longId = Buffer.from(serialize({ _id: 'x'.repeat(2000), p: noise('long', 1_100_000) }));
    for (const [name, readOrder] of [
      ['byId', 'id'],
      ['natural', 'natural'],
    ] as const) {
      const open = writer.openCollection(collection('x', name, { readOrder }));
      for (const bytes of [...big, longId]) await open.write({ bytes, documents: 1 });
      await open.close();
    }
    await writer.finish(DONE);
    const { root } = await vault.readSnapshot(snapshotId(1));
    expect(root.collections.map((c) => [c.entries.length, c.segments.map((s) => s.entries)])).toEqual([
      [0, [3, 3, 3]],
      [0, [3, 3, 3]],
    ]);
    expect(await keysOf(blobs, 'segments/')).toHaveLength(6);
    const found: (string | undefined)[] = [];
    for await (const entry of chunkEntries(vault.access, root.collections[0]!)) found.push(entry.firstId);
    expect(found).toEqual([...ids.map((id) => Buffer.concat([Buffer.from([7]), Buffer.from(id.id)]).toString('base64')), undefined]);
    expect(findElement(big[0]!, 0, '_id')!.type).toBe(7);
    for await (const entry of chunkEntries(vault.access, root.collections[1]!)) expect(entry).not.toHaveProperty('firstId');
    expect((await readCollection(vault, snapshotId(1), 0)).equals(Buffer.concat([...big, longId]))).toBe(true);
    expect(await verifyVault(vault)).toMatchObject({ damaged: [], missing: [], surplus: [] });
  });

  it('does not exist before finish has returned, nor after abort', async () => {
    const { vault, blobs } = await newVault();
    const index = new MemoryChunkIndex();
    const writer = vault.writeSnapshot(snapshotHeader(snapshotId(1)), index.startRun());
    const open = writer.openCollection(collection('x', 'a'));
    for (const run of runsOf(documents(40, 100_000))) await open.write(run);
    await open.close();
    expect(await vault.hasSnapshot(snapshotId(1))).toBe(false);
    await writer.abort();
    await expect(writer.finish(DONE)).rejects.toSatisfy(problem('cancelled'));
    await expect(open.write({ bytes: document(1, 100), documents: 1 })).rejects.toSatisfy(problem('cancelled'));
    expect(await keysOf(blobs, 'manifests/')).toEqual([]);
  });

  it('writes chunks, makes them durable, then segments, then the root (M2)', async () => {
    const { blobs } = await newVault();
    const steps: string[] = [];
    const note = (step: string, key: string) => {
      const line = `${step} ${key.split('/')[0]}`;
      if (steps.at(-1) !== line) steps.push(line);
    };
    const vault = await opened(
      altered(blobs, {
        put: async (key, body) => {
          note('put', key);
          await blobs.put(key, body);
        },
        create: async (key, body) => {
          note('create', key);
          return blobs.create(key, body);
        },
        sync: async (keys) => {
          for (const key of keys) note('sync', key);
          await blobs.sync(keys);
        },
      }),
    );
    vault.access.segmentLimits = { inline: 0, entries: 100, textBytes: 1e6 };
    const index = new MemoryChunkIndex();
    const content = [{ collection: collection('shop', 'orders'), documents: documents(30, 100_000) }];
    await takeSnapshot(vault, index.startRun(), snapshotId(1), content);
    expect(steps).toEqual(['put chunks', 'put segments', 'sync chunks', 'sync segments', 'create manifests', 'sync manifests']);
    steps.length = 0;
    // Chunks that another run wrote: they too are made durable before the root.
    await takeSnapshot(vault, index.startRun(), snapshotId(2), content);
    expect(steps).toEqual(['put segments', 'sync chunks', 'sync segments', 'create manifests', 'sync manifests']);
  });
});

describe('a snapshot that cannot be written', () => {
  it.each(['store-full', 'store-unavailable'] as const)(
    'fails with %s, from write or close and from finish, and the next one works',
    async (code) => {
      const { blobs, vault: healthy } = await newVault();
      let puts = 0;
      const vault = await opened(
        altered(blobs, {
          put: async (key, body) => {
            puts += 1;
            if (puts === 3) throw new Problem(code, ['made up by the test']);
            await blobs.put(key, body);
          },
        }),
      );
      const index = new MemoryChunkIndex();
      const writer = vault.writeSnapshot(snapshotHeader(snapshotId(1)), index.startRun());
      const open = writer.openCollection(collection('x', 'a'));
      const parts = documents(200, 100_000);
      const writing = (async () => {
        for (const run of runsOf(parts, 10)) await open.write(run);
        await open.close();
      })();
      await expect(writing).rejects.toSatisfy(problem(code));
      await writer.abort();
      expect(await healthy.hasSnapshot(snapshotId(1))).toBe(false);
      await takeSnapshot(healthy, index.startRun(), snapshotId(1), [{ collection: collection('x', 'a'), documents: parts }]);
      expect(await verifyVault(healthy)).toMatchObject({ damaged: [], missing: [] });
    },
  );

  it.each(['claim', 'record'] as const)('fails with what the index throws from %s', async (method) => {
    const { vault } = await newVault();
    const index: ChunkIndex = {
      ...new MemoryChunkIndex().startRun(),
      [method]: async () => {
        throw new Error('connection lost');
      },
    };
    await expect(
      takeSnapshot(vault, index, snapshotId(1), [{ collection: collection('x', 'a'), documents: documents(3, 100) }]),
    ).rejects.toThrow('connection lost');
    expect(await vault.hasSnapshot(snapshotId(1))).toBe(false);
  });

  it('fails on bytes that are no documents', async () => {
    const { vault } = await newVault();
    const writer = vault.writeSnapshot(snapshotHeader(snapshotId(1)), new MemoryChunkIndex().startRun());
    const open = writer.openCollection(collection('x', 'a'));
    await expect(open.write({ bytes: Buffer.from('no documents at all'), documents: 1 })).rejects.toThrow('Malformed BSON');
  });

  it.each([
    ['..', 'a'],
    ['a/b', 'a'],
    ['a.b', 'a'],
    ['', 'a'],
    ['x'.repeat(64), 'a'],
    ['a', ''],
    ['a', 'b\0c'],
  ])('refuses the namespace %j %j, which no dump could hold', async (database, name) => {
    const { vault } = await newVault();
    const writer = vault.writeSnapshot(snapshotHeader(snapshotId(1)), new MemoryChunkIndex().startRun());
    expect(() => writer.openCollection(collection(database, name))).toThrow(expect.toSatisfy(problem('invalid-value')));
  });
});

describe('a snapshot that is attempted twice', () => {
  const content = [{ collection: collection('x', 'a'), documents: documents(30, 100_000) }];

  it('keeps the root of the attempt that finished first, and both answer its totals (M4)', async () => {
    const { vault } = await newVault();
    const index = new MemoryChunkIndex();
    const first = await takeSnapshot(vault, index.startRun(), snapshotId(1), content);
    const second = await takeSnapshot(vault, index.startRun(), snapshotId(1), [
      { collection: collection('x', 'a'), documents: documents(5, 100, 'other') },
    ]);
    expect(second).toEqual(first);
    expect((await readCollection(vault, snapshotId(1), 0)).equals(Buffer.concat(content[0]!.documents))).toBe(true);
  });

  it('leaves no root by a run that was given up as lost, before or just after it wrote it (G4)', async () => {
    const { blobs, vault } = await newVault();
    const index = new MemoryChunkIndex();
    const early = index.startRun();
    early.lose();
    await expect(takeSnapshot(vault, early, snapshotId(1), content)).rejects.toThrow('given up as lost');
    const late = index.startRun();
    const slow = await opened(
      altered(blobs, {
        create: async (key, body) => {
          late.lose();
          return blobs.create(key, body);
        },
      }),
    );
    await expect(takeSnapshot(slow, late, snapshotId(1), content)).rejects.toThrow('given up as lost');
    expect(await vault.hasSnapshot(snapshotId(1))).toBe(false);
  });

  it.each([
    ['while its chunks are still there', false],
    ['after garbage collection has taken its chunks', true],
  ])(
    'stands, and stays, where an attempt that was stopped writes its root %s, under the eyes of its successor (P1, M4, G4)',
    async (_, isCollected) => {
      const { blobs, vault } = await newVault();
      const index = new MemoryChunkIndex();
      const stopped = { ...index.startRun(), isSuperseded: async () => true };
      const slow = await opened(
        altered(blobs, {
          create: async (key, body) => {
            stopped.lose();
            if (isCollected) await sweepGarbage(vault, index, await planCollection(vault, index));
            if (isCollected) await sweepGarbage(vault, index, await planCollection(vault, index));
            await blobs.create(key, body);
            await takeSnapshot(vault, index.startRun(), snapshotId(1), content);
            return true;
          },
        }),
      );
      await expect(takeSnapshot(slow, stopped, snapshotId(1), content)).rejects.toThrow('given up as lost');
      expect(await verifyVault(vault)).toMatchObject({ snapshots: 1, damaged: [], missing: [] });
      expect((await readCollection(vault, snapshotId(1), 0)).equals(Buffer.concat(content[0]!.documents))).toBe(true);
    },
  );
});

describe.each([true, false])('a chunk whose object is damaged or missing (encryption: %s)', (encryption) => {
  const content = [{ collection: collection('x', 'a'), documents: documents(5, 100_000) }];
  const whole = { damaged: [], missing: [], surplus: [] };

  async function damagedVault(damage: (bytes: Buffer) => Buffer | null) {
    const made = await newVault({ encryption });
    const index = new MemoryChunkIndex();
    await takeSnapshot(made.vault, index.startRun(), snapshotId(1), content);
    const [chunk] = await keysOf(made.blobs, 'chunks/');
    const before = await made.blobs.get(chunk!);
    const after = damage(Buffer.from(before));
    if (after) await made.blobs.put(chunk!, after);
    else await made.blobs.delete(chunk!);
    return { ...made, index, chunk: chunk! };
  }

  const flipped = (bytes: Buffer) => {
    bytes[bytes.length >> 1]! ^= 1;
    return bytes;
  };

  it.each([
    ['removed', () => null],
    ['cut short', (bytes: Buffer) => bytes.subarray(1)],
  ])('is written anew when it was %s, so that every snapshot that has it is whole (C3, C4)', async (_, damage) => {
    const { vault, index } = await damagedVault(damage);
    const totals = await takeSnapshot(vault, index.startRun(), snapshotId(2), content);
    expect(totals.newBytes).toBe(totals.storedBytes);
    expect(await verifyVault(vault)).toMatchObject({ snapshots: 2, ...whole });
  });

  it('is written anew once somebody has found it, and is then shared again (C4)', async () => {
    const { vault, index, chunk, blobs } = await damagedVault(flipped);
    const { damaged } = await verifyVault(vault);
    expect(damaged.map(({ object }) => object)).toEqual([chunk]);
    index.markDamaged([chunk]);
    const totals = await takeSnapshot(vault, index.startRun(), snapshotId(2), content);
    expect(totals.newBytes).toBe(totals.storedBytes);
    expect(await keysOf(blobs, 'chunks/')).toEqual([chunk]);
    expect(await verifyVault(vault)).toMatchObject({ snapshots: 2, ...whole });
    for (const id of [snapshotId(1), snapshotId(2)])
      expect((await readCollection(vault, id, 0)).equals(Buffer.concat(content[0]!.documents))).toBe(true);
    expect((await takeSnapshot(vault, index.startRun(), snapshotId(3), content)).newBytes).toBe(0);
  });

  it('is found by a snapshot that reads again what it takes over', async () => {
    const { vault, index } = await damagedVault(flipped);
    expect((await takeSnapshot(vault, index.startRun(), snapshotId(2), content, { rereads: true })).newBytes).toBeGreaterThan(0);
    expect(await verifyVault(vault)).toMatchObject({ snapshots: 2, ...whole });
    expect((await takeSnapshot(vault, index.startRun(), snapshotId(3), content, { rereads: true })).newBytes).toBe(0);
  });

  it('comes in a download of every snapshot that has it, with the size that was promised', async () => {
    const { vault, index, chunk } = await damagedVault(flipped);
    index.markDamaged([chunk]);
    await takeSnapshot(vault, index.startRun(), snapshotId(2), content);
    const archive = await (await vault.readSnapshot(snapshotId(1))).archive({ folder: 'x' });
    const parts: Buffer[] = [];
    for await (const part of archive.read(0, archive.size)) parts.push(part);
    expect(Buffer.concat(parts)).toHaveLength(archive.size);
    expect(gunzipSync(Buffer.concat(parts)).includes(content[0]!.documents[3]!)).toBe(true);
  });

  it('is not believed when it holds other documents', async () => {
    const { vault, blobs, index, chunk } = await damagedVault(flipped);
    index.markDamaged([chunk]);
    await takeSnapshot(vault, index.startRun(), snapshotId(2), content);
    const stored = await blobs.get(chunk);
    const others = Buffer.concat(content[0]!.documents).fill(0, 1000, 90_000);
    const member = await memberOfLength(others, gzipSync(others), stored.length - vault.access.seal.overhead);
    // Whoever has no key can put it into an unencrypted vault only.
    await blobs.put(chunk, encryption ? flipped(Buffer.from(stored)) : member!);
    expect((await verifyVault(vault)).damaged).toMatchObject([{ object: chunk, snapshots: [snapshotId(1), snapshotId(2)] }]);
    const archive = await (await vault.readSnapshot(snapshotId(1))).archive({ folder: 'x' });
    await expect(Array.fromAsync(archive.read(0, archive.size))).rejects.toSatisfy(problem('object-damaged'));
  });

  it('fails the snapshot where the index cannot enter it', async () => {
    const { vault, index } = await damagedVault(() => null);
    const { claim, record } = index.startRun();
    await expect(takeSnapshot(vault, { claim, record }, snapshotId(2), content)).rejects.toSatisfy(problem('object-missing'));
  });
});

describe('back-pressure', () => {
  it('holds the caller while the store is slow, so that what is in memory stays bounded', async () => {
    const { blobs } = await newVault();
    let release: () => void = () => {};
    const stalled = new Promise<void>((resolve) => {
      release = resolve;
    });
    const vault = await opened(
      altered(blobs, {
        put: async (key, body) => {
          await stalled;
          await blobs.put(key, body);
        },
      }),
    );
    const writer = vault.writeSnapshot(snapshotHeader(snapshotId(1)), new MemoryChunkIndex().startRun());
    const open = writer.openCollection(collection('x', 'a'));
    const parts = documents(40, 1_100_000);
    let taken = 0;
    const writing = (async () => {
      for (const part of parts) {
        await open.write({ bytes: part, documents: 1 });
        taken += part.length;
      }
      await open.close();
    })();
    let before = -1;
    while (before !== taken) {
      before = taken;
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
    expect(taken).toBeGreaterThan(10_000_000);
    expect(taken).toBeLessThan(32 * 1024 * 1024);
    release();
    await writing;
    expect((await writer.finish(DONE)).documents).toBe(parts.length);
  });
});
