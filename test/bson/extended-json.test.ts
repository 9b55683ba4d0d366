import {
  Binary,
  BSONRegExp,
  BSONSymbol,
  Code,
  Decimal128,
  Double,
  Int32,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  serialize,
  Timestamp,
  UUID,
} from 'bson';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { entriesOf, extendedJson, parseExtendedJson } from '../../src/bson/extended-json.ts';

const scalar = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.double().map((number) => new Double(number)),
  fc.integer().map((number) => new Int32(number)),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((number) => Long.fromBigInt(number)),
  fc.constantFrom(
    true,
    false,
    null,
    new Date(0),
    new Date(-1),
    new Date(8.64e15),
    new ObjectId(),
    new UUID(),
    new Timestamp({ t: 1, i: 2 }),
  ),
  fc.constantFrom(
    new BSONRegExp('a"b\\d', 'im'),
    new BSONSymbol('s'),
    new Code('f()'),
    new Code('f()', { a: 1 }),
    new MinKey(),
    new MaxKey(),
  ),
  fc.constantFrom(Decimal128.fromString('1.50'), Decimal128.fromString('NaN'), new Binary(new Uint8Array([1, 2]), 0x80)),
);
const name = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 6 }).filter((text) => !text.includes('\0')),
  fc.nat(200).map(String),
  fc.constantFrom('$gt', '$regex', '$options', '$ref', 'k', '__proto__', 'a"b', 'a\\', '4294967295'),
);
const value = fc.letrec((tie) => ({
  any: fc.oneof({ maxDepth: 3, depthSize: 'small' }, scalar, tie('list'), tie('document')),
  list: fc.array(tie('any'), { maxLength: 3 }),
  document: fc
    .uniqueArray(fc.tuple(name, tie('any')), { selector: ([key]) => key, maxLength: 5 })
    .map((entries) => new Map(entries as [string, unknown][])),
})).document as fc.Arbitrary<Map<string, unknown>>;

describe('Extended JSON', () => {
  it('gives back every byte of any document, key order included', () => {
    fc.assert(
      fc.property(value, (document) => {
        const bytes = Buffer.from(serialize(document));
        const text = extendedJson(bytes);
        expect(() => JSON.parse(text)).not.toThrow();
        expect(Buffer.from(serialize(parseExtendedJson(text)))).toEqual(bytes);
      }),
      { numRuns: 500 },
    );
  });

  it('is canonical', () => {
    const document = { v: new Int32(2), n: Long.fromNumber(5), d: new Double(1), s: 'a', when: new Date(5) };
    expect(extendedJson(Buffer.from(serialize(document)))).toBe(
      '{"v":{"$numberInt":"2"},"n":{"$numberLong":"5"},"d":{"$numberDouble":"1.0"},"s":"a","when":{"$date":{"$numberLong":"5"}}}',
    );
  });

  it('reads relaxed numbers and spaces too, as mongorestore does', () => {
    expect(parseExtendedJson(' { "key" : { "a" : 1 } , "name" : "a: \\"1\\"" } ')).toEqual({ key: { a: 1 }, name: 'a: "1"' });
  });

  it('keeps the order of keys that look like integers', () => {
    const text = '{"key":{"b":{"$numberInt":"1"},"0":{"$numberInt":"1"}}}';
    expect(entriesOf(parseExtendedJson(text).key).map(([key]) => key)).toEqual(['b', '0']);
  });

  it('leaves the query operators of a validator alone', () => {
    const validator = parseExtendedJson('{"validator":{"name":{"$regex":"^a","$options":"i"}}}').validator;
    expect(validator).toEqual({ name: { $regex: '^a', $options: 'i' } });
  });

  it.each(['', '[]', '1', 'null', '{"a":', '{"a":1}}'])('refuses %j', (text) => {
    expect(() => parseExtendedJson(text)).toThrow(SyntaxError);
  });
});
