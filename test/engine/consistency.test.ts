import { beforeEach, describe, expect, it } from 'vitest';
import { readCatalog } from '../../src/engine/catalog.ts';
import { type ConsistencyLabel, watchConsistency } from '../../src/engine/consistency.ts';
import { HistoryLost } from '../../src/engine/errors.ts';
import { readCollection } from '../../src/engine/raw-reader.ts';
import type { CollectionDigest } from '../../src/engine/verification.ts';
import { decoded, FakeReplicaSet } from '../kit/fake-replica-set.ts';
import { newSumDigest } from '../kit/sum-digest.ts';

const ACCOUNTS = 400;
const TOTAL = 2 * ACCOUNTS * 100;

let server: FakeReplicaSet;
/** Balances of two collections; every transfer takes from one what it gives to the other, in two writes at one moment. */
let balances: { left: number[]; right: number[] };

function transfer(): void {
  const n = Math.floor(server.commands.length * 7.3) % ACCOUNTS;
  balances.left[n]! -= 1;
  balances.right[n]! += 1;
  writeBoth();
}

function writeBoth(): void {
  server.write(
    'left',
    balances.left.map((amount, _id) => ({ _id, amount })),
  );
  server.write(
    'right',
    balances.right.map((amount, _id) => ({ _id, amount })),
  );
}

beforeEach(() => {
  server = new FakeReplicaSet();
  balances = { left: Array(ACCOUNTS).fill(100), right: Array(ACCOUNTS).fill(100) };
  writeBoth();
});

/** One snapshot as a worker takes it: the label, and the sum of all balances in it. */
async function take(o: { snapshotReads?: boolean } = {}): Promise<{ label: ConsistencyLabel; total: number }> {
  const d = server.deployment();
  const catalog = await readCatalog(d);
  const watch = await watchConsistency(d, catalog, { newDigest: newSumDigest, ...o });
  const digests: CollectionDigest[] = [];
  let total = 0;
  for (const c of catalog) {
    const digest = newSumDigest();
    for await (const { bytes } of readCollection(d, c, { readAt: watch.readAt })) {
      digest.add(bytes);
      for (const { amount } of decoded(bytes)) total += amount;
    }
    digests.push(digest.value());
  }
  return { label: await watch.conclude(digests), total };
}

describe('a snapshot of a replica set', () => {
  it('is of one moment while transfers go on: not a unit of money is lost or made', async () => {
    server.onTick = transfer;
    expect(await take()).toEqual({ label: 'point-in-time', total: TOTAL });
  });

  it('says per-collection when it cannot be of one moment, and then the sum is another', async () => {
    server.onTick = transfer;
    const { label, total } = await take({ snapshotReads: false });
    expect(label).toBe('per-collection');
    expect(total).not.toBe(TOTAL);
  });

  it('says quiesced without snapshot reads only where nothing was written', async () => {
    server.knowsSnapshots = false;
    expect(await take()).toEqual({ label: 'quiesced', total: TOTAL });
    server.onTick = transfer;
    expect(await take()).toMatchObject({ label: 'per-collection' });
  });

  it('throws HistoryLost when the server forgets the moment, so that it is taken anew', async () => {
    server.onTick = transfer;
    server.window = 8;
    await expect(take()).rejects.toBeInstanceOf(HistoryLost);
  });

  it('is per-collection when a collection appears or goes meanwhile: a moment fixes documents, not collections', async () => {
    server.onTick = () => {
      if (server.commands.length === 12) server.write('late', []);
    };
    expect(await take()).toMatchObject({ label: 'per-collection' });
  });

  it('is not point-in-time where one collection cannot be read so (capped, before 8.0), and does not fail for it', async () => {
    server.write('log', [{ _id: 1, amount: 0 }], { capped: true, size: 4096 });
    expect(await take()).toEqual({ label: 'quiesced', total: TOTAL });
    server.onTick = transfer;
    expect(await take()).toMatchObject({ label: 'per-collection' });
  });

  it('asks for the sizes of collections once, before they are read', async () => {
    await take();
    const names = server.commands.map((command) => Object.keys(command)[0]);
    expect(names.filter((name) => name === 'collStats')).toHaveLength(2);
    expect(names.filter((name) => name === 'listIndexes')).toHaveLength(4);
  });

  it('asks a deployment once what a cursor can do', async () => {
    const d = server.deployment();
    const probes = () => server.commands.filter((command) => command.min !== undefined).length;
    const catalogs = [await readCatalog(d), await readCatalog(d)];
    expect(probes()).toBe(1);
    expect(catalogs.map(([first]) => first!.readOrder)).toEqual(['id', 'id']);
  });
});
