import { gunzipSync } from 'node:zlib';
import { Binary, serialize } from 'bson';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SummedDigest } from '../../src/vault/digest.ts';
import { gunzipMember } from '../../src/vault/gzip.ts';
import { native } from '../../src/vault/native.ts';
import { packChunk } from '../../src/vault/pack.ts';
import { document, noise } from '../kit/vaults.ts';

const SECRET = Buffer.alloc(32, 5);
/** The module, and what stands in for it where it was not built. */
const IMPLEMENTATIONS = [
  ['the native module', native],
  ['TypeScript', null],
] as const;

function digestOf(bytes: Buffer, by: typeof native) {
  const digest = new SummedDigest(SECRET, by);
  digest.add(bytes);
  return digest.value();
}

it('is built, and from these sources', () => {
  expect(native).not.toBeNull();
});

describe('the native module and TypeScript', () => {
  it('digest the same documents to the same lanes', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 37, max: 70_000 }), { maxLength: 8 }), (lengths) => {
        const bytes = Buffer.concat(lengths.map((length, n) => document(n, length)));
        expect(digestOf(bytes, native)).toEqual(digestOf(bytes, null));
      }),
      { numRuns: 30 },
    );
  });

  it('refuse the same bytes with the same words', () => {
    const whole = document(1, 100);
    const hostile = [
      whole.subarray(0, 99),
      Buffer.concat([whole, Buffer.from([1, 2])]),
      Buffer.alloc(8),
      Buffer.from([4, 0, 0, 0, 0]),
      Buffer.from([255, 255, 255, 255, 0]),
      Buffer.from([5, 0, 0, 0, 1]),
    ];
    for (const bytes of hostile) {
      const refusal = (by: typeof native) => {
        try {
          return digestOf(bytes, by);
        } catch (error) {
          return String(error);
        }
      };
      expect(refusal(native)).toMatch(/^MalformedBson/);
      expect(refusal(native)).toBe(refusal(null));
    }
  });
});

describe.each(IMPLEMENTATIONS)('packing with %s', (_, by) => {
  it.each([0, 100, 500_000, 2 * 1024 * 1024, 16 * 1024 * 1024])(
    '%i bytes of noise and of zeros come back, with their digest',
    async (size) => {
      for (const filling of [noise(size, 1), Buffer.alloc(size)]) {
        const bytes = Buffer.from(serialize({ p: new Binary(filling) }));
        const packed = await packChunk(bytes, SECRET, by);
        expect(gunzipSync(packed.member).equals(bytes)).toBe(true);
        expect(packed.digest.toString('hex')).toBe(digestOf(bytes, null).lanes);
        packed.release();
      }
    },
  );

  it('many at once do not get into each other', async () => {
    const chunks = Array.from({ length: 40 }, (_, n) => document(n, 100_000 + n));
    const packed = await Promise.all(chunks.map((bytes) => packChunk(bytes, SECRET, by)));
    packed.forEach(({ member }, n) => {
      expect(gunzipSync(member).equals(chunks[n]!)).toBe(true);
    });
  });

  it('what are not documents is refused', async () => {
    await expect(packChunk(Buffer.from('no documents'), SECRET, by)).rejects.toThrow();
  });
});

describe.each(IMPLEMENTATIONS)('expanding with %s', (_, by) => {
  it('a member that is cut, flipped or of another size is refused', async () => {
    const bytes = document(3, 50_000);
    const { member } = await packChunk(bytes, SECRET, null);
    expect((await gunzipMember(member, bytes.length, by)).equals(bytes)).toBe(true);
    for (const size of [0, 1, bytes.length - 1, bytes.length + 1]) await expect(gunzipMember(member, size, by)).rejects.toThrow();
    for (const length of [0, 1, 10, member.length - 1])
      await expect(gunzipMember(member.subarray(0, length), bytes.length, by)).rejects.toThrow();
    for (let at = 10; at < member.length; at += 97) {
      const flipped = Buffer.from(member);
      flipped[at]! ^= 1;
      await expect(gunzipMember(flipped, bytes.length, by)).rejects.toThrow();
    }
  });
});
