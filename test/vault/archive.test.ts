import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isProblem } from '../../src/errors.ts';
import { fileStem } from '../../src/vault/dump-layout.ts';
import type { RootCollection } from '../../src/vault/manifest.ts';
import { chunkEntries } from '../../src/vault/segments.ts';
import type { Vault } from '../../src/vault/vault.ts';
import { MemoryChunkIndex } from '../kit/memory-chunk-index.ts';
import { type Content, collection, documents, gather, newVault, snapshotId, takeSnapshot, temporaryFolder } from '../kit/vaults.ts';

const SMALL_SEGMENTS = { inline: 1, entries: 2, textBytes: 1 << 20 };

/** A vault whose chunk lists are cut into many segments. */
async function segmentedVault(encryption: boolean): Promise<{ vault: Vault; folder: string }> {
  const { vault, folder } = await newVault({ encryption });
  Object.defineProperty(vault, 'access', { value: { ...vault.access, segmentLimits: SMALL_SEGMENTS } });
  return { vault, folder };
}

const name = fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 80 }).filter((text) => !text.includes('\0')),
  fc.constantFrom('a/b', '../../etc/passwd', 'x'.repeat(240), '🙂'.repeat(60), 'new\nline', '..', 'orders.bson'),
);
const content = fc
  .uniqueArray(fc.record({ name, count: fc.integer({ min: 0, max: 12 }), size: fc.constantFrom(37, 500, 90_000, 700_000) }), {
    selector: (one) => one.name.toWellFormed(),
    maxLength: 4,
  })
  .map((all) =>
    all.map((one): Content => ({ collection: collection('shop', one.name), documents: documents(one.count, one.size, one.name) })),
  );

describe('the archive of a snapshot', () => {
  it.each([true, false])(
    'has the promised size, every range of it is the slice, and GNU tar unpacks it (encrypted: %s)',
    async (encryption) => {
      const { vault } = await segmentedVault(encryption);
      const index = new MemoryChunkIndex();
      let next = 1;
      await fc.assert(
        fc.asyncProperty(
          content,
          fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(3_000_000)), { maxLength: 6 }),
          async (all, ranges) => {
            const id = snapshotId(next++);
            await takeSnapshot(vault, index.startRun(), id, all);
            const archive = await (await vault.readSnapshot(id)).archive({ folder: 'dump' });
            const whole = await gather(archive.read(0, archive.size));
            expect(whole.length).toBe(archive.size);
            for (const [share, length] of ranges) {
              const start = Math.floor(share * archive.size);
              const range = await gather(archive.read(start, start + length));
              expect(range.equals(whole.subarray(start, start + length))).toBe(true);
            }
            await expectUnpacked(whole, all);
          },
        ),
        { numRuns: 6 },
      );
    },
  );

  async function expectUnpacked(whole: Buffer, all: Content[]): Promise<void> {
    const folder = await temporaryFolder();
    execFileSync('tar', ['xzf', '-', '-C', folder], { input: whole });
    for (const { collection: about, documents: parts } of all) {
      // Not joined: the name `..` is a file called `...bson`.
      const path = `${folder}/dump/shop/${fileStem(about.name)}`;
      expect((await readFile(`${path}.bson`)).equals(Buffer.concat(parts))).toBe(true);
      expect(JSON.parse(await readFile(`${path}.metadata.json`, 'utf8')).collectionName).toBe(about.name.toWellFormed());
    }
  }

  const orders: Content[] = [{ collection: collection('shop', 'orders'), documents: documents(30, 100_000) }];

  it('is cut at single bytes without a difference', async () => {
    const { vault } = await segmentedVault(true);
    await takeSnapshot(vault, new MemoryChunkIndex().startRun(), snapshotId(1), [{ ...orders[0]!, documents: documents(2, 200) }]);
    const archive = await (await vault.readSnapshot(snapshotId(1))).archive({ folder: 'dump' });
    const whole = await gather(archive.read(0, archive.size));
    const bytes: Buffer[] = [];
    for (let at = 0; at < archive.size; at += 97) bytes.push(await gather(archive.read(at, at + 97)));
    expect(Buffer.concat(bytes).equals(whole)).toBe(true);
    expect(gunzipSync(whole).length % 512).toBe(0);
    for (const [start, end] of [
      [0, 0],
      [5, 5],
      [archive.size, archive.size + 9],
      [archive.size - 1, archive.size + 9],
      [9, 3],
    ]) {
      expect((await gather(archive.read(start!, end!))).equals(whole.subarray(start, Math.max(start!, end!)))).toBe(true);
    }
  });

  it('has an ETag that stays for the same snapshot and changes with the folder and the snapshot', async () => {
    const { vault } = await segmentedVault(true);
    const index = new MemoryChunkIndex();
    await takeSnapshot(vault, index.startRun(), snapshotId(1), orders);
    await takeSnapshot(vault, index.startRun(), snapshotId(2), orders);
    const etagOf = async (id: string, folder: string) => (await (await vault.readSnapshot(id)).archive({ folder })).etag;
    const etags = [await etagOf(snapshotId(1), 'dump'), await etagOf(snapshotId(1), 'other'), await etagOf(snapshotId(2), 'dump')];
    expect(new Set(etags).size).toBe(3);
    expect(await etagOf(snapshotId(1), 'dump')).toBe(etags[0]);
  });

  it('gives nothing of a chunk that was changed, and everything before it', async () => {
    const { vault, folder } = await segmentedVault(true);
    await takeSnapshot(vault, new MemoryChunkIndex().startRun(), snapshotId(1), orders);
    const reader = await vault.readSnapshot(snapshotId(1));
    const archive = await reader.archive({ folder: 'dump' });
    const whole = await gather(archive.read(0, archive.size));
    const object = await lastChunk(vault, reader.root.collections[0]!);
    const stored = await readFile(join(folder, object));
    stored[stored.length >> 1]! ^= 1;
    await writeFile(join(folder, object), stored);
    const got: Buffer[] = [];
    const reading = (async () => {
      for await (const bytes of archive.read(0, archive.size)) got.push(bytes);
    })();
    await expect(reading).rejects.toSatisfy((error) => isProblem(error, 'object-damaged') && error.parameters[0] === object);
    const before = Buffer.concat(got);
    expect(before.length).toBeGreaterThan(0);
    expect(sha256(before)).toBe(sha256(whole.subarray(0, before.length)));
  });
});

async function lastChunk(vault: Vault, about: RootCollection): Promise<string> {
  let last = '';
  for await (const { object } of chunkEntries(vault.access, about)) last = object;
  return last;
}

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
