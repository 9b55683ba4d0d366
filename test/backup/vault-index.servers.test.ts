import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { chunkIndexOf, garbageIndexOf, RunLost } from '../../src/backup/vault-index.ts';
import { markChunksDamaged } from '../../src/db/chunks.ts';
import { endVaultRun, startVaultRun } from '../../src/db/vault-runs.ts';
import { newId } from '../../src/ids.ts';
import type { ChunkIndex, StoredChunk } from '../../src/vault/chunk-index.ts';
import { type FreshDatabase, freshDatabase } from '../kit/postgres.ts';

let database: FreshDatabase;
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.close());

async function startRun(): Promise<ChunkIndex & { id: string }> {
  const id = newId(new Date());
  await startVaultRun(database.db, id, 'snapshot');
  return { id, ...chunkIndexOf(database.db, id) };
}

function chunks(count: number): StoredChunk[] {
  return Array.from({ length: count }, (_, n) => ({ ...chunkNamed(randomBytes(32)), documents: n }));
}

function chunkNamed(name: Buffer): StoredChunk {
  const objectKey = `chunks/${name.toString('hex')}-${randomBytes(4).toString('hex')}`;
  return { name, objectKey, rawBytes: 10, storedBytes: 5, storedSha256: randomBytes(32), documents: 1, digest: randomBytes(32) };
}

const names = (of: StoredChunk[]) => of.map(({ name }) => name);

it('answers in the order that was asked, with what is there and null for the rest', async () => {
  const run = await startRun();
  const stored = chunks(5);
  expect(await run.record(stored)).toEqual(stored);
  expect(await run.claim(names([stored[3]!, ...chunks(1), stored[0]!]))).toMatchObject([stored[3], null, stored[0]]);
  expect(await run.claim([])).toEqual([]);
});

it("answers a run that was slower with the other run's chunk", async () => {
  const [first, second] = [await startRun(), await startRun()];
  const stored = chunks(2);
  await first.record([stored[0]!]);
  const again = [chunkNamed(stored[0]!.name), stored[1]!];
  expect(await second.record(again)).toEqual(stored);
});

it('gives nothing to a run that was taken for dead', async () => {
  const run = await startRun();
  const stored = chunks(1);
  await run.record(stored);
  await endVaultRun(database.db, run.id);
  await expect(run.record(chunks(1))).rejects.toThrow(RunLost);
  await expect(run.record(stored)).rejects.toThrow(RunLost);
  expect(await run.claim(names(stored))).toEqual([null]);
});

it('says of a chunk that it is damaged until it is written anew', async () => {
  const run = await startRun();
  const [first, second] = chunks(2) as [StoredChunk, StoredChunk];
  await run.record([first, second]);
  await markChunksDamaged(database.db, [first.objectKey, 'manifests/no-chunk']);
  expect(await run.claim(names([first, second]))).toMatchObject([{ isDamaged: true }, { isDamaged: false }]);
  const mended = { ...first, storedSha256: randomBytes(32) };
  await run.mend!(mended);
  expect(await run.claim(names([first]))).toEqual([{ ...mended, isDamaged: false }]);
});

it('counts the runs that go on, also those that began by a clock that was ahead, and ends those that beat no more', async () => {
  const garbage = garbageIndexOf(database.db);
  const [ahead, dead, over] = [await startRun(), await startRun(), await startRun()];
  await sql`UPDATE vault_runs SET started_at = now() + interval '1 hour' WHERE id = ${ahead.id}`.execute(database.db);
  await sql`UPDATE vault_runs SET heartbeat_at = now() - interval '61 seconds' WHERE id = ${dead.id}`.execute(database.db);
  await endVaultRun(database.db, over.id);
  const open = await garbage.openRuns();
  expect(open).toContain(ahead.id);
  expect(open).not.toContain(dead.id);
  expect(open).not.toContain(over.id);
});

it('takes over what is condemned, and stores anew what is being deleted', async () => {
  const old = await startRun();
  const [condemned, deleting] = chunks(2) as [StoredChunk, StoredChunk];
  await old.record([condemned, deleting]);
  await endVaultRun(database.db, old.id);
  const garbage = garbageIndexOf(database.db);
  await garbage.condemn([condemned.objectKey, deleting.objectKey]);
  await garbage.claimDeleting([deleting.objectKey], await garbage.now());

  const run = await startRun();
  expect(await run.claim(names([condemned, deleting]))).toMatchObject([condemned, null]);
  const anew = chunkNamed(deleting.name);
  expect(await run.record([anew])).toEqual([anew]);
  expect(await garbage.claimDeleting([condemned.objectKey], await garbage.now())).toEqual([]);
});

it('lets runs with the same chunks in other orders go on side by side', async () => {
  const runs = await Promise.all(Array.from({ length: 4 }, startRun));
  for (let round = 0; round < 10; round += 1) {
    const shared = names(chunks(60));
    const winners = await Promise.all(
      runs.map(async (run, n) => {
        const mine = (n % 2 === 0 ? shared : shared.toReversed()).map(chunkNamed);
        const recorded = await run.record(mine);
        const claimed = await run.claim(names(mine.toReversed()));
        expect(claimed.toReversed()).toMatchObject(recorded);
        return new Set(recorded.map(({ objectKey }) => objectKey));
      }),
    );
    for (const winner of winners) expect(winner).toEqual(winners[0]);
  }
});
