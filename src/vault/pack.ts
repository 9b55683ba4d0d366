import { type Native, native } from '../native.ts';
import { BufferPool } from './buffer-pool.ts';
import { LARGEST_CHUNK } from './chunker.ts';
import { LANES_BYTES, SummedDigest } from './digest.ts';
import { gzipMember } from './gzip.ts';

/** A chunk as it will be stored, but for its seal. */
export interface PackedChunk {
  /** One gzip member. */
  member: Buffer;
  /** The documents' summed digest: {@link LANES_BYTES}. */
  digest: Buffer;
  /** Call it when nobody looks at either any more. */
  release(): void;
}

/** More than a member is ever longer than its bytes: DEFLATE stores what it cannot compress in blocks with a few bytes of their own. */
const outputBytes = (bytes: number) => LANES_BYTES + bytes + (bytes >> 6) + 1024;

const outputs = new BufferPool(outputBytes(LARGEST_CHUNK));

/** Compresses a chunk and digests its documents, outside of this thread where that can be. Callers bound how many are packed at once. */
export async function packChunk(documents: Buffer, secret: Buffer, by: Native | null = native): Promise<PackedChunk> {
  if (by) {
    const output = documents.length <= LARGEST_CHUNK ? outputs.take() : Buffer.allocUnsafeSlow(outputBytes(documents.length));
    const length = await by.packDocuments(documents, secret, output);
    return {
      member: output.subarray(LANES_BYTES, LANES_BYTES + length),
      digest: output.subarray(0, LANES_BYTES),
      release: () => outputs.giveBack(output),
    };
  }
  const compressing = gzipMember(documents);
  compressing.catch(() => {}); // Awaited below; the digest may throw before that.
  // The thread pool compresses while this thread sums the digest.
  const digest = new SummedDigest(secret, null);
  digest.add(documents);
  return { member: await compressing, digest: digest.lanes(), release: () => {} };
}
