import { expect, it } from 'vitest';
import { isProblem } from '../../src/errors.ts';
import { DiskBlobs } from '../../src/vault/disk-blobs.ts';
import { openVault } from '../../src/vault/vault.ts';
import { LONG, randomNumbers, reportFaults, SEED } from '../kit/long-form.ts';
import { MemoryChunkIndex } from '../kit/memory-chunk-index.ts';
import { StrictFiles } from '../kit/strict-files.ts';
import { collection, document, INSTALLATION, keysOf, MASTER_KEY, readCollection, snapshotId, takeSnapshot } from '../kit/vaults.ts';

/** What a store may answer that somebody writes into: whatever it is, a snapshot gives what was taken or a problem that says so, and nothing else (P2). */

const ANSWERS = LONG ? 100_000 : 1500;

/** Some of the bytes are others, or missing, or too many, or another object's. */
function hostile(bytes: Buffer, other: Buffer, random: (below: number) => number): Buffer {
  const changed = Buffer.from(bytes);
  switch (random(6)) {
    case 0:
      return changed.subarray(0, random(bytes.length));
    case 1:
      return Buffer.concat([changed, Buffer.alloc(1 + random(50), random(256))]);
    case 2:
      return Buffer.from(other);
    case 3:
      return Buffer.alloc(random(200), random(256));
    default:
      for (let n = random(4); n >= 0; n--) changed[random(bytes.length)]! ^= 1 + random(255);
      return changed;
  }
}

it.each([true, false])(
  `is believed in nothing over ${ANSWERS} answers (encryption: %s, seed ${SEED})`,
  { timeout: 3_600_000 },
  async (encryption) => {
    const random = randomNumbers(SEED);
    const blobs = await DiskBlobs.open('/vault', new StrictFiles().system);
    const vault = await openVault({ blobs, masterKey: MASTER_KEY, installationId: INSTALLATION, encryption });
    vault.access.segmentLimits = { inline: 0, entries: 100, textBytes: 1e6 };
    const documents = [document(1, 200), document(2, 200)];
    await takeSnapshot(vault, new MemoryChunkIndex().startRun(), snapshotId(1), [{ collection: collection('shop', 'orders'), documents }]);
    const stored = new Map<string, Buffer>();
    for (const key of await keysOf(blobs)) stored.set(key, await blobs.get(key));
    const keys = [...stored.keys()].filter((key) => key !== 'header');
    expect(keys.map((key) => key.split('/')[0])).toEqual(['chunks', 'manifests', 'segments']);
    const answers = new Map(stored);
    const get = async (key: string) => Buffer.from(answers.get(key)!);
    vault.access.blobs = new Proxy(blobs, { get: (target, name) => (name === 'get' ? get : Reflect.get(target, name)) });
    let detected = 0;
    for (let n = 0; n < ANSWERS; n++) {
      const key = keys[random(keys.length)]!;
      const bytes = hostile(stored.get(key)!, stored.get(keys[random(keys.length)]!)!, random);
      answers.set(key, bytes);
      try {
        expect((await readCollection(vault, snapshotId(1), 0)).equals(Buffer.concat(documents))).toBe(true);
        // Only what was not changed after all.
        expect(bytes.equals(stored.get(key)!)).toBe(true);
      } catch (error) {
        if (!isProblem(error, 'object-damaged', 'object-missing', 'vault-format-unknown')) throw error;
        detected += 1;
      }
      answers.set(key, stored.get(key)!);
    }
    reportFaults(`hostile manifests, segments and chunks (${encryption ? 'encrypted' : 'not encrypted'})`, { injected: ANSWERS, detected });
  },
);
