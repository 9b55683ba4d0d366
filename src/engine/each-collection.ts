import { inParallel } from '../in-parallel.ts';
import type { CatalogCollection } from './catalog.ts';

/** A small one is mostly waited for: a few round trips, one file, one entry of the index. */
const LARGE_BYTES = 4 * 1024 * 1024;

/** How many large and how many small collections are under way at once. */
export interface AtOnce {
  large: number;
  small: number;
}

/** Two large ones keep the server and the compressors busy; more only cost memory. */
const SNAPSHOT: AtOnce = { large: 2, small: 16 };
/** Of a restore; `large` is how many inserts into one are under way, too, and `small` how many steps of the swap. */
export const RESTORE: AtOnce = { large: 4, small: 16 };

/** Does `work` with every collection of a catalog; `number` is its place there. See {@link largestFirst}. */
export async function forEachCollection(
  catalog: readonly CatalogCollection[],
  work: (collection: CatalogCollection, number: number, signal: AbortSignal) => Promise<void>,
  signal?: AbortSignal,
): Promise<void> {
  await largestFirst(catalog, (collection) => collection.estimatedBytes, SNAPSHOT, work, signal);
}

/**
 * Does `work` with all items and returns the results in their order. The largest come first, few at once, since the last one to end decides how long it takes; then the small ones,
 * many at once. The first failure, or the signal, stops it.
 */
export async function largestFirst<T, R>(
  items: readonly T[],
  bytesOf: (item: T) => number,
  atOnce: AtOnce,
  work: (item: T, number: number, signal: AbortSignal) => Promise<R>,
  signal?: AbortSignal,
): Promise<R[]> {
  const order = [...items.entries()].sort(([, a], [, b]) => bytesOf(b) - bytesOf(a));
  const results = new Array<R>(items.length);
  const each = async ([number, item]: [number, T], _: number, stop: AbortSignal) => {
    results[number] = await work(item, number, stop);
  };
  const firstSmall = order.findIndex(([, item]) => bytesOf(item) < LARGE_BYTES);
  const large = firstSmall === -1 ? order.length : firstSmall;
  await inParallel(atOnce.large, order.slice(0, large), each, signal);
  await inParallel(atOnce.small, order.slice(large), each, signal);
  return results;
}
