import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isProblem } from '../../src/errors.ts';
import { objectKind } from '../../src/vault/object-keys.ts';
import { openVault, type Vault } from '../../src/vault/vault.ts';
import { verifyVault } from '../../src/vault/verify.ts';
import { LONG, reportFaults } from '../kit/long-form.ts';
import { MemoryChunkIndex } from '../kit/memory-chunk-index.ts';
import {
  collection,
  documents,
  gather,
  INSTALLATION,
  keysOf,
  MASTER_KEY,
  newVault,
  readCollection,
  snapshotId,
  takeSnapshot,
} from '../kit/vaults.ts';

/** Every so many bytes one bit is flipped (P2). */
const STRIDE = LONG ? 1 : 97;

/** Small, with a list of chunks in a segment: each kind of object is there. */
const CONTENT = [{ collection: collection('shop', 'orders'), documents: documents(40, 500, 'orders') }];

async function vaultWithTwo(encryption: boolean) {
  const made = await newVault({ encryption });
  made.vault.access.segmentLimits = { inline: 0, entries: 9, textBytes: 1 << 20 };
  const index = new MemoryChunkIndex();
  await takeSnapshot(made.vault, index.startRun(), snapshotId(1), CONTENT);
  const keys = await keysOf(made.blobs);
  await takeSnapshot(made.vault, index.startRun(), snapshotId(2), [{ ...CONTENT[0]!, documents: documents(5, 500, 'others') }]);
  const open = () => openVault({ blobs: made.blobs, masterKey: MASTER_KEY, installationId: INSTALLATION, encryption });
  return { ...made, keys, open };
}

/** What a restore and a download of the snapshot do with the vault. */
async function uses(vault: Vault): Promise<string[]> {
  const archive = async () => {
    const { size, read } = await (await vault.readSnapshot(snapshotId(1))).archive({ folder: 'shop' });
    await gather(read(0, size));
  };
  const outcomes = await Promise.allSettled([readCollection(vault, snapshotId(1), 0), archive()]);
  return outcomes.map((outcome) =>
    outcome.status === 'rejected' && isProblem(outcome.reason, 'object-damaged') ? 'refused' : outcome.status,
  );
}

describe.each([true, false])(`a bit flipped at each ${STRIDE}th byte of each kind of object (encryption: %s)`, (encryption) => {
  it('is found by verify, refused by whoever restores or downloads, and harms no other snapshot', async () => {
    const { vault, folder, keys, open } = await vaultWithTwo(encryption);
    expect(new Set(keys.map(objectKind))).toEqual(new Set(['header', 'manifest', 'segment', 'chunk']));
    let flips = 0;
    for (const key of keys) {
      const file = join(folder, key);
      const bytes = await readFile(file);
      for (let offset = 0; offset < bytes.length; offset += STRIDE) {
        const flipped = Buffer.from(bytes);
        flipped[offset]! ^= 1 << (offset % 8);
        await writeFile(file, flipped);
        flips += 1;
        const at = `${key} at ${offset}`;
        expect((await verifyVault(vault)).damaged, at).toMatchObject([{ object: key }]);
        if (key === 'header')
          await expect(open(), at).rejects.toSatisfy((error) =>
            isProblem(error, 'object-damaged', 'wrong-master-key', 'vault-format-unknown'),
          );
        else expect(await uses(vault), at).toEqual(['refused', 'refused']);
      }
      expect(await readCollection(vault, snapshotId(2), 0)).toHaveLength(2500);
      await writeFile(file, bytes);
    }
    expect(flips).toBeGreaterThan(200);
    reportFaults(`bits flipped in the vault (encryption: ${encryption})`, { injected: flips });
    expect(await verifyVault(vault)).toMatchObject({ damaged: [], missing: [] });
  });
});
