import { describe, expect, it } from 'vitest';
import { KeyedHash } from '../../src/vault/keyed-hash.ts';

/** `vectors_sip64` of the reference implementation (SipHash-2-4, key 00..0f, input 00..n-1): here the upper 32 bits of some. */
const VECTORS: [length: number, upper: number][] = [
  [0, 0x726fdb47],
  [1, 0x74f839c5],
  [7, 0xab0200f5],
  [8, 0x93f5f579],
  [15, 0xa129ca61],
  [63, 0x958a324c],
];
const KEY = Buffer.from([...Array(16).keys()]);

describe('KeyedHash', () => {
  it.each(VECTORS)('is SipHash-2-4 for %i bytes', (length, upper) => {
    expect(new KeyedHash(KEY).upper32(Buffer.from([...Array(length).keys()]), 0, length)).toBe(upper);
  });

  it('hashes the stretch it is asked for and nothing around it', () => {
    const hash = new KeyedHash(KEY);
    for (let length = 0; length < 20; length += 1) {
      const stretch = Buffer.from([...Array(length).keys()]);
      const within = Buffer.concat([Buffer.from('before'), stretch, Buffer.from('after')]);
      expect(hash.upper32(within, 6, 6 + length)).toBe(hash.upper32(stretch, 0, length));
    }
  });

  it('depends on the key', () => {
    const input = Buffer.from('an _id');
    expect(new KeyedHash(Buffer.alloc(16, 1)).upper32(input, 0, 6)).not.toBe(new KeyedHash(Buffer.alloc(16, 2)).upper32(input, 0, 6));
    expect(() => new KeyedHash(Buffer.alloc(15))).toThrow(RangeError);
  });

  it('spreads over its whole range', () => {
    const hash = new KeyedHash(KEY);
    const below = Array.from({ length: 4000 }, (_, i) => Buffer.from(`id ${i}`)).filter(
      (id) => hash.upper32(id, 0, id.length) < 2 ** 30,
    ).length;
    expect(below).toBeGreaterThan(850);
    expect(below).toBeLessThan(1150);
  });
});
