import type { DocumentRun } from '../bson/documents.ts';
import { BufferPool } from './buffer-pool.ts';
import type { ChunkIndex } from './chunk-index.ts';
import { ChunkUploads } from './chunk-uploads.ts';
import { type Chunk, Chunker, LARGEST_CHUNK } from './chunker.ts';
import type { VaultAccess } from './vault-access.ts';
import { chunkName } from './vault-keys.ts';

/**
 * Looks for damaged chunks, by their names, in documents that are read anew, and writes them anew (C4). Boundaries depend on the documents alone, so that what a source has not changed since
 * becomes the same chunks again; nothing else is stored.
 */
export class ChunkSearch {
  readonly #vault: VaultAccess;
  readonly #uploads: ChunkUploads;
  readonly #buffers = new BufferPool(LARGEST_CHUNK);
  readonly #wanted: Set<string>;

  constructor(vault: VaultAccess, index: ChunkIndex, names: readonly Buffer[]) {
    this.#vault = vault;
    this.#uploads = new ChunkUploads(vault, index);
    this.#wanted = new Set(names.map((name) => name.toString('hex')));
  }

  /** How many were not found yet. */
  get remaining(): number {
    return this.#wanted.size;
  }

  /** One collection, in the order in which snapshots read it. Stops early when all were found. */
  async read(documents: AsyncIterable<DocumentRun>): Promise<void> {
    const chunker = new Chunker(this.#vault.keys.boundaries, this.#buffers);
    for await (const run of documents) {
      for (const chunk of chunker.push(run)) await this.#look(chunk);
      if (this.remaining === 0) return;
    }
    const last = chunker.end();
    if (last) await this.#look(last);
  }

  /** Makes durable what was found. */
  sync(): Promise<void> {
    return this.#uploads.sync();
  }

  async #look(chunk: Chunk): Promise<void> {
    const name = (await chunkName(this.#vault.keys, chunk.bytes)).toString('hex');
    if (this.#wanted.has(name)) {
      await this.#uploads.store(chunk);
      this.#wanted.delete(name);
    }
    this.#buffers.giveBack(chunk.bytes);
  }
}
