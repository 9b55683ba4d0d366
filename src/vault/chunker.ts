import { type DocumentRun, documentLength, type ElementSpan, findElement, MalformedBson } from '../bson/documents.ts';
import { type Native, native } from '../native.ts';
import type { BufferPool } from './buffer-pool.ts';
import { KeyedHash } from './keyed-hash.ts';

/** A run of whole documents that is stored as one object. */
export interface Chunk {
  /** In a buffer of the pool, unless it is a large document or the last chunk: to be given back when the chunk is done. */
  bytes: Buffer;
  documents: number;
  /** Where the last document starts in `bytes`. */
  lastDocument: number;
}

const KIB = 1024;
const MIB = 1024 * KIB;
export const SMALLEST_CHUNK = 512 * KIB;
export const LARGEST_CHUNK = 2 * MIB;

/**
 * Cuts one collection's documents into chunks whose boundaries depend on the documents and not on where in the collection they stand, so that an insert
 * or a delete changes the chunks around it and no others.
 *
 * The rule: a chunk ends after a document when it holds at least 512 KiB and `hash64(_id) < 2^64 * documentSize / 1 MiB`. The chance grows with the
 * document, so that a MiB of documents holds one boundary on average whatever their size; with a fixed chance, collections of large documents had so few
 * boundaries that one insert made 75 % of the chunks new, against 0.9 % now. A chunk has at most 2 MiB; a larger document is a chunk of its own. A
 * document without `_id` is hashed whole.
 *
 * Chunks are copies: a run is the caller's again as soon as {@link push} has been read to its end.
 */
export class Chunker {
  readonly #key: Buffer;
  readonly #hash: KeyedHash;
  readonly #native: Native | null;
  readonly #skipped = new Int32Array(3);
  /** Buffers of {@link LARGEST_CHUNK} bytes. */
  readonly #pool: BufferPool;
  #memory: Buffer | null = null;
  #bytes = 0;
  #documents = 0;
  #lastLength = 0;

  constructor(boundariesKey: Buffer, pool: BufferPool, by: Native | null = native) {
    this.#key = boundariesKey;
    this.#hash = new KeyedHash(boundariesKey);
    this.#pool = pool;
    this.#native = by;
  }

  /** Takes the run and yields each chunk that it completes. Must be read to its end. Throws `MalformedBson` on bytes that are no documents. */
  *push(run: DocumentRun): Generator<Chunk> {
    const { bytes } = run;
    let kept = 0;
    const keepUntil = (end: number) => {
      this.#keep(bytes, kept, end);
      kept = end;
    };
    for (let offset = this.#skip(bytes, 0, kept); offset < bytes.length; offset = this.#skip(bytes, offset, kept)) {
      const length = documentLength(bytes, offset);
      if (this.#documents > 0 && this.#bytes + (offset - kept) + length > LARGEST_CHUNK) {
        keepUntil(offset);
        yield this.#cut();
      }
      this.#documents += 1;
      this.#lastLength = length;
      offset += length;
      if (this.#bytes + (offset - kept) >= SMALLEST_CHUNK && this.#isBoundary(bytes, offset - length, length)) {
        keepUntil(offset);
        yield this.#cut();
      }
    }
    keepUntil(bytes.length);
  }

  /** Where the first document starts that may end the chunk or not fit into it; all before it are counted. The module only saves the walk to it. */
  #skip(bytes: Buffer, offset: number, kept: number): number {
    if (!this.#native) return offset;
    this.#native.skipDocuments(this.#key, bytes, offset, this.#bytes + offset - kept, SMALLEST_CHUNK, LARGEST_CHUNK, this.#skipped);
    const [end, documents, lastLength] = this.#skipped as unknown as [number, number, number];
    this.#documents += documents;
    if (documents > 0) this.#lastLength = lastLength;
    return end;
  }

  /** The last chunk, or null when nothing is left. It is copied to memory of its own: thousands of small collections must not hold a whole buffer each. */
  end(): Chunk | null {
    if (this.#documents === 0) return null;
    const { bytes, ...rest } = this.#cut();
    const last = { ...rest, bytes: Buffer.from(bytes) };
    this.#pool.giveBack(bytes);
    return last;
  }

  #keep(bytes: Buffer, start: number, end: number): void {
    const length = this.#bytes + end - start;
    if (length === 0) return;
    this.#memory ??= length > LARGEST_CHUNK ? Buffer.allocUnsafeSlow(length) : this.#pool.take();
    bytes.copy(this.#memory, this.#bytes, start, end);
    this.#bytes = length;
  }

  #cut(): Chunk {
    const chunk = {
      bytes: this.#memory!.subarray(0, this.#bytes),
      documents: this.#documents,
      lastDocument: this.#bytes - this.#lastLength,
    };
    this.#memory = null;
    this.#bytes = 0;
    this.#documents = 0;
    return chunk;
  }

  /** `2^64 * length / 2^20` is `length * 2^12` in units of 2^32, so the upper half of the hash decides alone and exactly. */
  #isBoundary(bytes: Buffer, start: number, length: number): boolean {
    if (length >= MIB) return true;
    const id = documentId(bytes, start);
    const hash = id ? this.#hash.upper32(bytes, id.start, id.end) : this.#hash.upper32(bytes, start, start + length);
    return hash < length * 4096;
  }
}

/** `_id\0` as a number. */
const ID_NAME = 0x0064695f;
const OBJECT_ID = 7;

/** The `_id` of the document at `start`; null when there is none, or when what stands before it cannot be read: such a document is kept as it is. */
export function documentId(bytes: Buffer, start: number): ElementSpan | null {
  // Nearly every document begins so; the long way costs as much as the rest of finding the chunks.
  if (bytes[start + 4] === OBJECT_ID && documentLength(bytes, start) > 21 && bytes.readInt32LE(start + 5) === ID_NAME) {
    return { type: OBJECT_ID, start: start + 9, end: start + 21 };
  }
  try {
    return findElement(bytes, start, '_id');
  } catch (error) {
    if (error instanceof MalformedBson) return null;
    throw error;
  }
}
