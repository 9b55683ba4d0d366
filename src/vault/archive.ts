import { hash } from 'node:crypto';
import { Problem } from '../errors.ts';
import { dumpFiles, manifestText, metadataText, preludeText } from './dump-layout.ts';
import { storedMember, storedMemberSize } from './gzip.ts';
import type { ManifestRoot, RootCollection } from './manifest.ts';
import { readAhead } from './read-ahead.ts';
import { type ChunkEntry, fetchMember, readSegment, type SegmentReference } from './segments.ts';
import { tarEnd, tarHeader, tarPadding } from './tar.ts';
import type { VaultAccess } from './vault-access.ts';

/** A snapshot as a `.tar.gz` that exists nowhere, any range of which can be read. */
export interface Archive {
  /** In bytes. */
  size: number;
  /** Strong, in its quotes: the same on every node, whether or not the store is encrypted; another when any byte is another. */
  etag: string;
  /** The bytes from `start` up to `endExclusive`. Every chunk is fetched and checked whole before any of it is given; throws `object-missing` or `object-damaged` instead. */
  read(start: number, endExclusive: number, signal?: AbortSignal): AsyncIterable<Buffer>;
}

/** Raise it when the bytes made here (tar headers, texts, their gzip members) change for the same snapshot: the ETag must change with them. */
const LAYOUT_VERSION = 1;
/** Chunks: for a disk, and at least; a network has half of what it can do at once for one reader. */
const READ_AHEAD = 4;
const FOLDER = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}$/;

/** A stretch of the archive: bytes that are made here, or stored members by the list of their chunks. */
type Part = { start: number; size: number } & ({ text: () => Buffer } | { entries: () => Promise<ChunkEntry[]> });

/** A piece of a part that is fetched as one. */
interface Piece {
  start: number;
  size: number;
  bytes: () => Promise<Buffer>;
}

/**
 * The archive of a snapshot. gzip allows a file of many members, so the stored members go out as they are, with small members for the tar headers between
 * them: no compression, and a size known from the root. In memory are the parts (one a segment, a few a collection), never the list of chunks.
 */
export async function openArchive(vault: VaultAccess, root: ManifestRoot, folder: string): Promise<Archive> {
  if (!FOLDER.test(folder)) throw new Problem('invalid-value', ['the folder of the archive', JSON.stringify(folder)]);
  const parts = layOut(vault, root, folder);
  const last = parts.at(-1)!;
  const size = last.start + last.size;
  return {
    size,
    etag: etagOf(root, folder, size),
    read: (start, endExclusive, signal) => readParts(vault, parts, Math.max(0, start), Math.min(size, endExclusive), signal),
  };
}

/**
 * The key of a chunk's object is used once, so keys stand for the bytes of the members, sealed or not; the root's lists, and the segments by their own single-use
 * keys, name them all.
 */
function etagOf(root: ManifestRoot, folder: string, size: number): string {
  const lists = root.collections.map((c) => [c.segments.map((segment) => segment.object), c.entries.map((entry) => entry.object)]);
  const texts = [preludeText(root.mongodbVersion), manifestText(root), root.collections.map(metadataText)];
  return `"${hash('sha256', JSON.stringify([LAYOUT_VERSION, root.snapshotId, folder, size, lists, texts]), 'hex').slice(0, 40)}"`;
}

/** What stands between the stored members is gathered until a collection's data begins, so that it takes one gzip member. */
class Layout {
  readonly parts: Part[] = [];
  #pending: (() => Buffer)[] = [];
  #pendingBytes = 0;
  #end = 0;

  /** `make` is called when the bytes are read, and gives `size` bytes every time. */
  addBytes(size: number, make: () => Buffer): void {
    this.#pending.push(make);
    this.#pendingBytes += size;
  }

  addMembers(size: number, entries: () => Promise<ChunkEntry[]>): void {
    this.flush();
    this.parts.push({ start: this.#end, size, entries });
    this.#end += size;
  }

  flush(): void {
    if (this.#pending.length === 0) return;
    const makers = this.#pending;
    const size = storedMemberSize(this.#pendingBytes);
    this.parts.push({ start: this.#end, size, text: () => storedMember(Buffer.concat(makers.map((make) => make()))) });
    this.#end += size;
    this.#pending = [];
    this.#pendingBytes = 0;
  }
}

function layOut(vault: VaultAccess, root: ManifestRoot, folder: string): Part[] {
  const layout = new Layout();
  const modified = Math.floor(Date.parse(root.finishedAt) / 1000);
  const addHeader = (path: string, size: number) => {
    const make = () => tarHeader({ path: `${folder}/${path}`, size, modified });
    layout.addBytes(make().length, make);
  };
  const addPadding = (size: number) => layout.addBytes(tarPadding(size).length, () => tarPadding(size));
  const addText = (path: string, text: () => string) => {
    const size = Buffer.byteLength(text());
    addHeader(path, size);
    layout.addBytes(size, () => Buffer.from(text()));
    addPadding(size);
  };
  addHeader('', 0);
  addText('prelude.json', () => preludeText(root.mongodbVersion));
  addText('manifest.json', () => manifestText(root));
  let database: string | null = null;
  for (const collection of [...root.collections].sort(byNamespace)) {
    if (collection.database !== database) addHeader(`${collection.database}/`, 0);
    database = collection.database;
    const files = dumpFiles(collection, root.mongodbVersion);
    addText(files.metadata, () => metadataText(collection));
    if (files.data === null) continue;
    addHeader(files.data, collection.totals.bytes);
    addData(layout, vault, collection);
    addPadding(collection.totals.bytes);
  }
  layout.addBytes(tarEnd().length, tarEnd);
  layout.flush();
  return layout.parts;
}

function addData(layout: Layout, vault: VaultAccess, collection: RootCollection): void {
  const { entries, segments } = collection;
  if (entries.length > 0) {
    const size = entries.reduce((total, entry) => total + entry.storedBytes - vault.seal.overhead, 0);
    layout.addMembers(size, async () => entries);
  }
  for (const segment of segments) layout.addMembers(segment.memberBytes, () => checkedSegment(vault, segment));
}

/** The archive's offsets come from the root, so a segment must have the sizes that the root says. */
async function checkedSegment(vault: VaultAccess, segment: SegmentReference): Promise<ChunkEntry[]> {
  const entries = await readSegment(vault, segment);
  const size = entries.reduce((total, entry) => total + entry.storedBytes - vault.seal.overhead, 0);
  if (size !== segment.memberBytes) throw new Problem('object-damaged', [segment.object, 'its sizes differ from what the root says']);
  return entries;
}

async function* readParts(vault: VaultAccess, parts: Part[], start: number, end: number, signal?: AbortSignal): AsyncGenerator<Buffer> {
  const pieces = readAhead(
    piecesWithin(vault, parts, start, end),
    Math.max(READ_AHEAD, vault.blobs.parallel / 2),
    async (piece) => cut(piece, await piece.bytes(), start, end),
    signal,
  );
  for await (const bytes of pieces) if (bytes.length > 0) yield bytes;
}

/** The pieces that the range touches, a segment's list in memory at a time. */
async function* piecesWithin(vault: VaultAccess, parts: Part[], start: number, end: number): AsyncGenerator<Piece> {
  for (let number = partAt(parts, start); number < parts.length; number += 1) {
    const part = parts[number]!;
    if (part.start >= end) return;
    if ('text' in part) {
      yield { start: part.start, size: part.size, bytes: async () => part.text() };
      continue;
    }
    let at = part.start;
    for (const entry of await part.entries()) {
      const size = entry.storedBytes - vault.seal.overhead;
      if (at + size > start && at < end) yield { start: at, size, bytes: () => fetchMember(vault, entry) };
      at += size;
    }
  }
}

/** The number of the part that holds the offset, by bisection. */
function partAt(parts: Part[], offset: number): number {
  let low = 0;
  let high = parts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (parts[middle]!.start <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

function cut(piece: Piece, bytes: Buffer, start: number, end: number): Buffer {
  if (bytes.length !== piece.size) throw new Error(`a piece of the archive has ${bytes.length} bytes instead of ${piece.size}`);
  return bytes.subarray(Math.max(0, start - piece.start), Math.min(piece.size, end - piece.start));
}

function byNamespace(a: RootCollection, b: RootCollection): number {
  const order = Buffer.compare(Buffer.from(a.database), Buffer.from(b.database));
  return order === 0 ? Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)) : order;
}
