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

/** Builds the module where it is missing or its sources changed. */
export async function buildNative(): Promise<void> {
  const sources = await fingerprint(SOURCES);
  const stamp = join(CACHE, 'built-from');
  const built = await readFile(stamp, 'utf8').catch(() => null);
  if (built === sources && (await exists(MODULE))) return;
  say('Building the native module (a minute, once)...');
  await mkdir(CACHE, { recursive: true });
  await run('cargo', ['build', '--release', '--locked', '--quiet', '--target-dir', CACHE], SOURCES);
  // Under a name of its own first: a process that loads the module never sees half of it.
  const draft = `${MODULE}.${process.pid}`;
  await copyFile(join(CACHE, 'release', LIBRARY), draft);
  await rename(draft, MODULE);
  await writeFile(stamp, sources);
}

/** For those who can do without it: a test says that it is missing. */
export async function buildNativeIfPossible(): Promise<void> {
  await buildNative().catch((error) => say(`Going on without the native module: ${error.message}`));
}

if (import.meta.main) await buildNative();
