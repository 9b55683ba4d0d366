/**
 * `prepack`, which npm runs before `npm pack` and `npm publish`: compiles `src` into `dist`, beside the console. What is installed runs that, because Node strips no types below node_modules; a checkout
 * never looks at it.
 */
import { spawnSync } from 'node:child_process';
import { readdir, rm } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { say } from './build-tools.ts';
import { buildConsoleIfChanged } from './console.ts';

const ROOT = resolve(import.meta.dirname, '..');
const BUILT = join(ROOT, 'dist');

/** An installation from git runs `prepare` alone, started from the folder of whoever installs. */
const isForOthers = relative(ROOT, process.env.INIT_CWD ?? ROOT).startsWith('..');

if (process.env.npm_lifecycle_event !== 'prepare' || isForOthers) await buildPackage();

async function buildPackage(): Promise<void> {
  await buildConsoleIfChanged();
  say('Compiling the package (some seconds)...');
  for (const name of await readdir(BUILT)) if (!name.startsWith('console')) await rm(join(BUILT, name), { recursive: true });
  compile('tsconfig.json');
  // Of what a user's program imports; nothing else needs declarations.
  compile('tsconfig.types.json');
}

/** Without a check of types, which `npm run check` has made. Standard output belongs to `npm pack --json`. */
function compile(project: string): void {
  const { status } = spawnSync(join(ROOT, 'node_modules/.bin/tsc'), ['--noCheck', '-p', join(import.meta.dirname, 'package', project)], {
    stdio: ['ignore', 2, 2],
  });
  if (status !== 0) throw new Error(`the package does not compile (${project})`);
}
