import type { StoredChunk } from './chunk-index.ts';
import type { GarbageIndex } from './gc-sweep.ts';
import { type ManifestRoot, readRoot } from './manifest.ts';
import { chunkEntries, chunkOf } from './segments.ts';
import type { Vault } from './vault.ts';

const BATCH = 500;

/**
 * Enters every chunk that a manifest names into the index: after PostgreSQL was lost, or when a vault is adopted. Chunks that are there already stay as they are. Answers how many
 * entries were read. Throws `object-missing` or `object-damaged` on a manifest that cannot be read.
 */
export async function rebuildIndex(vault: Vault, index: Pick<GarbageIndex, 'enter'>, signal?: AbortSignal): Promise<number> {
  let entries = 0;
  for await (const id of vault.listSnapshots()) entries += await enterSnapshot(vault, await readRoot(vault.access, id), index, signal);
  return entries;
}

/** The chunks of one snapshot. */
export async function enterSnapshot(
  vault: Vault,
  root: ManifestRoot,
  index: Pick<GarbageIndex, 'enter'>,
  signal?: AbortSignal,
): Promise<number> {
  let entries = 0;
  let batch: StoredChunk[] = [];
  for (const collection of root.collections) {
    for await (const entry of chunkEntries(vault.access, collection)) {
      signal?.throwIfAborted();
      batch.push(chunkOf(entry));
      entries += 1;
      if (batch.length >= BATCH) {
        await index.enter(batch);
        batch = [];
      }
    }
  }
  if (batch.length > 0) await index.enter(batch);
  return entries;
}
