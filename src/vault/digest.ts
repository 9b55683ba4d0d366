import { createHash, hash } from 'node:crypto';
import { documentLength } from '../bson/documents.ts';
import { type Native, native } from '../native.ts';

/** What a collection's documents are as a set: equal for the same documents in any order, different for any others. */
export interface CollectionDigest {
  documents: number;
  bytes: number;
  /** Eight uint32, big-endian, in hexadecimal. */
  lanes: string;
}

export interface Digest {
  /** Adds whole documents; throws `MalformedBson` on anything else. */
  add(bytes: Buffer): void;
  value(): CollectionDigest;
}

const LANES = 8;
export const LANES_BYTES = 4 * LANES;
/** Above this a document is hashed where it lies: by then the copy costs more than setting up a hash object does. */
const LARGEST_COPY = 64 * 1024;

/**
 * SHA-256(secret || document) of every document, summed in eight uint32 lanes. Addition forgets the order but, unlike XOR, not how often a document
 * occurs; the secret keeps anyone from making up documents whose hashes sum to the same. Without the native module: one-shot `hash` to a string of bytes (`binary`, also called latin1) is twice as fast
 * as a hash object for each document: no native object and no Buffer to collect.
 */
export class SummedDigest implements Digest {
  readonly #secret: Buffer;
  readonly #native: Native | null;
  #scratch: Buffer | undefined;
  readonly #lanes = new Uint32Array(LANES);
  #documents = 0;
  #bytes = 0;

  constructor(secret: Buffer, by: Native | null = native) {
    this.#secret = secret;
    this.#native = by;
  }

  add(bytes: Buffer): void {
    const documents = this.#native?.sumDocuments(this.#lanes, this.#secret, bytes) ?? -1;
    // Whatever the native module refuses is said by the walk through the documents.
    if (documents < 0) this.#walk(bytes);
    else this.#documents += documents;
    this.#bytes += bytes.length;
  }

  #walk(bytes: Buffer): void {
    let offset = 0;
    while (offset < bytes.length) {
      const length = documentLength(bytes, offset);
      addHash(this.#lanes, this.#hash(bytes, offset, length));
      offset += length;
      this.#documents += 1;
    }
  }

  value(): CollectionDigest {
    return { documents: this.#documents, bytes: this.#bytes, lanes: this.lanes().toString('hex') };
  }

  /** The lanes as they are stored with a chunk: 32 bytes. */
  lanes(): Buffer {
    return lanesToBuffer(this.#lanes);
  }

  #hash(bytes: Buffer, start: number, length: number): string {
    const secret = this.#secret;
    if (length > LARGEST_COPY) {
      return createHash('sha256')
        .update(secret)
        .update(bytes.subarray(start, start + length))
        .digest('binary');
    }
    this.#scratch ??= Buffer.concat([secret, Buffer.alloc(LARGEST_COPY)]);
    bytes.copy(this.#scratch, secret.length, start, start + length);
    return hash('sha256', this.#scratch.subarray(0, secret.length + length), 'binary');
  }
}

/** Sums the stored digests of chunks into the digest of their collection. */
export class DigestSum {
  readonly #lanes = new Uint32Array(LANES);
  #documents = 0;
  #bytes = 0;

  add(part: { documents: number; rawBytes: number; digest: Buffer }): void {
    for (let lane = 0; lane < LANES; lane += 1) this.#lanes[lane]! += part.digest.readUInt32BE(4 * lane);
    this.#documents += part.documents;
    this.#bytes += part.rawBytes;
  }

  value(): CollectionDigest {
    return { documents: this.#documents, bytes: this.#bytes, lanes: lanesToBuffer(this.#lanes).toString('hex') };
  }
}

function addHash(lanes: Uint32Array, bytes: string): void {
  for (let lane = 0, at = 0; lane < LANES; lane += 1, at += 4) {
    lanes[lane]! +=
      (bytes.charCodeAt(at) << 24) | (bytes.charCodeAt(at + 1) << 16) | (bytes.charCodeAt(at + 2) << 8) | bytes.charCodeAt(at + 3);
  }
}

function lanesToBuffer(lanes: Uint32Array): Buffer {
  const buffer = Buffer.alloc(LANES_BYTES);
  for (let lane = 0; lane < LANES; lane += 1) buffer.writeUInt32BE(lanes[lane]!, 4 * lane);
  return buffer;
}
