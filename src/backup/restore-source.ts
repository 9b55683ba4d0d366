import type { RestoreSource } from '../engine/restore.ts';
import type { SnapshotReader } from '../vault/snapshot-reader.ts';

/** A snapshot of the vault as the engine restores it. */
export function restoreSourceOf(snapshot: SnapshotReader): RestoreSource {
  return {
    collections: snapshot.root.collections.map(({ database, name, kind, options, indexes, totals }) => ({
      database,
      name,
      kind,
      options,
      indexes,
      expected: totals.digest,
      compressedBytes: totals.memberBytes,
    })),
    documents: (n, { signal }) => snapshot.documents(n, { signal }),
  };
}
