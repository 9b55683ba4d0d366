/**
 * `npm run console`: builds `src/console` into `dist/console`, where `lifeboat serve` finds it. `-- --watch` builds again at each change; `-- --after-install` is what
 * `npm ci` calls, which must not fail for it: without the build everything but the console works.
 */
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { exists, say } from './build-tools.ts';

const ROOT = resolve(import.meta.dirname, '..');
const SOURCES = join(ROOT, 'src/console');
const BUILT = join(ROOT, 'dist/console');
const STAMP = join(BUILT, 'built-from');

/** Builds the console where it is missing or its sources changed. */
export async function buildConsoleIfChanged(): Promise<void> {
  const sources = await fingerprintOfSources();
  const built = await readFile(STAMP, 'utf8').catch(() => null);
  if (built === sources) return;
  await buildConsole(sources);
}

async function buildConsole(sources: string): Promise<void> {
  say('Building the console (some seconds, once)...');
  const { build } = await import('vite');
  const draft = `${BUILT}.${process.pid}`;
  await build(await settings(draft));
  await compressAll(draft);
  await writeFile(join(draft, 'built-from'), sources);
  // Whoever serves it meanwhile has what it had, and then all of the new.
  await rm(BUILT, { recursive: true, force: true });
  await rename(draft, BUILT).catch(async (error) => {
    // Of two builds at once, one finds the place taken by the other's whole one.
    await rm(draft, { recursive: true, force: true });
    if (!(await exists(STAMP))) throw error;
  });
}

async function watchConsole(): Promise<void> {
  const { build } = await import('vite');
  await mkdir(BUILT, { recursive: true });
  await build({ ...(await settings(BUILT)), build: { ...(await settings(BUILT)).build, watch: {} } });
}

async function settings(outDir: string) {
  const { default: react } = await import('@vitejs/plugin-react');
  return {
    root: SOURCES,
    configFile: false as const,
    logLevel: 'warn' as const,
    plugins: [react()],
    // The server puts one of its own in the place of this into every page it sends.
    html: { cspNonce: '__NONCE__' },
    build: {
      outDir,
      emptyOutDir: true,
      assetsInlineLimit: 0,
      // Every browser of the last two years and a half.
      target: 'es2023',
      modulePreload: { polyfill: false },
      chunkSizeWarningLimit: 1000,
      // The licences of what is bundled ask to be handed on with it.
      license: { fileName: 'licenses.md' },
    },
  };
}

/** Once here instead of at each request. */
async function compressAll(folder: string): Promise<void> {
  const [zip, brotli] = [promisify(gzip), promisify(brotliCompress)];
  const names = (await readdir(folder, { recursive: true })).filter((name) => /\.(js|css|svg)$/.test(name));
  await Promise.all(
    names.map(async (name) => {
      const path = join(folder, name);
      const bytes = await readFile(path);
      await writeFile(`${path}.gz`, await zip(bytes, { level: 9 }));
      await writeFile(`${path}.br`, await brotli(bytes, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } }));
    }),
  );
}

/** Of everything that the build reads, the packages' versions included. */
async function fingerprintOfSources(): Promise<string> {
  const hash = createHash('sha256');
  const names = (await readdir(SOURCES, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  for (const path of [...names.sort(), join(ROOT, 'package-lock.json'), import.meta.filename])
    hash.update(path.slice(ROOT.length)).update(await readFile(path));
  return hash.digest('hex');
}

if (import.meta.main) {
  if (process.argv.includes('--watch')) await watchConsole();
  else if (process.argv.includes('--after-install')) {
    await buildConsoleIfChanged().catch((error) => say(`Going on without the console (npm run console builds it): ${error.message}`));
  } else await buildConsoleIfChanged();
}
