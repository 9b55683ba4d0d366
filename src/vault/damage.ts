import { isProblem } from '../errors.ts';
import { inParallel } from '../in-parallel.ts';
import type { RootCollection } from './manifest.ts';
import { readChunk } from './read-chunk.ts';
import { type ChunkEntry, readSegment } from './segments.ts';
import type { VaultAccess } from './vault-access.ts';

/** An object that a snapshot needs and that is not as its manifest says. */
export interface DamagedObject {
  object: string;
  what: string;
}

/**
 * What is wrong with the chunks of these collections. That they are there, and as long as they should be, is known without reading them; with `contents` each is read and
 * checked to its last byte. What keeps the store from being asked (`store-unavailable`) is thrown.
 */
export async function findDamage(
  vault: VaultAccess,
  collections: readonly RootCollection[],
  o: { contents: boolean; signal?: AbortSignal },
): Promise<DamagedObject[]> {
  const found: DamagedObject[] = [];
  const atOnce = o.contents ? CHUNKS_AT_ONCE : Math.max(vault.blobs.parallel, STATS_AT_ONCE);
  const look = async (entry: ChunkEntry) => void found.push(...(await damageOf(vault, entry, o.contents)));
  for (const { entries, segments } of collections) {
    await inParallel(atOnce, entries, look, o.signal);
    for (const segment of segments) {
      const listed = await readSegment(vault, segment).catch((error) => {
        found.push(asDamage(segment.object, error));
        return [];
      });
      await inParallel(atOnce, listed, look, o.signal);
    }
  }
  return found;
}

/** As many as keep the threads that expand them busy, a few MB each. */
const CHUNKS_AT_ONCE = 4;
/** They are waited for and cost nothing: as many as the thread pool of a worker has threads, more where the store is a network. */
const STATS_AT_ONCE = 8;

async function damageOf(vault: VaultAccess, entry: ChunkEntry, contents: boolean): Promise<DamagedObject[]> {
  const { object, storedBytes } = entry;
  if (contents) {
    return readChunk(vault, entry).then(
      () => [],
      (error) => [asDamage(object, error)],
    );
  }
  const stat = await vault.blobs.stat(object);
  if (!stat) return [{ object, what: 'it is missing' }];
  return stat.size === storedBytes ? [] : [{ object, what: `it has ${stat.size} bytes instead of ${storedBytes}` }];
}

function asDamage(object: string, error: unknown): DamagedObject {
  if (isProblem(error, 'object-missing')) return { object, what: 'it is missing' };
  if (isProblem(error, 'object-damaged')) return { object, what: error.parameters[1]! };
  throw error;
}
