import { createHash } from 'node:crypto';
import { type FileHandle, mkdir, open, readdir, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isProblem, messageOf, Problem } from '../errors.ts';
import { checkNamespace, dumpFiles, manifestText, metadataText, preludeText } from './dump-layout.ts';
import type { ManifestRoot, RootCollection } from './manifest.ts';
import { readAhead } from './read-ahead.ts';
import { readChunk } from './read-chunk.ts';
import { type ChunkEntry, readSegment } from './segments.ts';
import type { VaultAccess } from './vault-access.ts';

/** An object that was not what the manifest says, and what it costs. */
export interface ExtractDamage {
  namespace: string;
  object: string;
  what: string;
  /** Documents that are not in the file for it. */
  documents: number;
}

export interface ExtractReport {
  collections: number;
  /** Written, and proven to be those of the snapshot. */
  documents: number;
  bytes: number;
  damaged: ExtractDamage[];
  /** Files with what was left of damaged collections, in the folder. */
  incomplete: string[];
}

const READ_AHEAD = 4;

/**
 * Writes a snapshot into a folder in mongodump's layout, with no more than the vault. A file has its name only once all of its documents are in it and
 * their SHA-256 is the snapshot's. What is damaged is left out and reported: what is left of such a collection is in a file `NAME.bson.incomplete`, which mongorestore passes over.
 */
export async function extractSnapshot(
  vault: VaultAccess,
  root: ManifestRoot,
  folder: string,
  onProgress: (documents: number, bytes: number) => void = () => {},
): Promise<ExtractReport> {
  await makeEmptyFolder(folder);
  const report: ExtractReport = { collections: 0, documents: 0, bytes: 0, damaged: [], incomplete: [] };
  for (const collection of root.collections) {
    // The root is the vault's own word; still nothing may be written outside the folder.
    checkNamespace(collection);
    const files = dumpFiles(collection, root.mongodbVersion);
    await mkdir(join(folder, dirname(files.metadata)), { recursive: true });
    if (files.data) await extractDocuments(vault, collection, { folder, file: files.data, report, onProgress });
    await writeNew(join(folder, files.metadata), metadataText(collection));
    report.collections += 1;
  }
  await writeNew(join(folder, 'prelude.json'), preludeText(root.mongodbVersion));
  await writeNew(join(folder, 'manifest.json'), manifestText(root));
  return report;
}

async function makeEmptyFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    if ((await readdir(folder)).length === 0) return;
  } catch (error) {
    throw new Problem('invalid-value', ['--out', messageOf(error)], { cause: error });
  }
  throw new Problem('invalid-value', ['--out', `${folder} is not empty`]);
}

/** Two names that are one on a file system that ignores case end here, before one has overwritten the other. */
async function writeNew(path: string, text: string): Promise<void> {
  await writeFile(path, text, { flag: 'wx' });
}

interface Extraction {
  folder: string;
  file: string;
  report: ExtractReport;
  onProgress: (documents: number, bytes: number) => void;
}

async function extractDocuments(vault: VaultAccess, collection: RootCollection, o: Extraction): Promise<void> {
  const path = join(o.folder, o.file);
  const before = o.report.damaged.length;
  const handle = await open(`${path}.incomplete`, 'wx');
  let sha256: string;
  try {
    sha256 = await writeChunks(vault, collection, handle, o);
    await handle.sync();
  } finally {
    await handle.close();
  }
  if (o.report.damaged.length === before && sha256 !== collection.totals.sha256) {
    o.report.damaged.push({
      namespace: `${collection.database}.${collection.name}`,
      object: 'manifest',
      what: 'the documents of its chunks are not those it names',
      documents: collection.totals.documents,
    });
  }
  if (o.report.damaged.length === before) await rename(`${path}.incomplete`, path);
  else o.report.incomplete.push(`${o.file}.incomplete`);
}

/** Answers the SHA-256 of what was written. */
async function writeChunks(vault: VaultAccess, collection: RootCollection, handle: FileHandle, o: Extraction): Promise<string> {
  const hash = createHash('sha256');
  for await (const found of readAhead(entriesOf(vault, collection), READ_AHEAD, (entry) => readOrDamage(vault, collection, entry))) {
    if (!Buffer.isBuffer(found.bytes)) {
      o.report.damaged.push(found.damage!);
      continue;
    }
    await handle.writeFile(found.bytes);
    hash.update(found.bytes);
    o.report.documents += found.documents;
    o.report.bytes += found.bytes.length;
    o.onProgress(o.report.documents, o.report.bytes);
  }
  return hash.digest('hex');
}

type Found = { bytes: Buffer; documents: number; damage?: undefined } | { bytes: null; documents: 0; damage: ExtractDamage };

/** The list of chunks; a segment that cannot be read stands for all of its chunks. */
async function* entriesOf(vault: VaultAccess, collection: RootCollection): AsyncGenerator<ChunkEntry | ExtractDamage> {
  yield* collection.entries;
  for (const segment of collection.segments) {
    const entries = await readSegment(vault, segment).catch((error) => [damageOf(error, collection, segment.object, segment.documents)]);
    yield* entries;
  }
}

async function readOrDamage(vault: VaultAccess, collection: RootCollection, entry: ChunkEntry | ExtractDamage): Promise<Found> {
  if ('namespace' in entry) return { bytes: null, documents: 0, damage: entry };
  try {
    return { bytes: await readChunk(vault, entry), documents: entry.documents };
  } catch (error) {
    return { bytes: null, documents: 0, damage: damageOf(error, collection, entry.object, entry.documents) };
  }
}

/** Throws what is no damage: a store that cannot be read at all. */
function damageOf(error: unknown, { database, name }: RootCollection, object: string, documents: number): ExtractDamage {
  if (!isProblem(error, 'object-missing', 'object-damaged')) throw error;
  const what = error.code === 'object-missing' ? 'it is missing' : (error.parameters[1] ?? error.message);
  return { namespace: `${database}.${name}`, object, what, documents };
}
