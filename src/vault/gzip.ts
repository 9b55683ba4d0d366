import { promisify } from 'node:util';
import { constants, crc32, createGzip, type Gzip, gunzip, gzip } from 'node:zlib';
import { type Native, native } from '../native.ts';

const compress = promisify(gzip);
const decompress = promisify(gunzip);

const OUTPUT_BYTES = 1024 * 1024;

const HEADER_BYTES = 10;
const TRAILER_BYTES = 8;
/** A stored block of DEFLATE: one byte of type, two of length, two of its complement. */
const BLOCK_OVERHEAD = 5;
const LARGEST_BLOCK = 65535;

/** Compressors that are used again: each has its tables and an output buffer, more memory than what it compresses. */
const idle: Compressor[] = [];

/** One gzip member, level 1, made in the thread pool. Level 6 has a fifth of the speed here for some 15 % less. Callers bound how many are made at once. */
export async function gzipMember(bytes: Buffer): Promise<Buffer> {
  const compressor = idle.pop() ?? new Compressor();
  const member = await compressor.member(bytes);
  idle.push(compressor);
  return member;
}

class Compressor {
  /** `reset` is there for every codec; the types know it of two. */
  readonly #stream: Gzip & { reset(): void };
  #pieces: Buffer[] = [];

  constructor() {
    // Every write ends a member, in one trip between the threads unless the output buffer is full: with Node's default of 16 KiB it would be one for each 16 KiB.
    this.#stream = createGzip({ level: 1, memLevel: 9, chunkSize: OUTPUT_BYTES, flush: constants.Z_FINISH }) as Gzip & { reset(): void };
    this.#stream.on('data', (piece: Buffer) => this.#pieces.push(piece));
    // The write's own callback gets it; without a listener it would end the process.
    this.#stream.on('error', () => {});
  }

  member(bytes: Buffer): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      this.#stream.write(bytes, (error) => {
        if (error) return reject(error);
        this.#stream.read(); // Whatever the stream still holds goes to the listener.
        const pieces = this.#pieces;
        this.#pieces = [];
        this.#stream.reset();
        resolve(pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces));
      });
    });
  }
}

/** RFC 1952: a header with this flag goes on with a file name that ends with a zero. */
const FLAGS_AT = 3;
const HAS_NAME = 8;

/** A member of the same bytes that has `length` bytes itself, or null: made longer by a file name that nobody reads, or compressed better first. */
export async function memberOfLength(bytes: Buffer, member: Buffer, length: number): Promise<Buffer | null> {
  if (member.length === length) return member;
  const shorter = member.length < length ? member : await compress(bytes, { level: 9 });
  if (shorter.length === length) return shorter;
  if (shorter.length > length) return null;
  const padded = Buffer.alloc(length, '.');
  shorter.copy(padded, 0, 0, HEADER_BYTES);
  padded[FLAGS_AT] = shorter[FLAGS_AT]! | HAS_NAME;
  padded[HEADER_BYTES + length - shorter.length - 1] = 0;
  shorter.copy(padded, HEADER_BYTES + length - shorter.length, HEADER_BYTES);
  return padded;
}

/** What a gzip member holds; throws when that is not `rawBytes` bytes (a larger one is not even expanded). */
export async function gunzipMember(member: Buffer, rawBytes: number, by: Native | null = native): Promise<Buffer> {
  if (by) {
    const raw = Buffer.allocUnsafeSlow(rawBytes);
    if (await by.expandMember(member, raw)) return raw;
    throw new RangeError(`it does not hold ${rawBytes} bytes`);
  }
  const raw = await decompress(member, { chunkSize: Math.max(64, rawBytes + 1), maxOutputLength: Math.max(64, rawBytes + 1) });
  if (raw.length !== rawBytes) throw new RangeError(`${raw.length} bytes instead of ${rawBytes}`);
  return raw;
}

/**
 * A gzip member that holds the bytes uncompressed. Unlike zlib's output, which may change with its version, it is the same everywhere and for ever, and
 * its size is known without making it: what the download's ETag and Content-Length need.
 */
export function storedMember(bytes: Buffer): Buffer {
  const member = Buffer.alloc(storedMemberSize(bytes.length));
  member.set([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]); // DEFLATE, no flags, no time, no operating system
  let at = HEADER_BYTES;
  for (let start = 0; start === 0 || start < bytes.length; start += LARGEST_BLOCK) {
    const block = bytes.subarray(start, start + LARGEST_BLOCK);
    member[at] = start + LARGEST_BLOCK >= bytes.length ? 1 : 0;
    member.writeUInt16LE(block.length, at + 1);
    member.writeUInt16LE(~block.length & 0xffff, at + 3);
    block.copy(member, at + BLOCK_OVERHEAD);
    at += BLOCK_OVERHEAD + block.length;
  }
  member.writeUInt32LE(crc32(bytes), at);
  member.writeUInt32LE(bytes.length, at + 4);
  return member;
}

/** The size of {@link storedMember} of `bytes` bytes. */
export function storedMemberSize(bytes: number): number {
  return HEADER_BYTES + Math.max(1, Math.ceil(bytes / LARGEST_BLOCK)) * BLOCK_OVERHEAD + bytes + TRAILER_BYTES;
}
