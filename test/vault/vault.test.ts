import * as files from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isProblem, type ProblemCode } from '../../src/errors.ts';
import { DiskBlobs } from '../../src/vault/disk-blobs.ts';
import { encodeHeader, readHeader } from '../../src/vault/header.ts';
import { openVault } from '../../src/vault/vault.ts';
import { MemoryChunkIndex } from '../kit/memory-chunk-index.ts';
import {
  collection,
  documents,
  INSTALLATION,
  MASTER_KEY,
  newVault,
  readCollection,
  snapshotHeader,
  snapshotId,
  takeSnapshot,
  temporaryFolder,
} from '../kit/vaults.ts';

const problem = (code: ProblemCode) => (error: unknown) => isProblem(error, code);
const CONTENT = [{ collection: collection('shop', 'orders'), documents: documents(50, 1000) }];

async function reopen(folder: string, more: { masterKey?: Buffer; installationId?: string; mayCreate?: boolean } = {}) {
  return openVault({
    blobs: await DiskBlobs.open(folder),
    masterKey: MASTER_KEY,
    installationId: INSTALLATION,
    encryption: false,
    ...more,
  });
}

describe('openVault', () => {
  it('makes a vault once, and keeps its encryption afterwards whatever is asked', async () => {
    const { vault, folder } = await newVault({ encryption: true });
    const again = await reopen(folder);
    expect([again.id, again.encrypted, again.owner]).toEqual([vault.id, true, INSTALLATION]);
  });

  it('gives processes that make it at once one and the same vault', async () => {
    const folder = await temporaryFolder();
    const vaults = await Promise.all(Array.from({ length: 8 }, () => newVault({ folder })));
    expect(new Set(vaults.map(({ vault }) => vault.id)).size).toBe(1);
  });

  it.each([true, false])('refuses another master key (encryption: %s)', async (encryption) => {
    const { folder } = await newVault({ encryption });
    await expect(reopen(folder, { masterKey: Buffer.alloc(32, 8) })).rejects.toSatisfy(problem('wrong-master-key'));
  });

  it('refuses a format it does not know', async () => {
    const { folder, blobs } = await newVault();
    await blobs.put('header', encodeHeader({ ...(await readHeader(blobs)), format: 2 }));
    await expect(reopen(folder)).rejects.toSatisfy(problem('vault-format-unknown'));
  });

  it('notices every flipped bit of the header', async () => {
    const { folder } = await newVault();
    const path = join(folder, 'header');
    const whole = await files.readFile(path);
    for (let offset = 0; offset < whole.length; offset += 1) {
      const flipped = Buffer.from(whole);
      flipped[offset]! ^= 1 << (offset % 8);
      await files.writeFile(path, flipped);
      await expect(reopen(folder), `offset ${offset}`).rejects.toSatisfy(problem('object-damaged'));
    }
    for (const damaged of [Buffer.alloc(0), whole.subarray(0, 100), Buffer.concat([whole, Buffer.from('\n')])]) {
      await files.writeFile(path, damaged);
      await expect(reopen(folder)).rejects.toSatisfy(problem('object-damaged'));
    }
  });

  it('notices a header that was changed by someone without the key, checksum and all', async () => {
    const { folder, blobs } = await newVault({ encryption: true });
    const header = await readHeader(blobs);
    for (const change of [{ encryption: 'none' as const }, { installationId: 'mallory' }]) {
      await blobs.put('header', encodeHeader({ ...header, ...change }));
      await expect(reopen(folder)).rejects.toSatisfy(problem('object-damaged'));
    }
  });

  it('makes no new vault where objects are without a header, nor where a vault is known to be', async () => {
    const { vault, folder } = await newVault();
    await takeSnapshot(vault, new MemoryChunkIndex().startRun(), snapshotId(1), CONTENT);
    await files.unlink(join(folder, 'header'));
    await expect(reopen(folder)).rejects.toSatisfy(problem('object-missing'));
    await expect(reopen(await temporaryFolder(), { mayCreate: false })).rejects.toMatchObject({
      code: 'object-missing',
      hint: expect.stringContaining('mounted'),
    });
  });
});

describe('a vault of another installation', () => {
  it('is read, but neither written nor cleaned, until it is adopted', async () => {
    const { vault, folder } = await newVault();
    const index = new MemoryChunkIndex();
    await takeSnapshot(vault, index.startRun(), snapshotId(1), CONTENT);
    const other = await reopen(folder, { installationId: 'installation-2' });
    expect(await readCollection(other, snapshotId(1), 0)).toEqual(Buffer.concat(CONTENT[0]!.documents));
    expect(() => other.writeSnapshot(snapshotHeader(snapshotId(2)), index.startRun())).toThrow(expect.toSatisfy(problem('vault-foreign')));
    await expect(other.deleteSnapshot(snapshotId(1))).rejects.toSatisfy(problem('vault-foreign'));
    await expect(other.rotateMasterKey(Buffer.alloc(32, 9))).rejects.toSatisfy(problem('vault-foreign'));

    // The first owner is in the middle of a snapshot when the other one adopts: it must not finish.
    const writer = vault.writeSnapshot(snapshotHeader(snapshotId(3)), index.startRun());
    await other.adopt();
    await expect(writer.finish({ finishedAt: new Date(0), consistency: 'quiesced' })).rejects.toSatisfy(problem('vault-foreign'));
    await expect(vault.deleteSnapshot(snapshotId(1))).rejects.toSatisfy(problem('vault-foreign'));
    await takeSnapshot(other, index.startRun(), snapshotId(2), CONTENT);
    expect(await other.hasSnapshot(snapshotId(2))).toBe(true);
  });
});

describe('rotateMasterKey', () => {
  it('changes the header and no other object; the new key opens the vault, the old one does not', async () => {
    const { vault, folder, blobs } = await newVault({ encryption: true });
    await takeSnapshot(vault, new MemoryChunkIndex().startRun(), snapshotId(1), CONTENT);
    const before = await contents(blobs);
    const newKey = Buffer.alloc(32, 9);
    await vault.rotateMasterKey(newKey);
    const after = await contents(blobs);
    expect([...after.keys()].filter((key) => after.get(key) !== before.get(key))).toEqual(['header']);
    await expect(reopen(folder)).rejects.toSatisfy(problem('wrong-master-key'));
    const reopened = await reopen(folder, { masterKey: newKey });
    expect(await readCollection(reopened, snapshotId(1), 0)).toEqual(Buffer.concat(CONTENT[0]!.documents));
  });
});

describe('deleteSnapshot', () => {
  it('removes the manifest and its segments, and leaves chunks and other snapshots', async () => {
    const { vault, blobs } = await newVault();
    const index = new MemoryChunkIndex();
    vault.access.segmentLimits = { inline: 0, entries: 2, textBytes: 1e6 };
    for (const number of [1, 2]) await takeSnapshot(vault, index.startRun(), snapshotId(number), CONTENT);
    await vault.deleteSnapshot(snapshotId(1));
    await vault.deleteSnapshot(snapshotId(1));
    const keys = [...(await contents(blobs)).keys()].map((key) => key.replace(/-.*/, '')).sort();
    expect(keys.map((key) => key.split('/')[0])).toEqual(['chunks', 'header', 'manifests', 'segments']);
    expect(await readCollection(vault, snapshotId(2), 0)).toEqual(Buffer.concat(CONTENT[0]!.documents));
    const listed: string[] = [];
    for await (const id of vault.listSnapshots()) listed.push(id);
    expect(listed).toEqual([snapshotId(2)]);
  });
});

async function contents(blobs: DiskBlobs): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for await (const { key } of blobs.list('')) found.set(key, (await blobs.get(key)).toString('base64'));
  return found;
}
