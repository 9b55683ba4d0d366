import { serialize } from 'bson';
import { expect, it } from 'vitest';
import type { DocumentRun } from '../../src/bson/documents.ts';
import { Cut, cutWhileRead, cutWhileWritten } from '../../src/emulator/failing-vault.ts';
import { selectNamespaces } from '../../src/engine/namespace-selection.ts';
import type { Vault } from '../../src/vault/vault.ts';

const LARGE = { database: 'shop', name: 'a-large', documents: 7 };
const SMALL = { database: 'shop', name: 'b-small', documents: 3 };
const EMPTY = { database: 'shop', name: 'c-empty', documents: 0 };
type Collection = typeof LARGE;

/** In runs of so many documents. */
function* runsOf({ documents }: Collection, length: number): Generator<DocumentRun> {
  for (let n = 0; n < documents; n += length) {
    const ids = Array.from({ length: Math.min(length, documents - n) }, (_, i) => n + i);
    yield { bytes: Buffer.concat(ids.map((_id) => serialize({ _id, text: 'x'.repeat(_id) }))), documents: ids.length };
  }
}

interface Job {
  percent: number;
  collections: Collection[];
  runs?: number;
  selected?: Parameters<typeof selectNamespaces>[0];
}
type End = { message: string; passed: number; failed: [number, number] };

const failureOf = (work: Promise<unknown>) =>
  work.then(
    () => 'it was completed',
    (error: Error) => error.message,
  );

/** All collections at once, as a restore of small ones reads them, each document an answer of a server later. */
async function restored({ percent, collections, runs = 100, selected }: Job): Promise<End> {
  let failed: [number, number] = [-1, -1];
  let passed = 0;
  const cut = new Cut({ percent, reason: 'the script', onFailure: (...far) => (failed = far) });
  const vault = cutWhileRead(
    {
      readSnapshot: async () => ({
        root: { collections: collections.map(({ documents, ...namespace }) => ({ ...namespace, totals: { documents } })) },
        documents: (n: number) => runsOf(collections[n]!, runs),
      }),
    } as unknown as Vault,
    cut,
    selectNamespaces(selected),
  );
  const reader = await vault.readSnapshot('x');
  const read = async (n: number) => {
    for await (const run of reader.documents(n)) passed += lengthOf(run);
  };
  const chosen = collections.flatMap((collection, n) => (selectNamespaces(selected).target(collection) ? [n] : []));
  const ends = await Promise.allSettled(chosen.map(read));
  const reason = ends.find((end) => end.status === 'rejected')?.reason as Error | undefined;
  return { message: reason?.message ?? 'it was completed', passed, failed };
}

async function taken({ percent, collections, runs = 100 }: Job): Promise<End> {
  let failed: [number, number] = [-1, -1];
  let passed = 0;
  const cut = new Cut({ percent, reason: 'the script', onFailure: (...far) => (failed = far) });
  const write = async (run: DocumentRun) => {
    passed += lengthOf(run);
  };
  const vault = cutWhileWritten(
    { writeSnapshot: () => ({ openCollection: () => ({ write }), finish: async () => {} }) } as unknown as Vault,
    cut,
  );
  cut.begin(collections.reduce((sum, { documents }) => sum + documents, 0));
  const writer = vault.writeSnapshot({} as never, {} as never);
  const work = async (collection: Collection) => {
    const target = writer.openCollection({} as never);
    for (const run of runsOf(collection, runs)) await target.write(run);
  };
  const all = Promise.all(collections.map(work)).then(() => writer.finish({} as never));
  return { message: await failureOf(all), passed, failed };
}

/** As many whole documents as it says. */
function lengthOf({ bytes, documents }: DocumentRun): number {
  let count = 0;
  for (let start = 0; start < bytes.length; start += bytes.readInt32LE(start)) count += 1;
  expect(count).toBe(documents);
  return documents;
}

const ALL = [LARGE, SMALL, EMPTY];

it.each([
  [0, 0],
  [1, 0],
  [29, 2],
  [60, 6],
  [99.9, 9],
  [100, 10],
])(
  'at %d percent a snapshot and a restore of ten documents fail when %d have passed, whatever the order of the collections',
  async (percent, documents) => {
    const end: End = { message: 'the script', passed: documents, failed: [documents, 10] };
    for (const runs of [1, 4, 100])
      for (const collections of [ALL, ALL.toReversed()]) {
        expect(await taken({ percent, collections, runs })).toEqual(end);
        expect(await restored({ percent, collections, runs })).toEqual(end);
      }
  },
);

it.each([0, 60, 100])('a restore of some collections fails at %d percent of their documents', async (percent) => {
  const documents = Math.floor((3 * percent) / 100);
  const end: End = { message: 'the script', passed: documents, failed: [documents, 3] };
  expect(await restored({ percent, collections: ALL, selected: { nsInclude: ['shop.b-*'] } })).toEqual(end);
});

it('29 percent of a hundred are 29', async () => {
  expect(await restored({ percent: 29, collections: [{ ...LARGE, documents: 100 }] })).toMatchObject({ failed: [29, 100] });
});

it.each([0, 60, 100])('at %d percent of nothing both fail', async (percent) => {
  const end: End = { message: 'the script', passed: 0, failed: [0, 0] };
  expect(await taken({ percent, collections: [EMPTY] })).toEqual(end);
  expect(await restored({ percent, collections: [EMPTY] })).toEqual(end);
  const cut = new Cut({ percent, reason: '', onFailure: () => {} });
  cut.begin(0);
  expect(cut.isEmpty).toBe(true);
});

it('a snapshot of fewer documents than its server had said fails at their end', async () => {
  let failed: [number, number] = [-1, -1];
  const cut = new Cut({ percent: 60, reason: 'the script', onFailure: (...far) => (failed = far) });
  const vault = { writeSnapshot: () => ({ openCollection: () => ({ write: async () => {} }), finish: async () => {} }) };
  cut.begin(10);
  const writer = cutWhileWritten(vault as unknown as Vault, cut).writeSnapshot({} as never, {} as never);
  for (const run of runsOf(SMALL, 2)) await writer.openCollection({} as never).write(run);
  expect(await failureOf(writer.finish({} as never))).toBe('the script');
  expect(failed).toEqual([3, 10]);
});
