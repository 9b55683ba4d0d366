import { expect, it } from 'vitest';
import { CollectionsProgress } from '../../src/engine/collections-progress.ts';

const work = (name: string, bytes: number, kind: 'collection' | 'view' = 'collection') => ({
  destination: { database: 'shop', name },
  kind,
  expected: { documents: bytes / 10, bytes, lanes: '' },
});

it('tells how far each collection is, and of views nothing', () => {
  const progress = new CollectionsProgress([work('small', 10), work('large', 1000), work('seen', 0, 'view')]);
  progress.enter({ database: 'shop', name: 'large' }, 'loading');
  progress.add({ database: 'shop', name: 'large' }, 4, 40);
  progress.enter({ database: 'shop', name: 'seen' }, 'proven');
  expect(progress.shown()).toEqual([
    { namespace: 'shop.large', phase: 'loading', documents: 4, totalDocuments: 100, bytes: 40, totalBytes: 1000 },
    { namespace: 'shop.small', phase: 'waiting', documents: 0, totalDocuments: 1, bytes: 0, totalBytes: 10 },
  ]);
});

it('stays small of thousands: the largest, and those that are under way', () => {
  const progress = new CollectionsProgress(Array.from({ length: 5000 }, (_, n) => work(`c${n}`, 10 * (n + 1))));
  expect(progress.shown()).toHaveLength(20);
  for (let n = 0; n < 16; n++) progress.enter({ database: 'shop', name: `c${n}` }, 'indexing');
  expect(progress.shown()).toHaveLength(36);
  for (let n = 0; n < 16; n++) progress.enter({ database: 'shop', name: `c${n}` }, 'proven');
  expect(progress.shown().map(({ namespace }) => namespace)).toContain('shop.c4999');
  expect(progress.shown()).toHaveLength(20);
});
