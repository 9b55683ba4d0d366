import { type DocumentRun, documentLength, type ElementSpan, findElement, MalformedBson } from '../bson/documents.ts';
import { KeyedHash } from './keyed-hash.ts';

/** A run of whole documents that is stored as one object. */
export interface Chunk {
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
 * Nothing is copied while a chunk lies in one run; the runs belong to the chunker until their chunks are done.
 */
export class Chunker {
  readonly #hash: KeyedHash;
  #parts: Buffer[] = [];
  #bytes = 0;
  #documents = 0;
  #lastLength = 0;

  constructor(boundariesKey: Uint8Array) {
    this.#hash = new KeyedHash(boundariesKey);
  }

  /** Takes the run and yields each chunk that it completes. Must be read to its end. Throws `MalformedBson` on bytes that are no documents. */
  *push(run: DocumentRun): Generator<Chunk> {
    const { bytes } = run;
    let partStart = 0;
    for (let offset = 0; offset < bytes.length; ) {
      const length = documentLength(bytes, offset);
      if (this.#documents > 0 && this.#bytes + length > LARGEST_CHUNK) {
        yield this.#cut(bytes.subarray(partStart, offset));
        partStart = offset;
      }
      this.#bytes += length;
      this.#documents += 1;
      this.#lastLength = length;
      offset += length;
      if (this.#bytes >= SMALLEST_CHUNK && this.#isBoundary(bytes, offset - length, length)) {
        yield this.#cut(bytes.subarray(partStart, offset));
        partStart = offset;
      }
    }
    if (partStart < bytes.length) this.#parts.push(bytes.subarray(partStart));
  }

  /** The last chunk, or null when nothing is left. */
  end(): Chunk | null {
    return this.#documents > 0 ? this.#cut(Buffer.alloc(0)) : null;
  }

  #cut(lastPart: Buffer): Chunk {
    if (lastPart.length > 0) this.#parts.push(lastPart);
    const bytes = this.#parts.length === 1 ? this.#parts[0]! : Buffer.concat(this.#parts, this.#bytes);
    const chunk = { bytes, documents: this.#documents, lastDocument: this.#bytes - this.#lastLength };
    this.#parts = [];
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

/** The `_id` of the document at `start`; null when there is none, or when what stands before it cannot be read: such a document is kept as it is. */
export function documentId(bytes: Buffer, start: number): ElementSpan | null {
  try {
    return findElement(bytes, start, '_id');
  } catch (error) {
    if (error instanceof MalformedBson) return null;
    throw error;
  }
}
