import {
  Binary,
  BSONRegExp,
  BSONSymbol,
  Code,
  DBRef,
  Decimal128,
  Double,
  deserialize,
  Int32,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  serialize,
  Timestamp,
} from 'bson';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkDocument, countDocuments, documentLength, elementsOf, findElement, MalformedBson } from '../../src/bson/documents.ts';
import { IDS, SHAPES, TYPES } from '../fidelity/corpus.ts';
import { reportFaults, runs } from '../kit/long-form.ts';

const value = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.double().map((number) => new Double(number)),
  fc.integer().map((number) => new Int32(number)),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((number) => Long.fromBigInt(number)),
  fc.boolean(),
  fc.constant(null),
  fc.date({ noInvalidDate: true }),
  fc.uint8Array({ minLength: 12, maxLength: 12 }).map((bytes) => new ObjectId(bytes)),
  fc.uint8Array({ maxLength: 40 }).map((bytes) => new Binary(bytes, 0)),
  fc.uint8Array({ maxLength: 40 }).map((bytes) => new Binary(bytes, 2)),
  fc.constantFrom(new MinKey(), new MaxKey(), new BSONSymbol('s'), new Code('f()'), new Code('f()', { a: 1 })),
  fc.constantFrom(
    new BSONRegExp('a.b', 'im'),
    new Timestamp({ t: 1, i: 2 }),
    Decimal128.fromString('1.50'),
    new DBRef('c', new ObjectId()),
  ),
  fc.array(fc.integer(), { maxLength: 4 }),
  fc.dictionary(fc.string({ maxLength: 4 }).filter(isName), fc.string(), { maxKeys: 3 }),
);
const document = fc.dictionary(fc.string({ unit: 'grapheme', maxLength: 8 }).filter(isName), value, { maxKeys: 8 });

function isName(text: string): boolean {
  return !text.includes('\0') && !text.startsWith('$') && text !== '__proto__';
}

const bson = (object: object): Buffer => Buffer.from(serialize(object));

describe('documentLength and countDocuments', () => {
  it('walk any run of documents to its last byte', () => {
    fc.assert(
      fc.property(fc.array(document, { maxLength: 6 }), fc.nat(20), (documents, padding) => {
        const parts = documents.map(bson);
        expect(countDocuments(Buffer.concat(parts))).toBe(documents.length);
        const padded = Buffer.concat([Buffer.alloc(padding, 0xff), ...parts]);
        let offset = padding;
        for (const part of parts) {
          expect(documentLength(padded, offset)).toBe(part.length);
          offset += part.length;
        }
      }),
    );
  });

  it.each([
    ['a length under five', Buffer.from([4, 0, 0, 0, 0])],
    ['a negative length', Buffer.from([0xff, 0xff, 0xff, 0xff, 0])],
    ['a length past the buffer', Buffer.from([6, 0, 0, 0, 0])],
    ['a last byte that is not zero', Buffer.from([5, 0, 0, 0, 1])],
    ['a length that is cut off', Buffer.from([5, 0, 0])],
  ])('refuse %s', (_, bytes) => {
    expect(() => documentLength(bytes, 0)).toThrow(MalformedBson);
    expect(() => countDocuments(bytes)).toThrow(MalformedBson);
  });

  it('refuse an offset outside the buffer', () => {
    const bytes = bson({ a: 1 });
    for (const offset of [-1, -4, bytes.length, bytes.length + 100, Number.NaN]) {
      expect(() => documentLength(bytes, offset)).toThrow(MalformedBson);
    }
  });

  it('refuse a run whose last document is cut', () => {
    const run = Buffer.concat([bson({ a: 1 }), bson({ b: 'text' })]);
    for (let cut = 1; cut < bson({ b: 'text' }).length; cut++) {
      expect(() => countDocuments(run.subarray(0, run.length - cut))).toThrow(MalformedBson);
    }
  });
});

describe('findElement', () => {
  it('finds every element of any document, with exactly the bytes of its value', () => {
    fc.assert(
      fc.property(document, fc.nat(9), (object, padding) => {
        const bytes = Buffer.concat([Buffer.alloc(padding, 0xee), bson(object), Buffer.alloc(padding, 0xee)]);
        for (const [name, expected] of Object.entries(object)) {
          const found = findElement(bytes, padding, name)!;
          const alone = bson({ [name]: expected });
          expect(found.type).toBe(alone[4]);
          const valueStart = 4 + 1 + Buffer.byteLength(name) + 1;
          expect(bytes.subarray(found.start, found.end)).toEqual(alone.subarray(valueStart, alone.length - 1));
        }
        expect(findElement(bytes, padding, 'a name that is longer than any generated one')).toBeNull();
      }),
    );
  });

  it('finds the first of two elements with one name', () => {
    const element = (number: number) => Buffer.from([0x10, 0x61, 0, number, 0, 0, 0]);
    const bytes = Buffer.concat([Buffer.from([19, 0, 0, 0]), element(1), element(2), Buffer.from([0])]);
    expect(bytes.readInt32LE(findElement(bytes, 0, 'a')!.start)).toBe(1);
  });

  it('does not look into nested documents', () => {
    expect(findElement(bson({ inner: { _id: 1 } }), 0, '_id')).toBeNull();
  });

  it('reads the deprecated types undefined and DBPointer', () => {
    const body = Buffer.concat([
      Buffer.from([0x06, 0x75, 0]),
      Buffer.from([0x0c, 0x70, 0, 2, 0, 0, 0, 0x63, 0]),
      Buffer.alloc(12, 7),
      Buffer.from([0x08, 0x7a, 0, 1]),
    ]);
    const bytes = Buffer.concat([Buffer.from([body.length + 5, 0, 0, 0]), body, Buffer.from([0])]);
    expect(findElement(bytes, 0, 'u')).toMatchObject({ type: 6 });
    expect(findElement(bytes, 0, 'p')!.end - findElement(bytes, 0, 'p')!.start).toBe(18);
    expect(bytes[findElement(bytes, 0, 'z')!.start]).toBe(1);
  });

  it('throws MalformedBson for an unknown type', () => {
    const bytes = bson({ a: 1 });
    bytes[4] = 0x55;
    expect(() => findElement(bytes, 0, 'b')).toThrow(MalformedBson);
  });

  it('answers with bytes inside the document, or throws MalformedBson, whatever was changed in it', () => {
    const change = fc.record({ at: fc.nat(), to: fc.integer({ min: 0, max: 255 }) });
    fc.assert(
      fc.property(document, fc.array(change, { minLength: 1, maxLength: 6 }), fc.string({ maxLength: 3 }), (object, changes, name) => {
        const bytes = bson(object);
        for (const { at, to } of changes) bytes[at % bytes.length] = to;
        expectBounded(bytes, name);
      }),
      { numRuns: runs(2000) },
    );
    reportFaults('hostile BSON', { injected: runs(2000) });
  });

  it('answers with bytes inside the buffer, or throws MalformedBson, for any bytes at all', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), fc.boolean(), (random, framed) => {
        const bytes = Buffer.from(random);
        if (framed && bytes.length >= 5) {
          bytes.writeInt32LE(bytes.length, 0);
          bytes[bytes.length - 1] = 0;
        }
        expectBounded(bytes, 'a');
        expectBounded(bytes, '');
      }),
      { numRuns: runs(2000) },
    );
    reportFaults('hostile BSON', { injected: runs(2000) });
  });

  function expectBounded(bytes: Buffer, name: string): void {
    // Neighbouring memory that a wrong offset would reach: a subarray of a larger buffer full of plausible lengths.
    const memory = Buffer.alloc(bytes.length + 512, 1);
    bytes.copy(memory, 256);
    const window = memory.subarray(256, 256 + bytes.length);
    try {
      const found = findElement(window, 0, name);
      if (!found) return;
      expect(found.start).toBeGreaterThanOrEqual(4);
      expect(found.end).toBeGreaterThanOrEqual(found.start);
      expect(found.end).toBeLessThan(documentLength(window, 0));
    } catch (error) {
      expect(error).toBeInstanceOf(MalformedBson);
    }
  }

  it('accepts what the bson package serializes and deserializes', () => {
    fc.assert(
      fc.property(document, (object) => {
        const bytes = bson(object);
        const names = Object.keys(deserialize(bytes, { promoteValues: false }));
        for (const name of names) expect(findElement(bytes, 0, name)).not.toBeNull();
      }),
    );
  });
});

describe('checkDocument', () => {
  it('takes every document of the corpus, and all that the bson package writes', () => {
    for (const { bytes } of [...TYPES, ...SHAPES, ...IDS]) checkDocument(bytes, 0);
    fc.assert(fc.property(document, (object) => checkDocument(Buffer.from(serialize(object)), 0)));
  });

  it('throws MalformedBson or nothing, whatever was changed in a document, and says no to what cannot be walked', () => {
    const change = fc.record({ at: fc.nat(), to: fc.integer({ min: 0, max: 255 }) });
    fc.assert(
      fc.property(fc.constantFrom(...TYPES, ...SHAPES), fc.array(change, { minLength: 1, maxLength: 4 }), ({ bytes }, changes) => {
        const changed = Buffer.from(bytes);
        for (const { at, to } of changes) changed[at % changed.length] = to;
        try {
          checkDocument(changed, 0);
        } catch (error) {
          expect(error).toBeInstanceOf(MalformedBson);
          return;
        }
        // What it takes, the walk over its elements takes too.
        expect(documentLength(changed, 0)).toBeLessThanOrEqual(changed.length);
        for (const { start, end } of elementsOf(changed, 0)) expect(end).toBeGreaterThanOrEqual(start);
      }),
      { numRuns: runs(2000) },
    );
    reportFaults('hostile BSON', { injected: runs(2000) });
  });
});
