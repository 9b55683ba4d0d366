import { hash } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { isProblem, Problem } from '../errors.ts';
import { Gathered } from '../gathered.ts';
import { Budget } from './budget.ts';
import type { ChunkIndex, KnownChunk, StoredChunk } from './chunk-index.ts';
import type { Chunk } from './chunker.ts';
import { gzipMember, memberOfLength } from './gzip.ts';
import { CHUNKS, newChunkKey } from './object-keys.ts';
import { type PackedChunk, packChunk } from './pack.ts';
import type { VaultAccess } from './vault-access.ts';
import { chunkName } from './vault-keys.ts';

/** How many chunks the index is asked about at once, at most. */
const ASKED_AT_ONCE = 128;
/** How long it waits for other chunks before it is asked: a statement costs as much as hashing a chunk, and enough chunks are under way to keep everything busy meanwhile. */
const LINGER = 10;

export interface UploadOptions {
  /** Reads every chunk that is taken over, instead of only looking whether it is there: a snapshot that everything will depend on. */
  rereads?: boolean;
}

/**
 * Brings chunks into the store for one run: name, claim in the index, and for those that are new compress, seal, put, record. The caller bounds how many are under way; this
 * class how many of them are compressed (one more than there are processors, so that none waits for the disk) and written at once.
 */
export class ChunkUploads {
  readonly #vault: VaultAccess;
  readonly #index: ChunkIndex;
  readonly #rereads: boolean;
  readonly #compressing = new Budget(availableParallelism() + 1);
  readonly #writing: Budget;
  /** Chunks under way by name: the same documents twice in one snapshot are stored once. */
  readonly #underWay = new Map<string, Promise<StoredChunk>>();
  readonly #claims: Gathered<Buffer, KnownChunk | null>;
  readonly #records: Gathered<StoredChunk, StoredChunk>;
  /** One key for each folder that holds a chunk of this run, taken-over chunks included: what `sync` is called with. */
  readonly #folders = new Map<string, string>();
  #newBytes = 0;

  constructor(vault: VaultAccess, index: ChunkIndex, { rereads = false }: UploadOptions = {}) {
    this.#vault = vault;
    this.#index = index;
    this.#rereads = rereads;
    this.#writing = new Budget(vault.blobs.parallel);
    this.#claims = new Gathered(ASKED_AT_ONCE, (names) => index.claim(names), LINGER);
    this.#records = new Gathered(ASKED_AT_ONCE, (chunks) => index.record(chunks), LINGER);
  }

  /** The bytes this run added to the store. */
  get newBytes(): number {
    return this.#newBytes;
  }

  /** Makes sure the store has the chunk; the answer is the object that holds it. */
  async store(chunk: Chunk): Promise<StoredChunk> {
    const name = await chunkName(this.#vault.keys, chunk.bytes);
    const hex = name.toString('hex');
    const underWay = this.#underWay.get(hex);
    if (underWay) return underWay;
    const storing = this.#claimOrUpload(name, chunk);
    this.#underWay.set(hex, storing);
    try {
      const stored = await storing;
      this.#folders.set(stored.objectKey.slice(0, CHUNKS.length + 2), stored.objectKey);
      return stored;
    } finally {
      this.#underWay.delete(hex);
    }
  }

  /** Makes every chunk of this run durable, those that other runs wrote included: another run's folder may not have been made durable yet (B2, M2). */
  async sync(): Promise<void> {
    await this.#vault.blobs.sync(this.#folders.values());
  }

  async #claimOrUpload(name: Buffer, chunk: Chunk): Promise<StoredChunk> {
    const known = await this.#claims.ask(name);
    if (known && !known.isDamaged && (await this.#isThere(known))) return known;
    const packed = await this.#compressing.with(() => packChunk(chunk.bytes, this.#vault.keys.digests));
    try {
      return await (known ? this.#mend(known, chunk, packed) : this.#put(name, chunk, packed));
    } finally {
      packed.release();
    }
  }

  /** The index is believed about what a chunk is, but not that the store still has it: a snapshot must not stand on an object that somebody removed (C3). */
  async #isThere({ objectKey, storedBytes, storedSha256 }: StoredChunk): Promise<boolean> {
    if (!this.#rereads) return (await this.#vault.blobs.stat(objectKey))?.size === storedBytes;
    try {
      return hash('sha256', await this.#vault.blobs.get(objectKey, storedBytes), 'buffer').equals(storedSha256);
    } catch (error) {
      if (isProblem(error, 'object-missing', 'object-damaged')) return false;
      throw error;
    }
  }

  /** Writes the object anew under its key: every snapshot that names it is whole again (C4). */
  async #mend(known: StoredChunk, chunk: Chunk, packed: PackedChunk): Promise<StoredChunk> {
    const { objectKey, storedBytes } = known;
    if (!this.#index.mend) throw new Problem('object-missing', [objectKey]);
    const member = await this.#memberLike(known, chunk, packed);
    if (!member) {
      await this.#index.disown?.(known);
      return this.#put(known.name, chunk, packed);
    }
    const stored = this.#vault.seal.close(objectKey, member);
    const { name, rawBytes, documents, digest } = known;
    const mended = { name, objectKey, rawBytes, storedBytes, storedSha256: hash('sha256', stored, 'buffer'), documents, digest };
    await this.#writing.with(() => this.#vault.blobs.put(objectKey, stored));
    // The old object has the same length: should the rename be lost with the power, nothing but the mark tells them apart.
    await this.#vault.blobs.sync([objectKey]);
    await this.#index.mend(mended);
    this.#newBytes += storedBytes;
    return mended;
  }

  /**
   * A member of the chunk that can stand in the place of the old one. With a seal any of its length can. Without one the lists of older snapshots know it by its SHA-256, so it has to be the
   * same: as whichever of the two compressors makes it that made the old one.
   */
  async #memberLike(known: StoredChunk, chunk: Chunk, packed: PackedChunk): Promise<Buffer | null> {
    if (this.#vault.seal.encrypted) return memberOfLength(chunk.bytes, packed.member, known.storedBytes - this.#vault.seal.overhead);
    const isSame = (member: Buffer) => hash('sha256', member, 'buffer').equals(known.storedSha256);
    if (isSame(packed.member)) return packed.member;
    const other = await gzipMember(chunk.bytes);
    return isSame(other) ? other : null;
  }

  async #put(name: Buffer, chunk: Chunk, packed: PackedChunk): Promise<StoredChunk> {
    const objectKey = newChunkKey(name);
    const stored = this.#vault.seal.close(objectKey, packed.member);
    const written: StoredChunk = {
      name,
      objectKey,
      rawBytes: chunk.bytes.length,
      storedBytes: stored.length,
      storedSha256: hash('sha256', stored, 'buffer'),
      documents: chunk.documents,
      digest: Buffer.from(packed.digest),
    };
    // First the object, then its entry: whoever is told of it may read it (C2).
    await this.#writing.with(() => this.#vault.blobs.put(objectKey, stored));
    const winner = await this.#records.ask(written);
    if (winner.objectKey === objectKey) this.#newBytes += stored.length;
    else await this.#vault.blobs.delete(objectKey); // Nobody has seen this key, so nobody can be using it.
    return winner;
  }
}
