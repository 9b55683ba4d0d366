import { inParallel } from '../in-parallel.ts';
import type { CatalogCollection } from './catalog.ts';

/** Two keep the server and the compressors busy; more only cost memory. */
const LARGE_AT_ONCE = 2;
/** A small one is mostly waited for: a few round trips, one file, one entry of the index. */
const SMALL_AT_ONCE = 8;
const LARGE_BYTES = 4 * 1024 * 1024;

/**
 * Does `work` with every collection of a catalog; `number` is its place there. The largest come first, few at once, since the last one to end decides how long it takes;
 * then the small ones, many at once. The first failure, or the signal, stops it.
 */
export async function forEachCollection(
  catalog: readonly CatalogCollection[],
  work: (collection: CatalogCollection, number: number, signal: AbortSignal) => Promise<void>,
  signal?: AbortSignal,
): Promise<void> {
  const order = [...catalog.entries()].sort(([, a], [, b]) => b.estimatedBytes - a.estimatedBytes);
  const isLarge = ([, collection]: [number, CatalogCollection]) => collection.estimatedBytes >= LARGE_BYTES;
  const each = ([number, collection]: [number, CatalogCollection], _: number, stop: AbortSignal) => work(collection, number, stop);
  await inParallel(LARGE_AT_ONCE, order.filter(isLarge), each, signal);
  await inParallel(
    SMALL_AT_ONCE,
    order.filter((entry) => !isLarge(entry)),
    each,
    signal,
  );
}
