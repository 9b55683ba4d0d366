import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DigestSum, SummedDigest } from '../../src/vault/digest.ts';
import { document } from '../kit/vaults.ts';

const SECRET = Buffer.alloc(32, 5);
const sizes = fc.array(fc.integer({ min: 37, max: 3000 }), { maxLength: 30 });

/** The definition, as slow as it reads. */
function byDefinition(parts: Buffer[]): string {
  const lanes = Array.from({ length: 8 }, () => 0n);
  for (const part of parts) {
    const hash = createHash('sha256').update(SECRET).update(part).digest();
    for (let lane = 0; lane < 8; lane += 1) lanes[lane] = (lanes[lane]! + BigInt(hash.readUInt32BE(4 * lane))) & 0xffffffffn;
  }
  return lanes.map((lane) => lane.toString(16).padStart(8, '0')).join('');
}

function digestOf(parts: Buffer[]) {
  const digest = new SummedDigest(SECRET);
  digest.add(Buffer.concat(parts));
  return digest;
}

describe('SummedDigest', () => {
  it('is the sum of SHA-256(secret, document) in eight lanes', () => {
    fc.assert(
      fc.property(sizes, (lengths) => {
        const parts = lengths.map((length, n) => document(n, length));
        const bytes = parts.reduce((total, part) => total + part.length, 0);
        expect(digestOf(parts).value()).toEqual({ documents: parts.length, bytes, lanes: byDefinition(parts) });
      }),
    );
  });

  it('takes documents of any size', () => {
    const parts = [65_535, 65_536, 65_537, 200_000].map((size, n) => document(n, size));
    expect(digestOf(parts).value().lanes).toBe(byDefinition(parts));
  });

  it('does not depend on the order, and does on how often a document occurs', () => {
    const parts = Array.from({ length: 20 }, (_, n) => document(n, 300));
    expect(digestOf(parts.toReversed()).value()).toEqual(digestOf(parts).value());
    expect(digestOf([...parts, parts[0]!, parts[0]!]).value().lanes).not.toBe(digestOf(parts).value().lanes);
  });

  it('depends on the secret', () => {
    const other = new SummedDigest(Buffer.alloc(32, 6));
    other.add(document(0, 300));
    expect(other.value().lanes).not.toBe(digestOf([document(0, 300)]).value().lanes);
  });
});

describe('DigestSum', () => {
  it('adds the digests of parts to the digest of the whole, wherever it is cut', () => {
    fc.assert(
      fc.property(sizes, fc.array(fc.nat(30), { maxLength: 4 }), (lengths, cuts) => {
        const parts = lengths.map((length, n) => document(n, length));
        const edges = [0, ...cuts.map((cut) => Math.min(cut, parts.length)).sort((a, b) => a - b), parts.length];
        const sum = new DigestSum();
        for (let i = 1; i < edges.length; i += 1) {
          const digest = digestOf(parts.slice(edges[i - 1], edges[i]));
          sum.add({ documents: digest.value().documents, rawBytes: digest.value().bytes, digest: digest.lanes() });
        }
        expect(sum.value()).toEqual(digestOf(parts).value());
      }),
    );
  });
});
