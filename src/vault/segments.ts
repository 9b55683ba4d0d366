import { hash } from 'node:crypto';
import { Problem } from '../errors.ts';
import type { StoredChunk } from './chunk-index.ts';
import { gunzipMember, gzipMember } from './gzip.ts';
import { chunkNameIn, segmentKey } from './object-keys.ts';
import type { SegmentLimits, VaultAccess } from './vault-access.ts';

/** A chunk in the list of a collection's chunks. Binary values are base64. */
export interface ChunkEntry {
  object: string;
  rawBytes: number;
  storedBytes: number;
  storedSha256: string;
  documents: number;
  digest: string;
  /** `_id` of the first and the last document: the element's type byte and its value. Only where the documents were read in the order of `_id`, and when under 1 KiB. */
  firstId?: string;
  lastId?: string;
}

/** A part of a chunk list in an object of its own: gzipped lines of JSON. The totals let a reader skip it. */
export interface SegmentReference {
  object: string;
  storedBytes: number;
  storedSha256: string;
  /** The size of the lines. */
  textBytes: number;
  entries: number;
  documents: number;
  rawBytes: number;
  memberBytes: number;
}

const LIMITS: SegmentLimits = { inline: 8, entries: 4096, textBytes: 2 * 1024 * 1024 };

/** A collection's whole chunk list: in segments, or here when it is short. */
export interface ChunkList {
  segments: SegmentReference[];
  entries: ChunkEntry[];
}

export function entryOf(chunk: StoredChunk): ChunkEntry {
  return {
    object: chunk.objectKey,
    rawBytes: chunk.rawBytes,
    storedBytes: chunk.storedBytes,
    storedSha256: chunk.storedSha256.toString('base64'),
    documents: chunk.documents,
    digest: chunk.digest.toString('base64'),
  };
}

export function chunkOf(entry: ChunkEntry): StoredChunk {
  const name = chunkNameIn(entry.object);
  if (!name) throw new Problem('object-damaged', [entry.object, 'it is listed as a chunk and its key is not one']);
  return {
    name,
    objectKey: entry.object,
    rawBytes: entry.rawBytes,
    storedBytes: entry.storedBytes,
    storedSha256: Buffer.from(entry.storedSha256, 'base64'),
    documents: entry.documents,
    digest: Buffer.from(entry.digest, 'base64'),
  };
}

/** Writes one collection's chunk list. */
export class SegmentWriter {
  readonly #vault: VaultAccess;
  readonly #newKey: () => string;
  readonly #limits: SegmentLimits;
  readonly #segments: SegmentReference[] = [];
  #lines: string[] = [];
  #entries: ChunkEntry[] = [];
  #textLength = 0;

  /** `newKey` gives each segment its key. */
  constructor(vault: VaultAccess, newKey: () => string) {
    this.#vault = vault;
    this.#newKey = newKey;
    this.#limits = vault.segmentLimits ?? LIMITS;
  }

  async add(entry: ChunkEntry): Promise<void> {
    const line = `${JSON.stringify(entry)}\n`;
    this.#lines.push(line);
    this.#entries.push(entry);
    this.#textLength += line.length;
    if (this.#entries.length >= this.#limits.entries || this.#textLength >= this.#limits.textBytes) await this.#write();
  }

  /** The whole list, as the root has it. */
  async end(): Promise<ChunkList> {
    if (this.#segments.length === 0 && this.#entries.length <= this.#limits.inline) return { segments: [], entries: this.#entries };
    if (this.#entries.length > 0) await this.#write();
    return { segments: this.#segments, entries: [] };
  }

  async #write(): Promise<void> {
    const text = Buffer.from(this.#lines.join(''));
    const entries = this.#entries;
    this.#lines = [];
    this.#entries = [];
    this.#textLength = 0;
    const object = this.#newKey();
    const stored = this.#vault.seal.close(object, await gzipMember(text));
    await this.#vault.blobs.put(object, stored);
    this.#segments.push({
      object,
      storedBytes: stored.length,
      storedSha256: hash('sha256', stored, 'base64'),
      textBytes: text.length,
      entries: entries.length,
      documents: sum(entries, (entry) => entry.documents),
      rawBytes: sum(entries, (entry) => entry.rawBytes),
      memberBytes: sum(entries, (entry) => entry.storedBytes - this.#vault.seal.overhead),
    });
  }
}

/** The entries of one segment; `object-missing` or `object-damaged` when it is not as the root says. */
export async function readSegment(vault: VaultAccess, segment: SegmentReference): Promise<ChunkEntry[]> {
  const stored = await fetchObject(vault, segment);
  if (!isProven(vault, stored, segment)) throw differs(segment);
  const text = await expand(vault.seal.open(segment.object, stored), segment.object, segment.textBytes);
  const lines = text.toString().split('\n');
  return lines.slice(0, -1).map((line) => JSON.parse(line) as ChunkEntry);
}

/** A collection's chunk list in order, a segment in memory at a time. */
export async function* chunkEntries(vault: VaultAccess, list: ChunkList): AsyncGenerator<ChunkEntry> {
  yield* list.entries;
  for (const segment of list.segments) yield* await readSegment(vault, segment);
}

/** What a list says of an object in the store. */
interface AsStored {
  object: string;
  storedBytes: number;
  storedSha256: string;
}

async function fetchObject(vault: VaultAccess, { object, storedBytes }: AsStored): Promise<Buffer> {
  const stored = await vault.blobs.get(object, storedBytes);
  if (stored.length !== storedBytes)
    throw new Problem('object-damaged', [object, `it has ${stored.length} bytes instead of ${storedBytes}`]);
  return stored;
}

/** A sealed object proves itself, bytes and place, by its tag; the others have their SHA-256. */
const isProven = (vault: VaultAccess, stored: Buffer, { storedSha256 }: AsStored) =>
  vault.seal.encrypted || hash('sha256', stored, 'base64') === storedSha256;
const differs = ({ object }: AsStored) => new Problem('object-damaged', [object, 'its SHA-256 differs']);

/** A chunk's gzip member: the object as it was stored, proven and its seal opened. */
export async function fetchMember(vault: VaultAccess, entry: ChunkEntry): Promise<Buffer> {
  const stored = await fetchObject(vault, entry);
  if (!isProven(vault, stored, entry)) throw differs(entry);
  return vault.seal.open(entry.object, stored);
}

/** As {@link fetchMember}, expanded. */
export async function readMember(vault: VaultAccess, entry: ChunkEntry): Promise<Buffer> {
  return expand(await fetchMember(vault, entry), entry.object, entry.rawBytes);
}

async function expand(member: Buffer, object: string, rawBytes: number): Promise<Buffer> {
  try {
    return await gunzipMember(member, rawBytes);
  } catch (cause) {
    throw new Problem('object-damaged', [object, 'it does not expand to what was written'], { cause });
  }
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}

/** Gives the segments of one attempt at a snapshot their keys. */
export function segmentKeys(snapshotId: string, attempt: string): () => string {
  let next = 0;
  return () => segmentKey(snapshotId, attempt, next++);
}
