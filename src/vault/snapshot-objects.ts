import { readRoot } from './manifest.ts';
import { manifestKey } from './object-keys.ts';
import { chunkEntries } from './segments.ts';
import type { VaultAccess } from './vault-access.ts';

/** The key of every object that a snapshot needs: its manifest, its segments, its chunks. Throws `object-missing` or `object-damaged` when they are not known. */
export async function* objectsOf(vault: VaultAccess, snapshotId: string): AsyncGenerator<string> {
  const root = await readRoot(vault, snapshotId);
  yield manifestKey(snapshotId);
  for (const collection of root.collections) {
    for (const segment of collection.segments) yield segment.object;
    for await (const entry of chunkEntries(vault, collection)) yield entry.object;
  }
}
