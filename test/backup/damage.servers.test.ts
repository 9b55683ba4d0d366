import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { isWhole } from '../../src/backup/damage.ts';
import { markChunksDamaged } from '../../src/db/chunks.ts';
import { objectsOf } from '../../src/vault/snapshot-objects.ts';
import { MemoryChunkIndex } from '../kit/memory-chunk-index.ts';
import { type FreshDatabase, freshDatabase } from '../kit/postgres.ts';
import { collection, documents, newVault, snapshotId, takeSnapshot } from '../kit/vaults.ts';

let database: FreshDatabase;
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database?.close());

const ID = snapshotId(1);

/** A snapshot with segments, and the files of its objects by what they are. */
async function snapshot() {
  const { vault, folder } = await newVault();
  vault.access.segmentLimits = { inline: 0, entries: 2, textBytes: 1 << 20 };
  const run = new MemoryChunkIndex().startRun();
  await takeSnapshot(vault, run, ID, [{ collection: collection('shop', 'orders'), documents: documents(40, 100_000) }]);
  const keys: string[] = [];
  for await (const key of objectsOf(vault.access, ID)) keys.push(key);
  const one = (of: RegExp) => keys.find((key) => of.test(key))!;
  return { vault, folder, root: one(/^manifests\//), segment: one(/^segments\//), chunk: one(/^chunks\//) };
}

async function flip(file: string): Promise<void> {
  const bytes = await readFile(file);
  bytes[bytes.length >> 1]! ^= 1;
  await writeFile(file, bytes);
}

it.each<[string, boolean, (made: Awaited<ReturnType<typeof snapshot>>) => Promise<unknown>]>([
  ['untouched', true, async () => {}],
  ['whose root is gone', false, ({ folder, root }) => rm(join(folder, root))],
  ['whose root is damaged', false, ({ folder, root }) => flip(join(folder, root))],
  ['whose segment is gone', false, ({ folder, segment }) => rm(join(folder, segment))],
  ['whose segment is damaged', false, ({ folder, segment }) => flip(join(folder, segment))],
])('a snapshot %s is known to be whole: %s', async (_, expected, harm) => {
  const made = await snapshot();
  await harm(made);
  expect(await isWhole(database.db, made.vault, ID)).toBe(expected);
});

it('a snapshot with a chunk that somebody found damaged is not whole', async () => {
  const { vault, chunk } = await snapshot();
  await database.db
    .insertInto('chunks')
    .values({
      ...{ name: Buffer.alloc(32, 1), objectKey: chunk, rawBytes: 1, storedBytes: 1, storedSha256: Buffer.alloc(32), documents: 1 },
      ...{ digest: Buffer.alloc(32), state: 'live', runId: 'run', condemnedAt: null },
    })
    .execute();
  expect(await isWhole(database.db, vault, ID)).toBe(true);
  await markChunksDamaged(database.db, [chunk]);
  expect(await isWhole(database.db, vault, ID)).toBe(false);
});
