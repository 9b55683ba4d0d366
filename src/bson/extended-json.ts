import { type Document, deserialize, EJSON } from 'bson';
import { type ElementSpan, elementsOf, TYPES } from './documents.ts';

/**
 * Canonical Extended JSON v2 (https://github.com/mongodb/specifications/blob/master/source/extended-json/extended-json.md) for what is kept as text:
 * the options and the indexes of a collection. Not `EJSON.stringify` and `EJSON.parse` alone, for two reasons: a JavaScript object moves keys that
 * look like integers to the front, and in an index the order of the keys is its meaning; and `EJSON.parse` takes the query `{$regex, $options}`
 * of a validator for a regular expression.
 */
export function extendedJson(bytes: Buffer, documentStart = 0): string {
  const parts = [...elementsOf(bytes, documentStart)].map((element) => `${JSON.stringify(element.name)}:${valueText(bytes, element)}`);
  return `{${parts.join(',')}}`;
}

function valueText(bytes: Buffer, value: ElementSpan): string {
  if (value.type === TYPES.document) return extendedJson(bytes, value.start);
  if (value.type === TYPES.array) return `[${[...elementsOf(bytes, value.start)].map((element) => valueText(bytes, element)).join(',')}]`;
  return EJSON.stringify(scalar(bytes, value), { relaxed: false });
}

/** Decodes one value by making it the only one of a document. */
function scalar(bytes: Buffer, value: ElementSpan): unknown {
  const length = value.end - value.start;
  const alone = Buffer.alloc(length + 8);
  alone.writeInt32LE(alone.length, 0);
  alone[4] = value.type;
  alone[5] = 0x76;
  bytes.copy(alone, 7, value.start, value.end);
  return deserialize(alone, { promoteValues: false, bsonRegExp: true }).v;
}

/**
 * The document of an Extended JSON text, ready to be sent: numbers keep their BSON type, and an object that has a key which looks like an
 * integer becomes a `Map`, so that its order stays ({@link entriesOf} reads both).
 */
export function parseExtendedJson(text: string): Document {
  // A letter before every key keeps JSON.parse from reordering them.
  const marked = text.replace(/("(?:[^"\\]|\\.)*")(\s*:)?/g, (_, string: string, colon?: string) =>
    colon ? `"k${string.slice(1)}${colon}` : string,
  );
  const value: unknown = JSON.parse(marked);
  if (value === null || typeof value !== 'object' || Array.isArray(value))
    throw new SyntaxError('Extended JSON of a document was expected');
  return unmark(value) as Document;
}

const INTEGER_LIKE = /^(0|[1-9]\d{0,9})$/;

/** The one key by which Extended JSON marks a typed value; query operators (`$gt`, `$regex`) are not among them. */
const TYPE_KEYS = new Set(
  '$numberInt $numberLong $numberDouble $numberDecimal $binary $uuid $oid $date $timestamp $regularExpression $symbol $code $undefined $minKey $maxKey $dbPointer'.split(
    ' ',
  ),
);

function unmark(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unmark);
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).map(([key, inner]) => [key.slice(1), inner] as const);
  if (entries[0] && TYPE_KEYS.has(entries[0][0])) return EJSON.deserialize(plain(value) as Document, { relaxed: false });
  const converted = entries.map(([key, inner]) => [key, unmark(inner)] as const);
  return entries.some(([key]) => INTEGER_LIKE.test(key)) ? new Map(converted) : Object.fromEntries(converted);
}

function plain(value: unknown): unknown {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(plain);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key.slice(1), plain(inner)]));
}

/** The entries of what {@link parseExtendedJson} made of an object, in their order. */
export function entriesOf(document: object): [string, unknown][] {
  return document instanceof Map ? [...document] : Object.entries(document);
}
