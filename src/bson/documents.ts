/**
 * Whole BSON documents as bytes (bsonspec.org): how long one is, how many there are, where one of its elements lies.
 * Nothing is decoded. Input may be hostile: every length is checked before it is believed, and nothing outside the document is read.
 */

/** Whole BSON documents back to back. */
export interface DocumentRun {
  bytes: Buffer;
  documents: number;
}

/** The value of one top-level element, within the buffer it was found in. */
export interface ElementSpan {
  type: number;
  start: number;
  end: number;
}

export class MalformedBson extends Error {
  constructor(what: string, offset: number) {
    super(`malformed BSON at byte ${offset}: ${what}`);
    this.name = 'MalformedBson';
  }
}

const SMALLEST_DOCUMENT = 5;

/** The length in bytes of the document at `offset`; throws {@link MalformedBson} unless it lies wholly in `bytes` and ends with its zero byte. */
export function documentLength(bytes: Buffer, offset: number): number {
  if (offset < 0 || offset + SMALLEST_DOCUMENT > bytes.length) throw new MalformedBson('no room for a document', offset);
  const length = bytes[offset]! | (bytes[offset + 1]! << 8) | (bytes[offset + 2]! << 16) | (bytes[offset + 3]! << 24);
  if (length < SMALLEST_DOCUMENT || offset + length > bytes.length) throw new MalformedBson(`length ${length}`, offset);
  if (bytes[offset + length - 1] !== 0) throw new MalformedBson('no zero byte at the end', offset);
  return length;
}

/** How many documents `bytes` holds; throws unless it is a run of whole documents. */
export function countDocuments(bytes: Buffer): number {
  let count = 0;
  for (let offset = 0; offset < bytes.length; count += 1) offset += documentLength(bytes, offset);
  return count;
}

/**
 * The value of the first top-level element called `name` in the document at `documentStart`, or `null`.
 * The first one counts where a key stands twice, as it does for the server.
 */
export function findElement(bytes: Buffer, documentStart: number, name: string): ElementSpan | null {
  const documentEnd = documentStart + documentLength(bytes, documentStart) - 1;
  let offset = documentStart + 4;
  while (offset < documentEnd) {
    const type = bytes[offset]!;
    const nameStart = offset + 1;
    const nameEnd = zeroByteAfter(bytes, nameStart, documentEnd);
    const start = nameEnd + 1;
    const end = start + valueLength(bytes, type, start, documentEnd);
    if (end > documentEnd) throw new MalformedBson('an element longer than its document', offset);
    if (nameEnd - nameStart === name.length && isAscii(bytes, nameStart, name)) return { type, start, end };
    offset = end;
  }
  return null;
}

/** Compares with an ASCII name without making a string of every key. */
function isAscii(bytes: Buffer, start: number, name: string): boolean {
  for (let i = 0; i < name.length; i += 1) if (bytes[start + i] !== name.charCodeAt(i)) return false;
  return true;
}

function zeroByteAfter(bytes: Buffer, start: number, limit: number): number {
  let at = start;
  while (at < limit && bytes[at] !== 0) at += 1;
  if (at >= limit) throw new MalformedBson('a name without an end', start);
  return at;
}

/** Sizes of the types whose values have one size, by type byte; -1 for the others. */
const FIXED_SIZES = new Int8Array(256).fill(-1);
for (const [type, size] of [
  [0x01, 8], // double
  [0x06, 0], // undefined (deprecated)
  [0x07, 12], // ObjectId
  [0x08, 1], // boolean
  [0x09, 8], // date
  [0x0a, 0], // null
  [0x10, 4], // int32
  [0x11, 8], // timestamp
  [0x12, 8], // int64
  [0x13, 16], // decimal128
  [0x7f, 0], // MaxKey
  [0xff, 0], // MinKey
] as const) {
  FIXED_SIZES[type] = size;
}

function valueLength(bytes: Buffer, type: number, start: number, limit: number): number {
  const fixed = FIXED_SIZES[type]!;
  if (fixed >= 0) return fixed;
  switch (type) {
    case 0x03: // document
    case 0x04: // array
    case 0x0f: // code with scope (deprecated): its length counts itself
      return lengthPrefix(bytes, start, limit, SMALLEST_DOCUMENT);
    case 0x02: // string
    case 0x0d: // code
    case 0x0e: // symbol (deprecated)
      return 4 + lengthPrefix(bytes, start, limit, 1);
    case 0x05: // binary: length, subtype, bytes
      return 5 + lengthPrefix(bytes, start, limit, 0);
    case 0x0b: { // regular expression: two zero-terminated strings
      const pattern = zeroByteAfter(bytes, start, limit);
      return zeroByteAfter(bytes, pattern + 1, limit) + 1 - start;
    }
    case 0x0c: // DBPointer (deprecated): string, ObjectId
      return 4 + lengthPrefix(bytes, start, limit, 1) + 12;
    default:
      throw new MalformedBson(`unknown element type 0x${type.toString(16)}`, start);
  }
}

function lengthPrefix(bytes: Buffer, start: number, limit: number, smallest: number): number {
  if (start + 4 > limit) throw new MalformedBson('no room for a length', start);
  const length = bytes.readInt32LE(start);
  if (length < smallest || start + length > limit) throw new MalformedBson(`length ${length}`, start);
  return length;
}
