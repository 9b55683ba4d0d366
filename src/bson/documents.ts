/**
 * BSON as bytes: documents are measured, counted and looked into without decoding them.
 * Everything here may be handed bytes of a broken or hostile server: a length is checked before it is followed,
 * and what does not fit throws {@link MalformedBson}; no function reads outside its buffer.
 * The layout is that of https://bsonspec.org/spec.html (version 1.1).
 */

/** Whole BSON documents back to back. */
export interface DocumentRun {
  bytes: Buffer;
  documents: number;
}

/** The bytes of one element's value: `start` is its first byte, `end` the byte after its last. */
export interface ElementSpan {
  /** The element's type byte (`0x07` is an ObjectId). */
  type: number;
  start: number;
  end: number;
}

/** Element types that callers decide by. */
export const TYPES = { double: 1, string: 2, document: 3, array: 4, binary: 5, int32: 16, int64: 18 } as const;

/** Bytes that are not BSON. */
export class MalformedBson extends Error {
  readonly reason: string;
  readonly offset: number;

  constructor(what: string, offset: number) {
    super(`Malformed BSON at byte ${offset}: ${what}`);
    this.name = 'MalformedBson';
    this.reason = what;
    this.offset = offset;
  }
}

/** What servers keep at most: 16 MiB, and 16 KiB for what they add to a document themselves. */
export const LARGEST_DOCUMENT = 16 * 1024 * 1024 + 16 * 1024;

/** Servers take 200 levels inside themselves and 100 of clients. */
const MOST_LEVELS = 256;

/** An int32 for the length and a zero byte at the end. */
const SMALLEST_DOCUMENT = 5;

/** The length in bytes of the document that begins at `offset`. Its end is checked, its elements are not. */
export function documentLength(bytes: Buffer, offset: number): number {
  return framedLength(bytes, offset, bytes.length);
}

/** Throws unless every element of the document at `offset`, on every level, is where its lengths say. Whether text is UTF-8 is not looked at: servers keep it as it is. */
export function checkDocument(bytes: Buffer, offset: number, level = 0): void {
  if (level > MOST_LEVELS) throw new MalformedBson(`more than ${MOST_LEVELS} levels`, offset);
  const end = offset + documentLength(bytes, offset) - 1;
  for (let at = offset + 4; at < end; ) {
    const type = bytes[at]!;
    const start = stringEnd(bytes, at + 1, end) + 1;
    const valueEnd = start + valueLength(bytes, type, start, end);
    if (type === TYPES.document || type === TYPES.array) checkDocument(bytes, start, level + 1);
    if (type === CODE_WITH_SCOPE) checkScope(bytes, start, valueEnd, level + 1);
    at = valueEnd;
  }
}

const CODE_WITH_SCOPE = 15;

function checkScope(bytes: Buffer, start: number, end: number, level: number): void {
  const scope = start + 4 + stringLength(bytes, start + 4, end);
  if (scope + framedLength(bytes, scope, end) !== end) throw new MalformedBson('code with scope has another length than its parts', start);
  checkDocument(bytes, scope, level);
}

/** How many documents `bytes` holds, back to back from its first byte to its last. */
export function countDocuments(bytes: Buffer): number {
  let count = 0;
  for (let offset = 0; offset < bytes.length; offset += documentLength(bytes, offset)) count++;
  return count;
}

/** The value of the first top-level element called `name` of the document at `documentStart`, or null when it has none. */
export function findElement(bytes: Buffer, documentStart: number, name: string): ElementSpan | null {
  const wanted = Buffer.from(name, 'utf8');
  const end = documentStart + documentLength(bytes, documentStart) - 1;
  let offset = documentStart + 4;
  while (offset < end) {
    const type = bytes[offset]!;
    const nameEnd = stringEnd(bytes, offset + 1, end);
    const start = nameEnd + 1;
    const valueEnd = start + valueLength(bytes, type, start, end);
    if (nameEnd - offset - 1 === wanted.length && bytes.compare(wanted, 0, wanted.length, offset + 1, nameEnd) === 0) {
      return { type, start, end: valueEnd };
    }
    offset = valueEnd;
  }
  return null;
}

/** Every top-level element of the document at `documentStart`, in the order of its bytes; a name that occurs twice comes twice. */
export function* elementsOf(bytes: Buffer, documentStart: number): Generator<ElementSpan & { name: string }> {
  const end = documentStart + documentLength(bytes, documentStart) - 1;
  let offset = documentStart + 4;
  while (offset < end) {
    const type = bytes[offset]!;
    const nameEnd = stringEnd(bytes, offset + 1, end);
    const start = nameEnd + 1;
    const valueEnd = start + valueLength(bytes, type, start, end);
    yield { name: bytes.toString('utf8', offset + 1, nameEnd), type, start, end: valueEnd };
    offset = valueEnd;
  }
}

/** The text of a string value, as {@link findElement} found it. */
export function stringValue(bytes: Buffer, value: ElementSpan): string {
  return bytes.toString('utf8', value.start + 4, value.end - 1);
}

const FIXED_LENGTHS: Readonly<Record<number, number>> = {
  1: 8, // double
  6: 0, // undefined
  7: 12, // ObjectId
  8: 1, // boolean
  9: 8, // date
  10: 0, // null
  16: 4, // int32
  17: 8, // timestamp
  18: 8, // int64
  19: 16, // Decimal128
  127: 0, // MaxKey
  255: 0, // MinKey
};

/** The length of a value of `type` at `offset`, which must end at or before `end` (the place of the enclosing document's zero byte). */
function valueLength(bytes: Buffer, type: number, offset: number, end: number): number {
  const length = FIXED_LENGTHS[type] ?? variableLength(bytes, type, offset, end);
  if (offset + length > end) throw new MalformedBson(`a value of type ${type} goes past the end of its document`, offset);
  return length;
}

function variableLength(bytes: Buffer, type: number, offset: number, end: number): number {
  switch (type) {
    case 2: // string
    case 13: // code
    case 14: // symbol
      return stringLength(bytes, offset, end);
    case 3: // document
    case 4: // array
      return framedLength(bytes, offset, end);
    case 5: // binary: length, subtype, bytes
      return 5 + lengthField(bytes, offset, end, 0);
    case 11: // regular expression: two C strings
      return stringEnd(bytes, stringEnd(bytes, offset, end) + 1, end) + 1 - offset;
    case 12: // DBPointer: string, ObjectId
      return stringLength(bytes, offset, end) + 12;
    case 15: // code with scope: its own length counts everything; length, string and document take 14 at least
      return lengthField(bytes, offset, end, 14);
    default:
      throw new MalformedBson(`unknown type ${type}`, offset);
  }
}

function framedLength(bytes: Buffer, offset: number, end: number): number {
  const length = lengthField(bytes, offset, end, SMALLEST_DOCUMENT);
  if (offset + length > end) throw new MalformedBson(`a document of ${length} bytes goes past the end`, offset);
  if (bytes[offset + length - 1] !== 0) throw new MalformedBson('a document does not end in a zero byte', offset);
  return length;
}

function stringLength(bytes: Buffer, offset: number, end: number): number {
  const length = lengthField(bytes, offset, end, 1);
  if (offset + 4 + length > end) throw new MalformedBson('a string goes past the end of its document', offset);
  if (bytes[offset + 3 + length] !== 0) throw new MalformedBson('a string does not end in a zero byte', offset);
  return 4 + length;
}

/** The int32 at `offset`, which must be at least `smallest`. */
function lengthField(bytes: Buffer, offset: number, end: number, smallest: number): number {
  if (!(offset >= 0 && offset + 4 <= end)) throw new MalformedBson('a length is cut off', offset);
  const length = bytes.readInt32LE(offset);
  if (length < smallest) throw new MalformedBson(`a length of ${length}, where ${smallest} is the least`, offset);
  return length;
}

/** The place of the zero byte that ends the C string at `offset`. */
function stringEnd(bytes: Buffer, offset: number, end: number): number {
  // Not Buffer.indexOf: names are short, and the search must stop at `end`, not at the end of a 48 MB reply.
  for (let at = offset; at < end; at++) if (bytes[at] === 0) return at;
  throw new MalformedBson('a name is not ended', offset);
}
