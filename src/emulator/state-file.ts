import { hash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { messageOf, Problem } from '../errors.ts';
import { TAR_BLOCK, tarEnd, tarHeader, tarPadding } from '../vault/tar.ts';
import { VERSION } from '../version.ts';
import { tablesVersion } from './kept-postgres.ts';
import type { SavedState } from './state.ts';
import { readState } from './states.ts';

/** Of the file; what it holds may change with `tables` as well. */
const FORMAT = 1;
const MANIFEST = 'lifeboat-emulator-state.json';
/** It is unpacked in memory, and is for tests. */
const LARGEST = 2 ** 31;

interface Manifest {
  format: number;
  lifeboat: string;
  /** Which tables it has rows of. */
  tables: string;
  /** The SHA-256 of each file. */
  files: Record<string, string>;
}

/** A state as a tar archive: first what it is, then its files. */
export async function* packState({ folder }: SavedState): AsyncGenerator<Buffer> {
  const paths = (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll(sep, '/'))
    .sort();
  const files: Record<string, string> = {};
  for (const path of paths) files[path] = hash('sha256', await readFile(join(folder, path)));
  const manifest: Manifest = { format: FORMAT, lifeboat: VERSION, tables: await tablesVersion(), files };
  yield* entry(MANIFEST, Buffer.from(JSON.stringify(manifest, null, 1)));
  for (const path of paths) yield* entry(path, await readFile(join(folder, path)));
  yield tarEnd();
}

function* entry(path: string, bytes: Buffer): Generator<Buffer> {
  yield tarHeader({ path, size: bytes.length, modified: 0 });
  yield bytes;
  yield tarPadding(bytes.length);
}

/** Throws `state-unusable` for a file that is damaged, of another version or no state. Nothing is written before all of it was looked at. */
export async function unpackState(file: string, folder: string): Promise<SavedState> {
  const refuse = (why: string) => new Problem('state-unusable', [file, why]);
  const packed = await readFile(file).catch((error) => Promise.reject(refuse(messageOf(error))));
  let entries: Map<string, Buffer>;
  try {
    entries = entriesOf(gunzipSync(packed, { maxOutputLength: LARGEST }));
  } catch (error) {
    throw refuse(`it is damaged, or was never a state: ${messageOf(error)}`);
  }
  const manifest = readManifest(entries.get(MANIFEST));
  if (!manifest) throw refuse('it is no state of an emulator');
  const tables = await tablesVersion();
  if (manifest.format !== FORMAT || manifest.tables !== tables)
    throw refuse(
      `it was saved by another version, ${manifest.lifeboat} (tables ${manifest.tables}); this is ${VERSION} (tables ${tables})`,
    );
  for (const [path, digest] of Object.entries(manifest.files)) {
    const bytes = entries.get(path);
    if (!bytes || hash('sha256', bytes) !== digest || !isInside(path))
      throw refuse(`it is damaged: ${path.slice(0, 100)} is not as it was saved`);
  }
  for (const path of Object.keys(manifest.files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), entries.get(path)!, { mode: 0o600 });
  }
  return readState(folder);
}

function readManifest(bytes: Buffer | undefined): Manifest | null {
  try {
    const manifest = JSON.parse(String(bytes)) as Partial<Manifest>;
    return typeof manifest.files === 'object' && manifest.files !== null && 'state.json' in manifest.files ? (manifest as Manifest) : null;
  } catch {
    return null;
  }
}

const isInside = (path: string) => /^[\w.-]+(\/[\w.-]+)*$/.test(path) && !path.split('/').includes('..');

/** As {@link packState} writes them: names of up to 100 bytes, files only. */
function entriesOf(tar: Buffer): Map<string, Buffer> {
  const entries = new Map<string, Buffer>();
  for (let at = 0; ; ) {
    const header = tar.subarray(at, at + TAR_BLOCK);
    if (header.length < TAR_BLOCK) throw new Error('it ends too early');
    if (header.every((byte) => byte === 0)) return entries;
    const name = header.toString('latin1', 0, 100).replace(/\0.*$/s, '');
    const size = Number.parseInt(header.toString('latin1', 124, 136), 8);
    const start = at + TAR_BLOCK;
    if (!Number.isSafeInteger(size) || start + size > tar.length) throw new Error('it ends too early');
    entries.set(name, tar.subarray(start, start + size));
    at = start + Math.ceil(size / TAR_BLOCK) * TAR_BLOCK;
  }
}
