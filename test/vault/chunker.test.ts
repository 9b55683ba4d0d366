import { serialize } from 'bson';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countDocuments, documentLength, MalformedBson } from '../../src/bson/documents.ts';
import { BufferPool } from '../../src/vault/buffer-pool.ts';
import { type Chunk, Chunker, LARGEST_CHUNK, SMALLEST_CHUNK } from '../../src/vault/chunker.ts';
import { document, documents, noise, runsOf } from '../kit/vaults.ts';

const KEY = noise('boundaries', 32);

function chunksOf(parts: Buffer[], perRun = 100): Chunk[] {
  const chunker = new Chunker(KEY, new BufferPool(LARGEST_CHUNK));
  const chunks: Chunk[] = [];
  for (const run of runsOf(parts, perRun)) chunks.push(...chunker.push(run));
  const last = chunker.end();
  return last ? [...chunks, last] : chunks;
}

/** Where each chunk ends. */
function endsOf(chunks: Chunk[]): number[] {
  let end = 0;
  return chunks.map((chunk) => {
    end += chunk.bytes.length;
    return end;
  });
}

/** The share of the bytes that a second snapshot would store anew. */
function newShare(before: Buffer[], after: Buffer[]): number {
  const known = new Set(chunksOf(before).map((chunk) => chunk.bytes.toString('latin1')));
  const chunks = chunksOf(after);
  const bytes = (some: Chunk[]) => some.reduce((total, chunk) => total + chunk.bytes.length, 0);
  return bytes(chunks.filter((chunk) => !known.has(chunk.bytes.toString('latin1')))) / bytes(chunks);
}

/** Collections of up to some MiB, with documents from tiny to larger than a chunk. */
const sizes = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.integer({ min: 37, max: 40_000 }) },
    { weight: 3, arbitrary: fc.integer({ min: 37, max: 400_000 }) },
    { weight: 1, arbitrary: fc.integer({ min: 900_000, max: 2_300_000 }) },
  ),
  {
    maxLength: 40,
  },
);

describe('Chunker', () => {
  it('gives every document back in order, whole, in chunks of the promised sizes', () => {
    fc.assert(
      fc.property(sizes, fc.integer({ min: 1, max: 50 }), (lengths, perRun) => {
        const parts = lengths.map((length, n) => document(n, length));
        const chunks = chunksOf(parts, perRun);
        expect(Buffer.concat(chunks.map((chunk) => chunk.bytes)).equals(Buffer.concat(parts))).toBe(true);
        for (const [number, { bytes, documents, lastDocument }] of chunks.entries()) {
          expect(countDocuments(bytes)).toBe(documents);
          expect(lastDocument + documentLength(bytes, lastDocument)).toBe(bytes.length);
          if (documents > 1) expect(bytes.length).toBeLessThanOrEqual(LARGEST_CHUNK);
          const next = chunks[number + 1];
          // A chunk that ends early does so because the next document does not fit.
          if (next && bytes.length < SMALLEST_CHUNK) expect(bytes.length + documentLength(next.bytes, 0)).toBeGreaterThan(LARGEST_CHUNK);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('cuts at the same places however the documents arrive', () => {
    const parts = documents(3000, 2000);
    const expected = chunksOf(parts, 100).map((chunk) => chunk.bytes.length);
    for (const perRun of [1, 7, 3000]) expect(chunksOf(parts, perRun).map((chunk) => chunk.bytes.length)).toEqual(expected);
  });

  it('leaves the run to its caller, who may write over it', () => {
    const parts = documents(3000, 2000);
    const chunker = new Chunker(KEY, new BufferPool(LARGEST_CHUNK));
    const memory = Buffer.alloc(64 * 1024);
    const chunks: Chunk[] = [];
    for (const { bytes, documents } of runsOf(parts, 30)) {
      bytes.copy(memory);
      chunks.push(...chunker.push({ bytes: memory.subarray(0, bytes.length), documents }));
      memory.fill(0);
    }
    chunks.push(chunker.end()!);
    expect(Buffer.concat(chunks.map((chunk) => chunk.bytes)).equals(Buffer.concat(parts))).toBe(true);
  });

  it('takes a buffer that was given back for a later chunk, and holds none after the last', () => {
    const pool = new BufferPool(LARGEST_CHUNK);
    const chunker = new Chunker(KEY, pool);
    const memories = new Set<ArrayBufferLike>();
    for (const run of runsOf(documents(6000, 2000))) {
      for (const { bytes } of chunker.push(run)) {
        memories.add(bytes.buffer);
        pool.giveBack(bytes);
      }
    }
    expect(memories.size).toBe(1);
    expect(memories).not.toContain(chunker.end()!.bytes.buffer);
    expect(memories).toContain(pool.take().buffer);
  });

  it('keeps a document that is larger than a chunk by itself', () => {
    const big = document(1, 5_000_000);
    const chunks = chunksOf([document(0, 1000), big, document(2, 1000)]);
    expect(chunks.map((chunk) => chunk.documents)).toEqual([1, 1, 1]);
    expect(chunks[1]!.bytes.equals(big)).toBe(true);
  });

  it('has no chunk for no documents', () => {
    expect(chunksOf([])).toEqual([]);
  });

  it.each([
    [250, 24_000],
    [2000, 6000],
    [100_000, 240],
  ])('stores only the chunks around a change anew, for documents of %i bytes', (size, count) => {
    const before = documents(count, size);
    const middle = count >> 1;
    const inserted = [...before.slice(0, middle), document(count + 1, size), ...before.slice(middle)];
    const deleted = [...before.slice(0, middle), ...before.slice(middle + 1)];
    const changed = before.with(middle, document(middle, size, 'changed'));
    for (const after of [inserted, deleted, changed]) {
      expect(newShare(before, after)).toBeGreaterThan(0);
      expect(newShare(before, after)).toBeLessThan(0.6);
    }
  });

  it('stores less than 3 % anew, on average, after one insert among documents of 100 KiB', () => {
    const count = 1200;
    const before = documents(count, 102_400);
    const sizesBefore = cutPoints(before);
    const shares = Array.from({ length: 24 }, (_, i) => {
      const at = Math.floor((count * (i + 0.5)) / 24);
      const after = [...before.slice(0, at), document(count + i, 102_400), ...before.slice(at)];
      return cutPoints(after).filter((cut) => !sizesBefore.includes(cut)).length / sizesBefore.length;
    });
    expect(shares.reduce((total, share) => total + share, 0) / shares.length).toBeLessThan(0.03);
  });

  it('changes nothing before an edit, and nothing after the first place where both cut', () => {
    const edit = fc.record({ at: fc.nat(), remove: fc.nat(3), insert: fc.array(fc.integer({ min: 37, max: 300_000 }), { maxLength: 3 }) });
    fc.assert(
      fc.property(sizes, edit, (lengths, { at, remove, insert }) => {
        const before = lengths.map((length, n) => document(n, length));
        const place = before.length > 0 ? at % before.length : 0;
        const inserted = insert.map((length, n) => document(1000 + n, length, 'inserted'));
        const after = before.toSpliced(place, remove, ...inserted);
        const ends = (parts: Buffer[]) => endsOf(chunksOf(parts));
        const offset = Buffer.concat(before.slice(0, place)).length;
        const kept = (all: number[]) => all.filter((end) => end < offset);
        expect(kept(ends(after))).toEqual(kept(ends(before)));
        // From the end, which both lists share: the tail after a common boundary is the same.
        const tail = (parts: Buffer[]) => {
          const total = Buffer.concat(parts).length;
          return ends(parts).map((end) => total - end);
        };
        const shared = Buffer.concat(before.slice(place + remove)).length;
        const [left, right] = [tail(before), tail(after)].map((all) => all.filter((left) => left <= shared)) as [number[], number[]];
        const first = left.find((place) => right.includes(place));
        expect(left.filter((place) => place <= (first ?? -1))).toEqual(right.filter((place) => place <= (first ?? -1)));
      }),
      { numRuns: 40 },
    );
  });

  it('depends on the key, so that sizes tell nothing to who does not have it', () => {
    const run = { bytes: Buffer.concat(documents(3000, 2000)), documents: 3000 };
    const lengths = (key: Buffer) => [...new Chunker(key, new BufferPool(LARGEST_CHUNK)).push(run)].map((chunk) => chunk.bytes.length);
    expect(lengths(noise('one', 32))).not.toEqual(lengths(noise('two', 32)));
  });

  it('takes documents without an _id, and ones whose first elements cannot be read', () => {
    const without = Array.from({ length: 2000 }, (_, n) => Buffer.from(serialize({ n, p: 'x'.repeat(1000) })));
    expect(chunksOf(without).length).toBeGreaterThan(1);
    const strange = without.map((bytes) => {
      const copy = Buffer.from(bytes);
      copy[4] = 0x55; // no type of BSON
      return copy;
    });
    expect(Buffer.concat(chunksOf(strange).map((chunk) => chunk.bytes)).equals(Buffer.concat(strange))).toBe(true);
  });

  it('refuses bytes that are no documents', () => {
    const cut = document(0, 1000).subarray(0, 999);
    expect(() => [...new Chunker(KEY, new BufferPool(LARGEST_CHUNK)).push({ bytes: cut, documents: 1 })]).toThrow(MalformedBson);
  });
});

/** Chunks by their content, as first and last document. */
function cutPoints(parts: Buffer[]): string[] {
  const pool = new BufferPool(LARGEST_CHUNK);
  const chunker = new Chunker(KEY, pool);
  const cuts: string[] = [];
  const note = ({ bytes, documents, lastDocument }: Chunk) => {
    cuts.push(`${bytes.toString('hex', 0, 40)} ${bytes.toString('hex', lastDocument, lastDocument + 40)} ${documents}`);
    pool.giveBack(bytes);
  };
  for (const run of runsOf(parts, 4)) for (const chunk of chunker.push(run)) note(chunk);
  const last = chunker.end();
  if (last) note(last);
  return cuts;
}
