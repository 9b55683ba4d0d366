import { randomBytes } from 'node:crypto';
import { type Document, serialize } from 'bson';
import { documentLength, findElement } from '../../../src/bson/documents.ts';

/** Names of array elements: `0` to `9999`, then `0` again. Clients step over them, so a batch may begin at any of them. */
const NAMES = Array.from({ length: 10_000 }, (_, n) => Buffer.from(`\x03${n}\0`));

/** Documents as elements of a BSON array, which is how answers carry them: any run of them can be sent as it lies here. */
export interface Block {
  bytes: Buffer;
  /** Where each element begins, and where the last one ends. */
  starts: Uint32Array;
}

/** Makes a block of documents that lie back to back. */
export function blockOf(documents: Buffer): Block {
  const lengths: number[] = [];
  let size = 0;
  for (let at = 0; at < documents.length; ) {
    const length = documentLength(documents, at);
    size += NAMES[lengths.length % NAMES.length]!.length + length;
    lengths.push(length);
    at += length;
  }
  const bytes = Buffer.allocUnsafeSlow(size);
  const starts = new Uint32Array(lengths.length + 1);
  let from = 0;
  let to = 0;
  for (const [n, length] of lengths.entries()) {
    starts[n] = to;
    const name = NAMES[n % NAMES.length]!;
    bytes.set(name, to);
    documents.copy(bytes, to + name.length, from, from + length);
    to += name.length + length;
    from += length;
  }
  starts[lengths.length] = to;
  return { bytes, starts };
}

/** The documents of another block with later `_id`s, which must be ObjectIds that come first; made each time they are read. */
class RepeatedBlock implements Block {
  readonly starts: Uint32Array;
  readonly #base: Block;
  readonly #turn: number;

  constructor(base: Block, turn: number) {
    this.starts = base.starts;
    this.#base = base;
    this.#turn = turn;
  }

  get bytes(): Buffer {
    const bytes = Buffer.from(this.#base.bytes);
    for (let element = 0; element < this.starts.length - 1; element++) {
      // The seconds of the ObjectId: after the element's name, the document's length, the type and `_id`.
      const seconds = bytes.indexOf(0, this.starts[element]!) + 1 + 4 + 1 + 4;
      bytes.writeUInt32BE(bytes.readUInt32BE(seconds) + this.#turn * 0x10000, seconds);
    }
    return bytes;
  }
}

export function blockOfDocuments(documents: Document[]): Block {
  return blockOf(Buffer.concat(documents.map((document) => serialize(document, { ignoreUndefined: true }))));
}

export interface Position {
  block: number;
  element: number;
}

/** The longest batch from `from` on: at least one document, else at most `documents` and `bytes`. */
export function takeBatch(blocks: readonly Block[], from: Position, documents: number, bytes: number) {
  const slices: Buffer[] = [];
  let { block, element } = from;
  let documentsLeft = documents;
  let bytesLeft = bytes;
  while (block < blocks.length && documentsLeft > 0 && bytesLeft > 0) {
    const { bytes: all, starts } = blocks[block]!;
    const start = starts[element]!;
    const most = Math.min(starts.length - 1, element + documentsLeft);
    const end = lastFitting(starts, element, most, start + bytesLeft);
    if (end === element && slices.length > 0) break;
    const next = end === element ? Math.min(element + 1, most) : end;
    slices.push(all.subarray(start, starts[next]!));
    documentsLeft -= next - element;
    bytesLeft -= starts[next]! - start;
    element = next;
    if (element < starts.length - 1) break;
    block += 1;
    element = 0;
  }
  return { slices, next: { block, element } };
}

/** The last element boundary from `low` to `high` that is not after `limit`. */
function lastFitting(starts: Uint32Array, low: number, high: number, limit: number): number {
  let [least, most] = [low, high];
  while (least < most) {
    const middle = (least + most + 1) >> 1;
    if (starts[middle]! <= limit) least = middle;
    else most = middle - 1;
  }
  return least;
}

/** The document of an element. */
export function documentAt({ bytes, starts }: Block, element: number): Buffer {
  return bytes.subarray(bytes.indexOf(0, starts[element]!) + 1, starts[element + 1]!);
}

/** A document with the `_id` alone. */
export function idOnly(document: Buffer): Buffer {
  const id = findElement(document, 0, '_id');
  if (!id) return Buffer.from([5, 0, 0, 0, 0]);
  const made = Buffer.alloc(id.end - id.start + 10);
  made.writeInt32LE(made.length, 0);
  made[4] = id.type;
  made.write('_id', 5);
  document.copy(made, 9, id.start, id.end);
  return made;
}

let writes = 0;

/** The moment that is now: how many writes there were in all collections. */
export function presentMoment(): number {
  return writes;
}

/** A collection with what was put into it, in that order; nothing looks for equal `_id`s. */
export class Collection {
  readonly options: Document;
  readonly uuid = randomBytes(16);
  readonly blocks: Block[] = [];
  /** Of each block, the moment it was written. */
  readonly #writtenAt: number[] = [];
  indexes: Document[] = [{ v: 2, key: { _id: 1 }, name: '_id_' }];
  documents = 0;
  bytes = 0;
  /** Of a time series: whether a bucket may hold values of several types under one name. */
  mayMixSchemas = false;

  constructor(options: Document = {}) {
    this.options = options;
  }

  /** The documents of a block of this collection once more, with later `_id`s: after those of an earlier `turn`. */
  addRepeated(block: Block, turn: number): void {
    const count = block.starts.length - 1;
    this.bytes += Math.round((this.bytes / this.documents) * count);
    this.documents += count;
    this.#push(new RepeatedBlock(block, turn));
  }

  /** Whether there is one with the same `_id`, by looking at all. */
  holds(document: Buffer): boolean {
    const id = idOnly(document);
    return this.blocks.some((block) => {
      for (let element = 0; element < block.starts.length - 1; element++) if (idOnly(documentAt(block, element)).equals(id)) return true;
      return false;
    });
  }

  /** Documents back to back; answers how many. */
  add(documents: Buffer): number {
    const block = blockOf(documents);
    const count = block.starts.length - 1;
    if (count > 0) this.#push(block);
    this.documents += count;
    this.bytes += documents.length;
    return count;
  }

  #push(block: Block): void {
    writes += 1;
    this.blocks.push(block);
    this.#writtenAt.push(writes);
  }

  /** What there was after so many writes: nothing is ever changed or deleted. */
  blocksAt(moment: number): Block[] {
    return this.blocks.filter((_, n) => this.#writtenAt[n]! <= moment);
  }
}

/** Databases by name, collections by name. */
export type Databases = Map<string, Map<string, Collection>>;

export function collectionFor(databases: Databases, database: string, name: string, options: Document = {}): Collection {
  if (!databases.has(database)) databases.set(database, new Map());
  const all = databases.get(database)!;
  if (!all.has(name)) all.set(name, new Collection(options));
  return all.get(name)!;
}
