import { createReadStream } from 'node:fs';
import { type FileHandle, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createGunzip, gunzip } from 'node:zlib';
import { checkDocument, type DocumentRun, LARGEST_DOCUMENT, MalformedBson } from '../bson/documents.ts';
import { messageOf, Problem } from '../errors.ts';
import { checkNamespace, collectionOfStem, fileStem } from './dump-layout.ts';
import { type DumpMetadata, NO_METADATA, parseMetadata } from './dump-metadata.ts';
import type { ManifestCollection } from './manifest.ts';

const decompress = promisify(gunzip);

/** What is read of a file before it is expanded or parsed: metadata is small, and a foreign file must not exhaust the memory. */
const LARGEST_METADATA = 32 * 1024 * 1024;
const RUN_BYTES = 1024 * 1024;
const BUCKETS = 'system.buckets.';

/** A collection of a dump, and the file that has its documents (null where it has none: a view, or metadata alone). */
export interface DumpCollection extends ManifestCollection {
  data: string | null;
}

/** A folder that mongodump wrote, or what a download of ours unpacks to. */
export interface DumpFolder {
  collections: DumpCollection[];
  /** From `prelude.json`, which mongodump writes since 100.12. */
  mongodbVersion: string | null;
  /** Paths in the folder that are not imported: the server's own databases and collections, an oplog, files that are nobody's. */
  ignored: string[];
}

interface CollectionFiles {
  stem: string;
  data: string | null;
  metadata: string | null;
}

/**
 * Reads what a dump holds, its documents aside. Throws `unusable-dump` with the file and what is wrong with it: a folder that is none, names that
 * no server allows, metadata that cannot be read, a collection twice.
 */
export async function readDumpFolder(folder: string): Promise<DumpFolder> {
  const dump: DumpFolder = { collections: [], mongodbVersion: null, ignored: [] };
  const entries = await readdir(folder, { withFileTypes: true }).catch((error) => Promise.reject(unusable(folder, messageOf(error))));
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (/^prelude\.json(\.gz)?$/.test(entry.name)) dump.mongodbVersion = await readVersion(join(folder, entry.name));
    else if (entry.isDirectory() && !isServerDatabase(entry.name)) await readDatabase(folder, entry.name, dump);
    else if (entry.name !== 'manifest.json') dump.ignored.push(entry.name);
  }
  if (dump.collections.length === 0)
    throw unusable(folder, 'no collection is in it; name the folder that holds one folder for each database');
  return dump;
}

/** Every document of a dump's file, checked one by one. Throws `unusable-dump` where a byte is not what it has to be. */
export async function* documentsOfDump(path: string): AsyncGenerator<DocumentRun> {
  const file = createReadStream(path, { highWaterMark: RUN_BYTES });
  const stream = path.endsWith('.gz') ? file.pipe(createGunzip({ chunkSize: RUN_BYTES })) : file;
  file.on('error', (error) => stream.destroy(error));
  let rest: Buffer = Buffer.alloc(0);
  let offset = 0;
  try {
    for await (const piece of stream as AsyncIterable<Buffer>) {
      const bytes = rest.length > 0 ? Buffer.concat([rest, piece]) : piece;
      const run = wholeDocuments(bytes);
      if (run.documents > 0) yield run;
      rest = bytes.subarray(run.bytes.length);
      offset += run.bytes.length;
    }
  } catch (error) {
    if (error instanceof MalformedBson) throw unusable(path, `${error.reason} (at byte ${offset + error.offset})`);
    if (isReadError(error)) throw unusable(path, messageOf(error));
    throw error;
  } finally {
    file.destroy();
  }
  if (rest.length > 0) throw unusable(path, `it ends within a document that begins at byte ${offset}`);
}

function wholeDocuments(bytes: Buffer): DocumentRun {
  let documents = 0;
  let end = 0;
  while (end + 4 <= bytes.length) {
    const length = bytes.readInt32LE(end);
    if (length > LARGEST_DOCUMENT) throw new MalformedBson(`a document of ${length} bytes, more than any server keeps`, end);
    if (length >= 5 && end + length > bytes.length) break;
    checkDocument(bytes, end);
    end += length;
    documents += 1;
  }
  return { bytes: bytes.subarray(0, end), documents };
}

/** What the file system or zlib says of a file. */
function isReadError(error: unknown): boolean {
  return error instanceof Error && ('syscall' in error || /^(Z_|ERR_)/.test(String((error as NodeJS.ErrnoException).code)));
}

async function readDatabase(folder: string, database: string, dump: DumpFolder): Promise<void> {
  const found = new Map<string, CollectionFiles>();
  for (const entry of await readdir(join(folder, database), { withFileTypes: true })) {
    const path = join(database, entry.name);
    const match = /^(.+)\.(bson|metadata\.json)(\.gz)?$/s.exec(entry.name);
    // A link could lead anywhere.
    if (!match || !entry.isFile()) {
      dump.ignored.push(path);
      continue;
    }
    const [, stem, ending] = match as unknown as [string, string, string];
    const files = found.get(stem) ?? { stem, data: null, metadata: null };
    const kind = ending === 'bson' ? 'data' : 'metadata';
    if (files[kind]) throw unusable(join(folder, path), `${files[kind]} is there too`);
    files[kind] = join(folder, path);
    found.set(stem, files);
  }
  const collections: DumpCollection[] = [];
  for (const files of found.values()) collections.push(await describe(database, files));
  joinBuckets(collections);
  for (const collection of collections.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (isServerCollection(collection.name)) dump.ignored.push(join(database, fileStem(collection.name)));
    else dump.collections.push(collection);
  }
}

async function describe(database: string, files: CollectionFiles): Promise<DumpCollection> {
  const path = files.metadata ?? files.data!;
  const metadata = files.metadata ? await readMetadata(files.metadata) : NO_METADATA;
  const name = nameOf(files.stem, metadata, path);
  try {
    checkNamespace({ database, name });
  } catch (error) {
    throw unusable(path, messageOf(error));
  }
  const { options, indexes, uuid, kind } = metadata;
  if (kind === 'view' && files.data) throw unusable(files.data, 'the metadata say that it is a view, which has no documents');
  return { database, name, kind, options, indexes, ...(uuid && { uuid }), readOrder: 'natural', data: files.data };
}

/** The name in the metadata must be the file's own, so that no file passes for another; only a name that was too long is in the metadata alone. */
function nameOf(stem: string, metadata: DumpMetadata, path: string): string {
  const named = metadata.collectionName;
  if (named !== undefined && [named, BUCKETS + named].some((name) => fileStem(name) === stem)) return named;
  const fromStem = collectionOfStem(stem);
  if (fromStem === null) throw unusable(path, 'its name is not one that mongodump writes, or is cut short and not in its metadata');
  if (named !== undefined && named !== fromStem) throw unusable(path, `the metadata are of ${JSON.stringify(named)}`);
  return fromStem;
}

/** Before 8.3 the documents of the time series `x` are those of `system.buckets.x`. */
function joinBuckets(collections: DumpCollection[]): void {
  for (const collection of collections.filter(({ kind }) => kind === 'timeseries')) {
    const at = collections.findIndex(({ name }) => name === BUCKETS + collection.name);
    if (at < 0) continue;
    collection.data ??= collections[at]!.data;
    collections.splice(at, 1);
  }
}

async function readMetadata(path: string): Promise<DumpMetadata> {
  try {
    return parseMetadata(await readSmallFile(path));
  } catch (error) {
    throw unusable(path, messageOf(error));
  }
}

async function readVersion(path: string): Promise<string | null> {
  try {
    const { ServerVersion } = JSON.parse(await readSmallFile(path)) as { ServerVersion?: unknown };
    return typeof ServerVersion === 'string' ? (/^\d+\.\d+\.\d+/.exec(ServerVersion)?.[0] ?? null) : null;
  } catch (error) {
    throw unusable(path, messageOf(error));
  }
}

async function readSmallFile(path: string): Promise<string> {
  const handle: FileHandle = await open(path);
  try {
    const { size } = await handle.stat();
    if (size > LARGEST_METADATA) throw new RangeError(`it has ${size} bytes`);
    const bytes = await handle.readFile();
    return (path.endsWith('.gz') ? await decompress(bytes, { maxOutputLength: LARGEST_METADATA }) : bytes).toString();
  } finally {
    await handle.close();
  }
}

function isServerDatabase(name: string): boolean {
  return name === 'admin' || name === 'local' || name === 'config';
}

function isServerCollection(name: string): boolean {
  return (name.startsWith('system.') && name !== 'system.js') || name.startsWith('$admin.system.');
}

function unusable(path: string, what: string): Problem {
  return new Problem('unusable-dump', [path, what.replace(/\.$/, '')]);
}
