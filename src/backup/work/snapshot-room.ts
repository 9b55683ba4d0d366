import { findRelatedContent, type SnapshotContent } from '../../db/snapshots.ts';
import type { CatalogCollection } from '../../engine/catalog.ts';
import type { Product } from '../../engine/deployment.ts';
import { Problem } from '../../errors.ts';
import type { WorkParts } from './parts.ts';

/** What a snapshot adds to the store. */
export interface SnapshotRoom {
  /** What the server's books say is read. */
  estimatedBytes: number;
  /** Below this it cannot do, as far as anybody can know before reading. */
  leastBytes: number;
  /** When nothing is shared with earlier snapshots. */
  mostBytes: number;
}

/** Of what a server's books say, how much is surely there: MongoDB counts documents, others count pages, those with dead rows included. */
const SURE: Readonly<Partial<Record<Product, number>>> = { mongodb: 0.9 };
const SURE_OF_OTHERS = 0.5;
/** Documents of which nothing is known compress to a fifth at best, and commonly to a third. */
const BEST_COMPRESSION = 0.2;
const COMMON_COMPRESSION = 0.33;
/** New documents may compress that much better than those of before. */
const BETTER_THAN_BEFORE = 0.5;
/** The manifest, and the folders of the chunks. */
const MANIFEST_BYTES = 1024 * 1024;

/** `before` is what the vault has of this data already; null when it has nothing. */
export function forecastRoom(estimatedBytes: number, product: Product, before: SnapshotContent | null): SnapshotRoom {
  const added = estimatedBytes * (SURE[product] ?? SURE_OF_OTHERS) - (before?.logicalBytes ?? 0);
  const compression = before && before.logicalBytes > 0 ? before.storedBytes / before.logicalBytes : null;
  const best = compression === null ? BEST_COMPRESSION : Math.min(BEST_COMPRESSION, compression * BETTER_THAN_BEFORE);
  return {
    estimatedBytes,
    leastBytes: MANIFEST_BYTES + Math.round(Math.max(0, added) * best),
    mostBytes: MANIFEST_BYTES + Math.round(estimatedBytes * (compression ?? COMMON_COMPRESSION)),
  };
}

/**
 * Throws `store-too-small` when the store surely has no room for the snapshot: better than after an hour of reading, with a disk that is full for everybody
 * else on it. What only may be too small is tried, and logged. A store that does not say what is free is not asked twice.
 */
export async function checkStoreRoom(
  { db, vault, logger, roomCheck }: WorkParts,
  { id, clusterId }: { id: string; clusterId: string },
  product: Product,
  catalog: readonly CatalogCollection[],
): Promise<void> {
  const free = await vault.access.blobs.freeBytes();
  if (free === null) return;
  const estimatedBytes = catalog.reduce((sum, collection) => sum + collection.estimatedBytes, 0);
  const room = forecastRoom(estimatedBytes, product, await findRelatedContent(db, clusterId));
  if (free >= room.mostBytes) return;
  if (free >= room.leastBytes || roomCheck === 'warn')
    return logger.warn({ snapshotId: id, free, ...room }, 'the store may have too little room for the snapshot');
  const hint = 'Make room, or delete snapshots and run `npx lifeboat gc`. Where the forecast is wrong, set LIFEBOAT_ROOM_CHECK=warn.';
  throw new Problem('store-too-small', [free, room.leastBytes, estimatedBytes], { hint });
}
