import { createHash } from 'node:crypto';
import { Decimal128, ObjectId } from 'bson';
import type { Document } from 'mongodb';
import { binary, codeWithScope, cstring, document, double, element, int32, int64, named, string } from './bson-bytes.ts';

/** A document, under the name that its `_id` is (or that stands for its `_id`). */
export interface CorpusDocument {
  what: string;
  bytes: Buffer;
}

const OBJECT_ID = Buffer.from(new ObjectId('65a1b2c3d4e5f60718293a4b').id);
const DECIMALS = ['0', '-0', '1.10', '9.999999999999999999999999999999999E+6144', '1E-6176', 'NaN', 'Infinity', '-Infinity'];
const NAN_WITH_PAYLOAD = Buffer.from('0100000000 00f87f'.replace(' ', ''), 'hex');

/** Every BSON type, at the edges of what it can be; the deprecated ones too. */
export const TYPES: readonly CorpusDocument[] = [
  ...values('double', 1, { one: double(1), negativeZero: double(-0), NaN: double(Number.NaN), Infinity: double(Number.POSITIVE_INFINITY) }),
  ...values('double', 1, { smallest: double(5e-324), largest: double(Number.MAX_VALUE), nanWithPayload: NAN_WITH_PAYLOAD }),
  ...values('string', 2, { empty: string(''), text: string('Grüße, 世界 🙂'), withNul: string('a\0b'), bom: string('\ufeffx') }),
  ...values('string', 2, {
    notUtf8: string(Buffer.from([0x61, 0xff, 0xfe, 0x62])),
    loneSurrogate: string(Buffer.from([0xed, 0xa0, 0x80])),
  }),
  ...values('document', 3, { empty: document(), inside: document(element(16, 'a', int32(1)), element(3, 'b', document())) }),
  ...values('array', 4, { empty: document(), mixed: document(element(16, '0', int32(1)), element(2, '1', string('x')), element(10, '2')) }),
  ...values('array', 4, { oddNames: document(element(16, '7', int32(1)), element(16, 'x', int32(2))) }),
  ...[0, 1, 3, 4, 5, 6, 7, 8, 0x80, 0xff].flatMap((subtype) => values('binary', 5, { [`subtype${subtype}`]: binary(subtype, OBJECT_ID) })),
  ...values('binary', 5, { empty: binary(0, Buffer.alloc(0)), old: binary(2, Buffer.concat([int32(3), Buffer.from('abc')])) }),
  ...values('undefined', 6, { value: Buffer.alloc(0) }),
  ...values('objectId', 7, { value: OBJECT_ID, zero: Buffer.alloc(12), ones: Buffer.alloc(12, 255) }),
  ...values('boolean', 8, { false: Buffer.from([0]), true: Buffer.from([1]) }),
  ...values('date', 9, { epoch: int64(0n), before: int64(-1n), least: int64(-(2n ** 63n)), greatest: int64(2n ** 63n - 1n) }),
  ...values('null', 10, { value: Buffer.alloc(0) }),
  ...values('regex', 11, { plain: Buffer.concat([cstring('^a.*/"$'), cstring('imx')]), empty: Buffer.concat([cstring(''), cstring('')]) }),
  ...values('regex', 11, { optionsUnsorted: Buffer.concat([cstring('a'), cstring('xi')]) }),
  ...values('dbPointer', 12, { value: Buffer.concat([string('shop.orders'), OBJECT_ID]) }),
  ...values('code', 13, { value: string('function () { return 1; }') }),
  ...values('symbol', 14, { value: string('a symbol') }),
  ...values('codeWithScope', 15, { value: codeWithScope('function () { return x; }', document(element(16, 'x', int32(1)))) }),
  ...values('int32', 16, { zero: int32(0), least: int32(-(2 ** 31)), greatest: int32(2 ** 31 - 1) }),
  ...values('timestamp', 17, { zero: int64(0n), value: int64((1_700_000_000n << 32n) | 7n), ones: int64(-1n) }),
  ...values('int64', 18, { one: int64(1n), least: int64(-(2n ** 63n)), greatest: int64(2n ** 63n - 1n) }),
  ...DECIMALS.flatMap((text) => values('decimal128', 19, { [text]: Buffer.from(Decimal128.fromString(text).bytes) })),
  ...values('maxKey', 127, { value: Buffer.alloc(0) }),
  ...values('minKey', 255, { value: Buffer.alloc(0) }),
];

/** What is odd about a document is not a value's type. */
export const SHAPES: readonly CorpusDocument[] = [
  shape('a key twice', element(16, 'a', int32(1)), element(16, 'b', int32(2)), element(2, 'a', string('again'))),
  shape('an empty key', element(16, '', int32(1))),
  shape('a key with a dollar', element(16, '$price', int32(1))),
  shape('an embedded key with a dollar', element(3, 'a', document(element(16, '$inc', int32(1))))),
  shape('a key with dots', element(16, 'a.b.c', int32(1))),
  shape('an embedded key with dots', element(3, 'a', document(element(16, 'b.c', int32(1))))),
  shape('keys like integers, out of order', element(16, '10', int32(1)), element(16, '2', int32(2)), element(16, '-1', int32(3))),
  shape('a key of 1,000 bytes', element(16, 'k'.repeat(1000), int32(1))),
  shape('a key that is no UTF-8', element(16, Buffer.from([0x61, 0xff]), int32(1))),
  shape('keys called __proto__ and constructor', element(16, '__proto__', int32(1)), element(3, 'constructor', document())),
  shape('_id not first', element(16, 'later', int32(1))),
  { what: 'an _id at the end', bytes: document(element(16, 'a', int32(1)), element(2, '_id', string('an _id at the end'))) },
  shape(
    'a DBRef',
    element(3, 'r', document(element(2, '$ref', string('c')), element(7, '$id', OBJECT_ID), element(2, '$db', string('d')))),
  ),
  shape('100 levels', element(3, 'n', nested(99))),
  shape('1,000 fields', ...Array.from({ length: 1000 }, (_, n) => element(16, `f${n}`, int32(n)))),
];

/** Servers compare numbers of all types: these are equal to others that are among the `_id`s. */
const EQUAL_TO_OTHERS = new Set([
  'double.negativeZero',
  'double.one',
  'double.nanWithPayload',
  ...['0', '-0', 'NaN', 'Infinity', '-Infinity'].map((text) => `decimal128.${text}`),
]);

/** `_id`s of every type that can be one. */
export const IDS: readonly CorpusDocument[] = TYPES.filter(
  ({ what }) => !/^(array|regex|undefined|string.notUtf8|string.loneSurrogate)/.test(what) && !EQUAL_TO_OTHERS.has(what),
).map(({ what, bytes }) => ({ what: `_id: ${what}`, bytes: withValueAsId(what, bytes) }));

const LARGEST = 16 * 1024 * 1024 - 1;
/** 16 MiB - 1: the largest that clients may send is 16 MiB. Bytes that do not compress. */
export const LARGE: readonly CorpusDocument[] = [large('16 MiB - 1', LARGEST), large('2 MiB + 1', 2 * 1024 * 1024 + 1)];

/** Names of collections; whatever a server allows must come back, also as the name of a file. */
export const NAMES: readonly string[] = [
  'with space',
  ' leading and trailing ',
  'per%2Fcent and %',
  '+plus+plus\\',
  'slash/in/it',
  'new\nline',
  'quote"s and \'s',
  "!'()*~._-",
  'métadonnées 世界 🙂',
  'Upper and lower',
  'upper and LOWER',
  'orders.metadata.json',
  'a.b.c',
  `long ${'x'.repeat(215)}`,
  `longer ${'y'.repeat(235)}`,
  '/'.repeat(120),
  '世'.repeat(70),
];

export interface CorpusCollection {
  what: string;
  options: Document;
  /** Index specifications, as `createIndexes` takes them. */
  indexes?: Document[];
}

const COLLATION = { locale: 'de', strength: 2 };

/** Options of collections; views are on `base`. */
export const COLLECTIONS: readonly CorpusCollection[] = [
  { what: 'capped', options: { capped: true, size: 65_536, max: 100 } },
  { what: 'capped by size alone', options: { capped: true, size: 4096 } },
  {
    what: 'validator',
    options: { validator: { $jsonSchema: { bsonType: 'object' } }, validationLevel: 'moderate', validationAction: 'warn' },
  },
  { what: 'validator with operators', options: { validator: { a: { $exists: true, $regex: '^x', $options: 'i' } } } },
  { what: 'collation', options: { collation: COLLATION } },
  { what: 'pre and post images', options: { changeStreamPreAndPostImages: { enabled: true } } },
  { what: 'clustered', options: { clusteredIndex: { key: { _id: 1 }, unique: true, name: 'the cluster' } } },
  { what: 'clustered with an age', options: { clusteredIndex: { key: { _id: 1 }, unique: true }, expireAfterSeconds: 1_000_000_000 } },
  { what: 'storage engine options', options: { storageEngine: { wiredTiger: { configString: 'block_compressor=zstd' } } } },
  { what: 'view', options: { viewOn: 'base', pipeline: [{ $match: { n: { $gt: 1 } } }, { $sort: { '2': 1, '10': -1 } }] } },
  { what: 'view on a view', options: { viewOn: 'view', pipeline: [{ $project: { n: 1 } }], collation: COLLATION } },
  { what: 'view on nothing', options: { viewOn: 'not there', pipeline: [] } },
];

/** Every kind of index and every option of one; all on one collection. */
export const INDEXES: readonly Document[] = [
  { name: 'ascending', key: { a: 1 } },
  { name: 'descending', key: { b: -1 } },
  {
    name: 'compound, 10 before 2',
    key: new Map(
      Object.entries({ x: 1 }).concat([
        ['10', -1],
        ['2', 1],
      ]),
    ),
  },
  { name: 'unique', key: { u: 1 }, unique: true },
  { name: 'sparse', key: { s: 1 }, sparse: true },
  { name: 'partial', key: { p: 1 }, partialFilterExpression: { p: { $gt: 5 } } },
  { name: 'ttl', key: { t: 1 }, expireAfterSeconds: 1_000_000_000 },
  { name: 'hidden', key: { h: 1 }, hidden: true },
  { name: 'wildcard', key: { '$**': 1 }, wildcardProjection: { secret: 0 } },
  { name: 'wildcard below', key: { 'w.$**': 1 } },
  {
    name: 'text',
    key: { _fts: 'text', _ftsx: 1 },
    weights: { body: 1, title: 10 },
    default_language: 'german',
    language_override: 'lang',
    textIndexVersion: 3,
  },
  { name: '2dsphere', key: { g: '2dsphere' }, '2dsphereIndexVersion': 3 },
  { name: '2d', key: { f: '2d' }, bits: 20, min: -90, max: 90 },
  { name: 'hashed', key: { i: 'hashed' } },
  { name: 'collation', key: { c: 1 }, collation: COLLATION },
  { name: 'a "name" with ünïcode / and %', key: { n: 1 } },
];

function values(type: string, code: number, variants: Record<string, Buffer>): CorpusDocument[] {
  return Object.entries(variants).map(([variant, value]) => {
    const what = `${type}.${variant}`;
    return { what, bytes: named(what, element(code, 'v', value), element(3, 'inside', document(element(code, 'v', value)))) };
  });
}

function shape(what: string, ...elements: Buffer[]): CorpusDocument {
  return { what, bytes: named(what, ...elements) };
}

function nested(levels: number): Buffer {
  return levels === 0 ? document() : document(element(3, 'n', nested(levels - 1)));
}

/** `{_id: v}` from `{_id, v, inside}`. */
function withValueAsId(what: string, bytes: Buffer): Buffer {
  const start = bytes.indexOf(Buffer.from('v\0'), what.length + 13) - 1;
  const end = bytes.indexOf(Buffer.from('\x03inside\0'), start);
  return document(element(bytes[start]!, '_id', bytes.subarray(start + 3, end)));
}

function large(what: string, size: number): CorpusDocument {
  const payload = size - named(what, element(5, 'p', binary(0, Buffer.alloc(0)))).length;
  const bytes = createHash('shake256', { outputLength: payload }).update(what).digest();
  return { what, bytes: named(what, element(5, 'p', binary(0, bytes))) };
}
