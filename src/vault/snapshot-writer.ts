import { createHash } from 'node:crypto';
import type { DocumentRun } from '../bson/documents.ts';
import { isProblem, Problem } from '../errors.ts';
import { Budget } from './budget.ts';
import { BufferPool } from './buffer-pool.ts';
import type { ChunkIndex, StoredChunk } from './chunk-index.ts';
import { ChunkUploads, type UploadOptions } from './chunk-uploads.ts';
import { type Chunk, Chunker, documentId, LARGEST_CHUNK } from './chunker.ts';
import { DigestSum } from './digest.ts';
import { checkNamespace } from './dump-layout.ts';
import {
  type CollectionTotals,
  encodeRoot,
  type FinishedSnapshot,
  type ManifestCollection,
  type ManifestRoot,
  outcomeOf,
  type RootCollection,
  readRoot,
  type SnapshotHeader,
  type SnapshotTotals,
} from './manifest.ts';
import { manifestKey, newAttempt } from './object-keys.ts';
import { VAULT_FORMAT } from './seal.ts';
import { type ChunkEntry, chunkEntries, chunkOf, entryOf, SegmentWriter, segmentKeys } from './segments.ts';
import type { VaultAccess } from './vault-access.ts';

/** Memory of the chunks under way: as many as keep the compressors busy while others are named, sealed and written. */
const BYTES_IN_FLIGHT = 24 * 1024 * 1024;
const LARGEST_ID = 1024;

/** What the collections of one snapshot share. */
interface Shared {
  vault: VaultAccess;
  uploads: ChunkUploads;
  inFlight: Budget;
  buffers: BufferPool;
  newSegmentKey: () => string;
  /** Stops the snapshot: the first reason counts. */
  fail(reason: unknown): void;
  /** Throws the reason once it has failed. */
  check(): void;
}

/**
 * Writes one snapshot. The order is docs/vault-format.md's: chunks durable, then segments durable, then the root (M2). Until `finish` has returned there is no
 * snapshot, and whatever was written is garbage that collection finds.
 */
export class SnapshotWriter {
  readonly #vault: VaultAccess;
  readonly #index: ChunkIndex;
  readonly #header: SnapshotHeader;
  readonly #shared: Shared;
  readonly #collections: CollectionWriter[] = [];
  readonly #namespaces = new Set<string>();
  #failure: { reason: unknown } | null = null;

  constructor(vault: VaultAccess, header: SnapshotHeader, index: ChunkIndex, o: UploadOptions = {}) {
    this.#vault = vault;
    this.#header = header;
    this.#index = index;
    this.#shared = {
      vault,
      uploads: new ChunkUploads(vault, index, o),
      inFlight: new Budget(BYTES_IN_FLIGHT),
      buffers: new BufferPool(LARGEST_CHUNK),
      newSegmentKey: segmentKeys(header.snapshotId, newAttempt()),
      fail: (reason) => {
        this.#failure ??= { reason };
      },
      check: () => {
        if (this.#failure) throw this.#failure.reason;
      },
    };
  }

  /** Several may be open at once. Views have no documents: open and close them. Throws `invalid-value` on a name no dump could hold. */
  openCollection(collection: ManifestCollection): CollectionWriter {
    checkNamespace(collection);
    const namespace = `${collection.database}.${collection.name}`;
    if (this.#namespaces.has(namespace)) throw new Error(`collection ${namespace} was opened twice`);
    this.#namespaces.add(namespace);
    const writer = new CollectionWriter(this.#shared, collection);
    this.#collections.push(writer);
    return writer;
  }

  /**
   * Makes the snapshot exist. Every collection must be closed. Where an earlier attempt had finished already, its root stands and is the answer, its
   * label and its moment too (M4, P7), if this run can have all that it names.
   * Throws `vault-foreign` when another installation has adopted the vault meanwhile.
   */
  async finish(o: { finishedAt: Date; consistency: string }): Promise<FinishedSnapshot> {
    const collections = this.#collections.map((collection) => collection.finished());
    this.#shared.check();
    await this.#shared.uploads.sync();
    await this.#vault.blobs.sync(collections.flatMap((collection) => collection.segments.map((segment) => segment.object)));
    await this.#vault.requireOwnership();
    await this.#index.confirm?.();
    const { snapshotId } = this.#header;
    const key = manifestKey(snapshotId);
    const totals = totalsOf(collections, this.#shared.uploads.newBytes);
    const root: ManifestRoot = {
      ...this.#header,
      format: VAULT_FORMAT,
      vaultId: this.#vault.id,
      startedAt: this.#header.startedAt.toISOString(),
      finishedAt: o.finishedAt.toISOString(),
      consistency: o.consistency,
      totals,
      collections,
    };
    const body = await encodeRoot(this.#vault, root);
    while (!(await this.#vault.blobs.create(key, body))) {
      await this.#vault.blobs.sync([key]);
      const standing = await this.#takeRootOver(snapshotId);
      if (standing) return outcomeOf(standing);
      await this.#index.confirm?.();
      await this.#vault.blobs.delete(key);
    }
    await this.#vault.blobs.sync([key]);
    await this.#confirmAfterwards(key);
    return outcomeOf(root);
  }

  /**
   * The root that an earlier attempt wrote, with all that it names claimed for this run; null when something of it is gone. That attempt may have been given up as lost before it wrote
   * its root, in a process that had only been stopped: garbage collection has its chunks then (G4).
   */
  async #takeRootOver(snapshotId: string): Promise<ManifestRoot | null> {
    try {
      const root = await readRoot(this.#vault, snapshotId);
      for (const collection of root.collections) {
        for await (const entry of chunkEntries(this.#vault, collection)) if (!(await this.#isClaimed(entry))) return null;
      }
      return root;
    } catch (error) {
      if (isProblem(error, 'object-missing', 'object-damaged')) return null;
      throw error;
    }
  }

  async #isClaimed(entry: ChunkEntry): Promise<boolean> {
    const [known] = await this.#index.claim([chunkOf(entry).name]);
    if (known?.objectKey !== entry.object || known.isDamaged) return false;
    return (await this.#vault.blobs.stat(entry.object))?.size === entry.storedBytes;
  }

  /** Stops, and waits until nothing of it is under way. The vault is as it was, but for garbage. */
  async abort(): Promise<void> {
    this.#shared.fail(new Problem('cancelled'));
    await Promise.all(this.#collections.map((collection) => collection.settled()));
  }

  /**
   * A process that slept through the loss of its run may have written its root too late: then its chunks are no longer safe, and the root goes, unless another attempt has
   * begun. That one may have seen the root and taken it over, and finds out by itself whether it is whole (G4).
   */
  async #confirmAfterwards(key: string): Promise<void> {
    try {
      await this.#index.confirm?.();
    } catch (error) {
      if (!(await this.#index.isSuperseded?.())) {
        await this.#vault.blobs.delete(key);
        await this.#vault.blobs.sync([key]);
      }
      throw error;
    }
  }
}

/** Writes the documents of one collection. */
export class CollectionWriter {
  readonly #shared: Shared;
  readonly #collection: ManifestCollection;
  readonly #chunker: Chunker;
  readonly #segments: SegmentWriter;
  readonly #digest = new DigestSum();
  readonly #sha256 = createHash('sha256');
  readonly #totals = { chunks: 0, storedBytes: 0, memberBytes: 0 };
  /** Resolves, never rejects, when every chunk so far is in the list: they are listed in order, however they finish. */
  #listed: Promise<void> = Promise.resolve();
  #finished: RootCollection | null = null;

  constructor(shared: Shared, collection: ManifestCollection) {
    this.#shared = shared;
    this.#collection = collection;
    this.#chunker = new Chunker(shared.vault.keys.boundaries, shared.buffers);
    this.#segments = new SegmentWriter(shared.vault, shared.newSegmentKey);
  }

  /**
   * Copies the documents; returns when more may come (back-pressure). One call at a time.
   * Rejects once anything of the snapshot has failed.
   */
  async write(run: DocumentRun): Promise<void> {
    this.#shared.check();
    for (const chunk of this.#chunker.push(run)) await this.#accept(chunk);
  }

  /** The end of the documents; answers when all of them are in the store. */
  async close(): Promise<CollectionTotals> {
    const last = this.#chunker.end();
    if (last) await this.#accept(last);
    await this.#listed;
    this.#shared.check();
    const { segments, entries } = await this.#segments.end();
    const value = this.#digest.value();
    const totals: CollectionTotals = {
      ...this.#totals,
      documents: value.documents,
      bytes: value.bytes,
      digest: value,
      sha256: this.#sha256.digest('hex'),
    };
    this.#finished = { ...this.#collection, totals, segments, entries };
    return totals;
  }

  /** The collection as the root has it. */
  finished(): RootCollection {
    if (!this.#finished) throw new Error(`collection ${this.#collection.database}.${this.#collection.name} was not closed`);
    return this.#finished;
  }

  /** Resolves when nothing is under way. */
  settled(): Promise<void> {
    return this.#listed;
  }

  async #accept(chunk: Chunk): Promise<void> {
    const { inFlight, buffers, uploads } = this.#shared;
    const size = chunk.bytes.buffer.byteLength;
    const release = () => {
      buffers.giveBack(chunk.bytes);
      inFlight.giveBack(size);
    };
    await inFlight.take(size);
    try {
      this.#shared.check();
      this.#sha256.update(chunk.bytes);
    } catch (error) {
      release();
      throw error;
    }
    const ids = this.#collection.readOrder === 'id' ? idsOf(chunk) : {};
    const stored = uploads.store(chunk).finally(release);
    stored.catch(this.#shared.fail);
    this.#listed = this.#listAfter(this.#listed, stored, ids);
  }

  async #listAfter(previous: Promise<void>, stored: Promise<StoredChunk>, ids: { firstId?: string; lastId?: string }): Promise<void> {
    await previous;
    try {
      await this.#list(await stored, ids);
    } catch (error) {
      this.#shared.fail(error);
    }
  }

  async #list(stored: StoredChunk, ids: { firstId?: string; lastId?: string }): Promise<void> {
    this.#digest.add(stored);
    this.#totals.chunks += 1;
    this.#totals.storedBytes += stored.storedBytes;
    this.#totals.memberBytes += stored.storedBytes - this.#shared.vault.seal.overhead;
    await this.#segments.add({ ...entryOf(stored), ...ids });
  }
}

function idsOf(chunk: Chunk): { firstId?: string; lastId?: string } {
  return { firstId: elementText(chunk.bytes, 0), lastId: elementText(chunk.bytes, chunk.lastDocument) };
}

/** Type byte and value of the `_id` in base64; undefined (and so not in the JSON) when there is none or it is long. */
function elementText(bytes: Buffer, documentStart: number): string | undefined {
  const id = documentId(bytes, documentStart);
  if (!id || id.end - id.start >= LARGEST_ID) return undefined;
  return Buffer.concat([Buffer.from([id.type]), bytes.subarray(id.start, id.end)]).toString('base64');
}

function totalsOf(collections: RootCollection[], newBytes: number): SnapshotTotals {
  const sum = (of: (totals: CollectionTotals) => number) => collections.reduce((total, collection) => total + of(collection.totals), 0);
  return {
    collections: collections.length,
    documents: sum((totals) => totals.documents),
    logicalBytes: sum((totals) => totals.bytes),
    storedBytes: sum((totals) => totals.storedBytes),
    newBytes,
  };
}
