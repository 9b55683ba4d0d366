import { hash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { isProblem, messageOf, Problem } from '../errors.ts';
import { deriveKey, seal, unseal } from '../sealing.ts';

export const SELF_BACKUP_FORMAT = 1;

/** The first line of the file, in clear; the second is its SHA-256. docs/recovery.md describes the format. */
export interface SelfBackupHeader {
  what: 'lifeboat self-backup';
  format: number;
  /** Of Lifeboat. */
  version: string;
  /** ISO 8601. */
  createdAt: string;
  installationId: string;
  vaultId: string | null;
  /** What the tables were like: the migrations that had run, in order. */
  migrations: string[];
  salt: string;
  /** Says whether a master key is the right one, before anything is opened with it. */
  keyCheck: string;
}

const FRAME = 1024 * 1024;
/** A frame is {@link FRAME} at most, and gzip's last piece on top; a bound against lengths that are damage. */
const LARGEST_FRAME = 4 * FRAME;
const LARGEST_HEADER = 64 * 1024;

export function newHeader(masterKey: Buffer, about: Omit<SelfBackupHeader, 'what' | 'format' | 'salt' | 'keyCheck'>): SelfBackupHeader {
  const salt = randomBytes(16).toString('hex');
  return { what: 'lifeboat self-backup', format: SELF_BACKUP_FORMAT, ...about, salt, keyCheck: keyCheckOf(masterKey, salt) };
}

function keyCheckOf(masterKey: Buffer, salt: string): string {
  return deriveKey(masterKey, 'self-backup-check', salt).toString('hex');
}

/** The bytes of the file: the header, then `content` in gzip, in sealed frames. */
export async function* sealArchive(masterKey: Buffer, header: SelfBackupHeader, content: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const line = `${JSON.stringify(header)}\n`;
  yield Buffer.from(`${line}${hash('sha256', line, 'hex')}\n`);
  const key = deriveKey(masterKey, 'self-backup', header.salt);
  const gzip = createGzip({ level: 6 });
  // Its failure reaches the reader through `gzip`, which it destroys.
  const compressing = pipeline(Readable.from(content), gzip);
  compressing.catch(() => {});
  let number = 0;
  let frame: Buffer[] = [];
  let bytes = 0;
  for await (const piece of gzip) {
    frame.push(piece);
    bytes += piece.length;
    if (bytes < FRAME) continue;
    yield* sealedFrame(key, contextOf(line, number++, false), frame);
    frame = [];
    bytes = 0;
  }
  await compressing;
  yield* sealedFrame(key, contextOf(line, number, true), frame);
}

/** Each frame opens only at its place in its own file, and only the last one as the last: nothing can be moved, left out or cut off. */
function contextOf(headerLine: string, number: number, isLast: boolean): string {
  return `lifeboat self-backup ${hash('sha256', headerLine, 'hex')} frame ${number}${isLast ? ' last' : ''}`;
}

function* sealedFrame(key: Buffer, context: string, pieces: Buffer[]): Generator<Buffer> {
  const sealed = seal(key, Buffer.concat(pieces), context);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(sealed.length);
  yield length;
  yield sealed;
}

/** An archive that is being read: its header has been checked, its content not yet. */
export interface OpenArchive {
  header: SelfBackupHeader;
  /** Whole lines, each with its line break. Throws `self-backup-damaged` at the first byte that is not what was written. */
  lines(): AsyncGenerator<Buffer>;
}

/** Throws `self-backup-damaged`, `self-backup-later` or `wrong-master-key`. `name` is what the messages call it. */
export async function openArchive(source: AsyncIterable<Buffer>, masterKey: Buffer, name: string): Promise<OpenArchive> {
  const bytes = new Bytes(source);
  const line = await bytes.line(LARGEST_HEADER);
  const checksum = await bytes.line(LARGEST_HEADER);
  const header = parseHeader(line, checksum, name);
  if (header.format !== SELF_BACKUP_FORMAT) throw new Problem('self-backup-later', [name, `its format is ${header.format}`]);
  if (header.keyCheck !== keyCheckOf(masterKey, header.salt)) throw new Problem('wrong-master-key', [`the backup ${name}`]);
  const key = deriveKey(masterKey, 'self-backup', header.salt);
  return { header, lines: () => linesOf(openFrames(bytes, key, line.toString(), name), name) };
}

function parseHeader(line: Buffer, checksum: Buffer, name: string): SelfBackupHeader {
  const isWhole = checksum.toString('latin1') === `${hash('sha256', line, 'hex')}\n`;
  if (!isWhole) {
    const isOurs = line.subarray(0, 64).includes('lifeboat self-backup');
    throw damaged(name, isOurs ? 'the checksum of its header differs' : 'it is no backup that `lifeboat backup-self` wrote');
  }
  return JSON.parse(line.toString()) as SelfBackupHeader;
}

async function* openFrames(bytes: Bytes, key: Buffer, headerLine: string, name: string): AsyncGenerator<Buffer> {
  for (let number = 0; ; number += 1) {
    const length = await bytes.take(4);
    if (length.length < 4) throw damaged(name, `it ends after ${number} frames, before the last one`);
    const size = length.readUInt32BE();
    if (size > LARGEST_FRAME) throw damaged(name, `frame ${number} says that it has ${size} bytes`);
    const sealed = await bytes.take(size);
    if (sealed.length < size) throw damaged(name, `it ends within frame ${number}`);
    const isLast = await bytes.isAtEnd();
    try {
      yield unseal(key, sealed, contextOf(headerLine, number, isLast));
    } catch (cause) {
      throw damaged(name, `frame ${number} is not what was written${isLast ? ', or others should follow it' : ''}`, cause);
    }
    if (isLast) return;
  }
}

async function* linesOf(frames: AsyncIterable<Buffer>, name: string): AsyncGenerator<Buffer> {
  const gunzip = createGunzip();
  const opening = pipeline(Readable.from(frames), gunzip);
  opening.catch(() => {});
  let rest: Buffer[] = [];
  try {
    for await (const piece of gunzip as AsyncIterable<Buffer>) {
      let start = 0;
      for (let end = piece.indexOf(10); end >= 0; end = piece.indexOf(10, start)) {
        yield Buffer.concat([...rest, piece.subarray(start, end + 1)]);
        rest = [];
        start = end + 1;
      }
      if (start < piece.length) rest.push(piece.subarray(start));
    }
    await opening;
  } catch (error) {
    throw isProblem(error) ? error : damaged(name, messageOf(error), error);
  }
  if (rest.length > 0) throw damaged(name, 'its last line has no end');
}

export function damaged(name: string, what: string, cause?: unknown): Problem {
  return new Problem('self-backup-damaged', [name, what], { cause });
}

/** A stream of bytes, taken by number or by line. */
class Bytes {
  readonly #pieces: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);
  #hasEnded = false;

  constructor(source: AsyncIterable<Buffer>) {
    this.#pieces = source[Symbol.asyncIterator]();
  }

  /** Fewer than `count` at the end of the stream. */
  async take(count: number): Promise<Buffer> {
    await this.#fill(count);
    return this.#cut(count);
  }

  /** With its line break; what there is when none comes within `most`. */
  async line(most: number): Promise<Buffer> {
    while (this.#rest.indexOf(10) < 0 && this.#rest.length < most && (await this.#fill(this.#rest.length + 1)));
    const end = this.#rest.indexOf(10);
    return this.#cut(end < 0 ? this.#rest.length : end + 1);
  }

  async isAtEnd(): Promise<boolean> {
    return !(await this.#fill(1));
  }

  #cut(count: number): Buffer {
    const taken = this.#rest.subarray(0, count);
    this.#rest = this.#rest.subarray(count);
    return taken;
  }

  /** Whether there are so many. */
  async #fill(count: number): Promise<boolean> {
    const pieces = [this.#rest];
    let length = this.#rest.length;
    while (length < count && !this.#hasEnded) {
      const { value, done } = await this.#pieces.next();
      if (done) this.#hasEnded = true;
      else {
        pieces.push(value);
        length += value.length;
      }
    }
    this.#rest = Buffer.concat(pieces);
    return length >= count;
  }
}
