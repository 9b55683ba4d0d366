import { Long, serialize } from 'bson';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countDocuments, MalformedBson } from '../../src/bson/documents.ts';
import { averageDocumentOfBatch, readCursorReply, runsOfBatch } from '../../src/engine/cursor-reply.ts';
import { reportFaults, runs } from '../kit/long-form.ts';

const document = fc.record({ _id: fc.integer(), text: fc.string({ maxLength: 60 }) });
const bson = (object: object): Buffer => Buffer.from(serialize(object));
const arrayOf = (documents: object[]): Buffer => Buffer.from(serialize(Object.assign({}, documents)));

describe('runsOfBatch', () => {
  it('hands out every document of a batch, byte for byte and in order, in runs no larger than asked for', () => {
    fc.assert(
      fc.property(fc.array(document, { maxLength: 40 }), fc.integer({ min: 1, max: 400 }), (documents, runBytes) => {
        const runs = [...runsOfBatch(arrayOf(documents), { runBytes })];
        expect(Buffer.concat(runs.map((run) => run.bytes))).toEqual(Buffer.concat(documents.map(bson)));
        for (const run of runs) {
          expect(countDocuments(run.bytes)).toBe(run.documents);
          expect(run.documents).toBeGreaterThan(0);
          if (run.documents > 1) expect(run.bytes.length).toBeLessThanOrEqual(runBytes);
        }
      }),
    );
  });

  it('takes a document larger than a run as a run of its own', () => {
    const documents = [{ a: 1 }, { text: 'x'.repeat(1000) }, { b: 2 }];
    expect([...runsOfBatch(arrayOf(documents), { runBytes: 100 })].map((run) => run.bytes)).toEqual(documents.map(bson));
  });

  it('throws MalformedBson for a hostile batch and never hands out what lies outside it', () => {
    const change = fc.record({ at: fc.nat(), to: fc.integer({ min: 0, max: 255 }) });
    fc.assert(
      fc.property(
        fc.array(document, { minLength: 1, maxLength: 4 }),
        fc.array(change, { minLength: 1, maxLength: 4 }),
        (documents, changes) => {
          const batch = arrayOf(documents);
          for (const { at, to } of changes) batch[at % batch.length] = to;
          const memory = Buffer.concat([Buffer.alloc(64, 5), batch, Buffer.alloc(64, 5)]);
          const window = memory.subarray(64, 64 + batch.length);
          try {
            let bytes = 0;
            for (const run of runsOfBatch(window, { runBytes: 100 })) {
              expect(countDocuments(run.bytes)).toBe(run.documents);
              bytes += run.bytes.length;
            }
            expect(bytes).toBeLessThan(batch.length);
          } catch (error) {
            expect(error).toBeInstanceOf(MalformedBson);
          }
        },
      ),
      { numRuns: runs(2000) },
    );
    reportFaults('hostile replies of a cursor', { injected: runs(2000) });
  });

  it('puts every run into the memory it was given, where it fits', () => {
    const documents = Array.from({ length: 9 }, (_, n) => ({ n, text: 'x'.repeat(n === 4 ? 500 : 60) }));
    const memory = Buffer.alloc(200);
    const copies: Buffer[] = [];
    for (const { bytes } of runsOfBatch(arrayOf(documents), { memory })) {
      expect(bytes.buffer === memory.buffer).toBe(bytes.length <= memory.length);
      copies.push(Buffer.from(bytes));
    }
    expect(copies.length).toBeGreaterThan(3);
    expect(Buffer.concat(copies)).toEqual(Buffer.concat(documents.map(bson)));
  });

  it('refuses a batch that holds anything but documents', () => {
    expect(() => [...runsOfBatch(Buffer.from(serialize({ 0: 'text' })))]).toThrow(MalformedBson);
  });
});

describe('averageDocumentOfBatch', () => {
  it('measures the first documents of a batch, names of the array included', () => {
    const documents = [...Array(4).fill({ a: 1 }), { text: 'x'.repeat(1000) }];
    expect(averageDocumentOfBatch(arrayOf(documents), 4)).toBe(bson({ a: 1 }).length + 3);
    expect(averageDocumentOfBatch(arrayOf(documents), 9)).toBeGreaterThan(200);
    expect(averageDocumentOfBatch(arrayOf([]), 9)).toBe(0);
  });
});

describe('readCursorReply', () => {
  it('reads first and next batches, and ids of 64 and 32 bits', () => {
    const id = Long.fromString('8589934592123');
    const first = readCursorReply(bson({ firstBatch: [{ a: 1 }], id, ns: 'shop.orders' }));
    expect(first).toMatchObject({ cursorId: 8589934592123n, namespace: 'shop.orders' });
    expect(readCursorReply(bson({ nextBatch: [], id: 0, ns: 'shop.a.b' }))).toMatchObject({ cursorId: 0n, namespace: 'shop.a.b' });
  });

  it.each([
    ['no cursor', undefined],
    ['a decoded cursor', { id: 0 }],
    ['no batch', bson({ id: 0, ns: 'a.b' })],
    ['a batch that is no array', bson({ firstBatch: 1, id: 0, ns: 'a.b' })],
    ['no namespace', bson({ firstBatch: [], id: 0 })],
    ['no id', bson({ firstBatch: [], ns: 'a.b' })],
    ['an id that is a text', bson({ firstBatch: [], ns: 'a.b', id: '5' })],
    ['cut off bytes', bson({ firstBatch: [], ns: 'a.b', id: 0 }).subarray(0, 20)],
  ])('refuses a reply with %s', (_, cursor) => {
    expect(() => readCursorReply(cursor)).toThrow(MalformedBson);
  });
});
