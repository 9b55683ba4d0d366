import type { DocumentRun } from '../bson/documents.ts';
import { type Archive, openArchive } from './archive.ts';
import { type DamagedObject, findDamage } from './damage.ts';
import { type ManifestRoot, readRoot } from './manifest.ts';
import { readAhead } from './read-ahead.ts';
import { readChunk } from './read-chunk.ts';
import { type ChunkEntry, chunkEntries } from './segments.ts';
import type { VaultAccess } from './vault-access.ts';

/** Enough to keep a few threads expanding while the caller works; four chunks are 8 MiB at most, documents over 2 MiB aside. */
const READ_AHEAD = 4;

/** Reads one snapshot. Whatever it gives was checked against the manifest first. */
export class SnapshotReader {
  readonly root: ManifestRoot;
  readonly #vault: VaultAccess;

  private constructor(vault: VaultAccess, root: ManifestRoot) {
    this.#vault = vault;
    this.root = root;
  }

  /** Throws `object-missing` when the vault has no such snapshot, `object-damaged` when its root is not whole. */
  static async open(vault: VaultAccess, snapshotId: string): Promise<SnapshotReader> {
    return new SnapshotReader(vault, await readRoot(vault, snapshotId));
  }

  /**
   * The documents of a collection in the order they were read, a chunk at a time; up to `readAhead` chunks are fetched ahead of the caller.
   * Throws `object-missing` or `object-damaged` before it yields anything of such a chunk.
   */
  documents(collectionNumber: number, o: { signal?: AbortSignal; readAhead?: number } = {}): AsyncIterable<DocumentRun> {
    const collection = this.root.collections[collectionNumber];
    if (!collection) throw new RangeError(`the snapshot has no collection ${collectionNumber}`);
    const entries = chunkEntries(this.#vault, collection);
    const read = async (entry: ChunkEntry) => ({ bytes: await readChunk(this.#vault, entry), documents: entry.documents });
    return readAhead(entries, o.readAhead ?? READ_AHEAD, read, o.signal);
  }

  /** What is wrong with these collections, by number: at a glance, or with `contents` to the last byte. */
  damage(collectionNumbers: readonly number[], o: { contents: boolean; signal?: AbortSignal }): Promise<DamagedObject[]> {
    return findDamage(
      this.#vault,
      collectionNumbers.map((number) => this.root.collections[number]!),
      o,
    );
  }

  /** The snapshot as a `.tar.gz` with one folder called `folder`. */
  archive(o: { folder: string }): Promise<Archive> {
    return openArchive(this.#vault, this.root, o.folder);
  }
}
