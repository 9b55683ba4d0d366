import { hash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { Binary, ObjectId, serialize } from 'bson';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countDocuments } from '../src/bson/documents.ts';
import { runsOfBatch } from '../src/engine/cursor-reply.ts';
import { native } from '../src/native.ts';
import { BufferPool } from '../src/vault/buffer-pool.ts';
import { Chunker, LARGEST_CHUNK } from '../src/vault/chunker.ts';
import { SummedDigest } from '../src/vault/digest.ts';
import { gunzipMember } from '../src/vault/gzip.ts';
import { packChunk } from '../src/vault/pack.ts';
import { chunkName, vaultKeys } from '../src/vault/vault-keys.ts';
import { document, noise } from './kit/vaults.ts';

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

describe('the native module and TypeScript, batch by batch,', () => {
  const outcome = (batch: Buffer, runBytes: number, by: typeof native) => {
    const runs: string[] = [];
    try {
      for (const { bytes, documents } of runsOfBatch(batch, { runBytes }, by)) runs.push(`${documents} ${bytes.toString('hex')}`);
    } catch (error) {
      runs.push(String(error));
    }
    return runs;
  };

  it('hand out the same runs, and refuse the same hostile batches with the same words', () => {
    const element = fc.oneof(
      { weight: 9, arbitrary: fc.record({ text: fc.string({ maxLength: 40 }) }) },
      { weight: 1, arbitrary: fc.constant(1) },
    );
    const change = fc.record({ at: fc.nat(), to: fc.integer({ min: 0, max: 255 }) });
    fc.assert(
      fc.property(
        fc.array(element, { maxLength: 30 }),
        fc.array(change, { maxLength: 3 }),
        fc.integer({ min: 1, max: 300 }),
        (elements, changes, runBytes) => {
          const batch = Buffer.from(serialize(Object.assign({}, elements)));
          for (const { at, to } of changes) batch[4 + (at % (batch.length - 4))] = to;
          expect(outcome(batch, runBytes, native)).toEqual(outcome(batch, runBytes, null));
        },
      ),
      { numRuns: 2000 },
    );
  });
});

/** Documents of all sorts, some 6 MB of them: with an `_id` of each type, with one that is not the first element, and with none. */
const anyDocument = fc
  .tuple(
    fc.oneof(
      fc.record({
        _id: fc.oneof(
          fc.integer(),
          fc.double(),
          fc.string(),
          fc.boolean(),
          fc.date({ noInvalidDate: true }),
          fc.bigInt({ min: 0n, max: 2n ** 62n }),
          fc.constant(null),
        ),
      }),
      fc.uint8Array({ minLength: 12, maxLength: 12 }).map((id) => ({ _id: new ObjectId(id) })),
      fc.uint8Array({ maxLength: 20 }).map((id) => ({ _id: new Binary(id) })),
      fc.record({ _id: fc.record({ part: fc.integer() }) }),
      fc.record({ before: fc.string(), _id: fc.integer() }),
      fc.record({ none: fc.integer() }),
    ),
    fc.oneof({ weight: 20, arbitrary: fc.nat(30_000) }, { weight: 1, arbitrary: fc.integer({ min: 900_000, max: 2_500_000 }) }),
  )
  .map(([fields, size]) => Buffer.from(serialize({ ...fields, payload: new Binary(Buffer.alloc(size)) })));

function chunksOf(runs: Buffer[], by: typeof native) {
  const chunker = new Chunker(Buffer.alloc(32, 9), new BufferPool(LARGEST_CHUNK), by);
  const chunks = runs.flatMap((bytes) => [...chunker.push({ bytes, documents: countDocuments(bytes) })]);
  return [...chunks, chunker.end()].map((chunk) => chunk && { ...chunk, bytes: chunkHash(chunk.bytes) });
}

const chunkHash = (bytes: Buffer) => hash('sha256', bytes);

describe('the native module and TypeScript, chunk by chunk,', () => {
  it('end chunks after the same documents', () => {
    fc.assert(
      fc.property(fc.array(anyDocument, { minLength: 200, maxLength: 400 }), fc.integer({ min: 1, max: 60 }), (all, perRun) => {
        const runs = all.flatMap((_, n) => (n % perRun === 0 ? [Buffer.concat(all.slice(n, n + perRun))] : []));
        expect(chunksOf(runs, native)).toEqual(chunksOf(runs, null));
      }),
      { numRuns: 4 },
    );
  });

  it('give a chunk the same name', async () => {
    const keys = vaultKeys(Buffer.alloc(32, 1), 'a vault');
    for (const size of [0, 1, 63, 64, 65, 100_000])
      expect(await chunkName(keys, noise(1, size), native)).toEqual(await chunkName(keys, noise(1, size), null));
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
