/**
 * `npm run native`: builds `native/`, which does in machine code what Lifeboat does to every byte of a snapshot. It needs Rust and a C compiler, once;
 * without it everything works, slower.
 */
import { copyFile, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { exists, fingerprint, run, say } from './build-tools.ts';

const ROOT = resolve(import.meta.dirname, '..');
const SOURCES = join(ROOT, 'native');
const MODULE = join(SOURCES, 'lifeboat.node');
const CACHE = join(ROOT, '.cache', 'native');
const LIBRARY = process.platform === 'darwin' ? 'liblifeboat_native.dylib' : 'liblifeboat_native.so';

const STAMP = join(CACHE, 'built-from');

/** Builds the module; what is up to date already, cargo leaves. Also the way out where the file is damaged. */
async function buildNative(): Promise<void> {
  say('Building the native module (a minute, once)...');
  await mkdir(CACHE, { recursive: true });
  await run('cargo', ['build', '--release', '--locked', '--quiet', '--target-dir', CACHE], SOURCES);
  // Under a name of its own first: a process that loads the module never sees half of it.
  const draft = `${MODULE}.${process.pid}`;
  await copyFile(join(CACHE, 'release', LIBRARY), draft);
  await rename(draft, MODULE);
  await writeFile(STAMP, await fingerprint(SOURCES));
}

/** Builds the module where it is missing or its sources changed, for those who can do without it: a test says that it is missing. */
export async function buildNativeIfPossible(): Promise<void> {
  const built = await readFile(STAMP, 'utf8').catch(() => null);
  if (built === (await fingerprint(SOURCES)) && (await exists(MODULE))) return;
  await buildNative().catch((error) => say(`Going on without the native module: ${error.message}`));
}

if (import.meta.main) await buildNative();
