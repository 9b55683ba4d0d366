import { serialize } from 'bson';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countDocuments } from '../../src/bson/documents.ts';
import { checkReply, splitRun } from '../../src/engine/raw-writer.ts';

const COMMAND = 16 * 1024;
const run = (sizes: number[]) => ({
  bytes: Buffer.concat(sizes.map((size) => Buffer.from(serialize({ text: 'x'.repeat(size) })))),
  documents: sizes.length,
});

describe('splitRun', () => {
  it('splits at both limits of a message, and loses nothing', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(300), { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 1, max: 10 }),
        fc.integer({ min: 400, max: 2000 }),
        (sizes, batch, bytes) => {
          const whole = run(sizes);
          const limits = { maxWriteBatchSize: batch, maxMessageSizeBytes: bytes + COMMAND, maxBsonObjectSize: 1 << 24 };
          const parts = [...splitRun(whole, limits)];
          expect(Buffer.concat(parts.map((part) => part.bytes))).toEqual(whole.bytes);
          for (const part of parts) {
            expect(countDocuments(part.bytes)).toBe(part.documents);
            expect(part.documents).toBeLessThanOrEqual(batch);
            expect(part.bytes.length).toBeLessThanOrEqual(bytes);
          }
        },
      ),
    );
  });

  it('leaves a run that fits in one piece', () => {
    const whole = run([1, 2, 3]);
    expect([...splitRun(whole, { maxWriteBatchSize: 3, maxMessageSizeBytes: 48_000_000, maxBsonObjectSize: 1 << 24 })]).toEqual([whole]);
  });
});

describe('checkReply', () => {
  const sent = run([1, 2, 3]);
  const duplicate = { index: 0, code: 11000, errmsg: 'E11000 duplicate key' };

  it('accepts a reply that says it inserted what was sent', () => {
    expect(() => checkReply({ ok: 1, n: 3 }, sent, false)).not.toThrow();
  });

  it.each([
    ['a write error under ok: 1', { ok: 1, n: 2, writeErrors: [duplicate] }, false, /E11000/],
    [
      'another write error in a resend',
      { ok: 1, n: 2, writeErrors: [duplicate, { index: 1, code: 10334, errmsg: 'too large' }] },
      true,
      /too large/,
    ],
    ['too small a count', { ok: 1, n: 2 }, false, /inserted 2/],
    ['too large a count', { ok: 1, n: 4 }, false, /inserted 4/],
    ['no count', { ok: 1 }, false, /NaN/],
    ['a count that the duplicates of a resend do not fill up', { ok: 1, n: 1, writeErrors: [duplicate] }, true, /inserted 1/],
    ['no majority', { ok: 1, n: 3, writeConcernError: { code: 64, errmsg: 'waiting for replication timed out' } }, false, /majority/],
  ])('refuses %s', (_, reply, resent, sentence) => {
    expect(() => checkReply(reply, sent, resent)).toThrow(sentence);
  });

  it('passes over documents that a resend finds already there', () => {
    expect(() => checkReply({ ok: 1, n: 1, writeErrors: [duplicate, duplicate] }, sent, true)).not.toThrow();
  });
});
