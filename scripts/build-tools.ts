import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { delimiter, join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '..');
const CACHE = join(ROOT, '.cache', 'tools');

interface GoProgram {
  module: string;
  package: string;
  what: string;
  /** The package's tests, as a program. */
  isTest?: true;
}

/** Programs that tests and the demo run beside ours. Built once, from pinned modules, into a folder that git ignores. */
const GO_TOOLS = {
  ferretdb: { module: 'tools/ferretdb', package: '.', what: 'FerretDB, a MongoDB wire server (about a minute, once)' },
  mongodump: { module: 'tools/mongo-tools', package: 'github.com/mongodb/mongo-tools/mongodump/main', what: 'mongodump' },
  mongorestore: { module: 'tools/mongo-tools', package: 'github.com/mongodb/mongo-tools/mongorestore/main', what: 'mongorestore' },
  versitygw: {
    module: 'tools/versitygw',
    package: 'github.com/versity/versitygw/cmd/versitygw',
    what: 'versitygw, a server that speaks S3 (two minutes, once)',
  },
  'go-digest': { module: 'test/clients/go-digest', package: '.', what: "a client with MongoDB's digest transport" },
  'atlas-sdk-2025': {
    module: 'test/clients/atlas-sdk-2025',
    package: '.',
    what: "a client with MongoDB's Go SDK of 2025 (a minute, once)",
  },
  'atlas-sdk-2023': { module: 'test/clients/atlas-sdk-2023', package: '.', what: "a client with MongoDB's Go SDK of 2023" },
  'atlas-v1': { module: 'test/clients/atlas-v1', package: '.', what: "a client with MongoDB's Go client for v1.0" },
  'emulator-example': { module: 'examples/emulator/go', package: '.', isTest: true, what: "the emulator's example in Go" },
} as const satisfies Record<string, GoProgram>;

export type GoTool = keyof typeof GO_TOOLS;

/** The program's path; builds it where it is missing or its sources changed. */
export async function goTool(name: GoTool): Promise<string> {
  const { module, package: goPackage, what, isTest }: GoProgram = GO_TOOLS[name];
  const folder = join(ROOT, module);
  const output = join(CACHE, `${name}-${await fingerprint(folder)}`);
  if (await exists(output)) return output;
  say(`Building ${what}...`);
  await mkdir(CACHE, { recursive: true });
  // Under a name of its own first: two builds at once end with the same file, and never with half of one.
  const draft = `${output}.${process.pid}`;
  await run('go', [...(isTest ? ['test', '-c'] : ['build']), '-mod=mod', '-trimpath', '-o', draft, goPackage], folder);
  await rename(draft, output);
  return output;
}

/** How mongo-java-server is started: a Java program with its jars, which Maven resolves from `pom.xml`. The words before its arguments. */
export async function mongoJavaServer(): Promise<string[]> {
  const folder = join(ROOT, 'tools/mongo-java-server');
  const output = join(CACHE, `mongo-java-server-${await fingerprint(folder)}`);
  const words = ['java', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Xmx512m', '-cp', `${output}/*${delimiter}${output}`, 'Main'];
  if (await exists(output)) return words;
  say('Building mongo-java-server, another MongoDB wire server...');
  const draft = `${output}.${process.pid}`;
  await mkdir(draft, { recursive: true });
  await run(
    'mvn',
    ['-q', '-B', '-Dstyle.color=never', 'dependency:copy-dependencies', `-DoutputDirectory=${draft}`, '-DincludeScope=runtime'],
    folder,
  );
  await run('javac', ['--release', '17', '-cp', `${draft}/*`, '-d', draft, 'Main.java'], folder);
  // Of two builds at once, one finds the name taken by the other's whole one.
  await rename(draft, output).catch(async (error) => {
    await rm(draft, { recursive: true, force: true });
    if (!(await exists(output))) throw error;
  });
  return words;
}

/** The folders with a `requirements.txt`. */
const PYTHONS = {
  requests: 'test/clients/requests',
  schemathesis: 'test/clients/schemathesis',
  pytest: 'examples/emulator/python',
} as const;

/** A Python with the pinned packages of one of them. */
export async function pythonWith(name: keyof typeof PYTHONS): Promise<string> {
  const folder = join(ROOT, PYTHONS[name]);
  const venv = join(CACHE, `python-${name}-${await fingerprint(folder)}`);
  const python = join(venv, 'bin', 'python');
  if (await exists(join(venv, 'ready'))) return python;
  say(`Making a Python environment with ${name}...`);
  await mkdir(CACHE, { recursive: true });
  await rm(venv, { recursive: true, force: true });
  await run('python3', ['-m', 'venv', venv], ROOT);
  await run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', join(folder, 'requirements.txt')], ROOT);
  await writeFile(join(venv, 'ready'), '');
  return python;
}

/** Debian's `promtool`, with which the alert rules are tried: the one on the PATH, or the program alone out of its package, without installing anything. */
export async function promtoolPath(): Promise<string> {
  const found = await onPath('promtool');
  if (found) return found;
  const folder = join(CACHE, 'promtool');
  const program = join(folder, 'usr/bin/promtool');
  if (await exists(program)) return program;
  say('Fetching promtool, which tries the alert rules...');
  const draft = `${folder}.${process.pid}`;
  await mkdir(draft, { recursive: true });
  await run('apt-get', ['download', '-qq', 'prometheus'], draft).catch(async () => {
    await run('apt-get', ['update', '-qq'], draft);
    await run('apt-get', ['download', '-qq', 'prometheus'], draft);
  });
  const [archive] = (await readdir(draft)).filter((name) => name.endsWith('.deb'));
  await run('dpkg-deb', ['-x', archive!, '.'], draft);
  await rename(draft, folder).catch(async (error) => {
    await rm(draft, { recursive: true, force: true });
    if (!(await exists(program))) throw error;
  });
  return program;
}

/** The Chromium that the console is tested in: `CHROME_BIN`, or one on the PATH; as root on a Debian it is installed where there is none. */
export async function chromiumPath(): Promise<string> {
  const named = process.env.CHROME_BIN;
  if (named) return named;
  const found = await onPath('chromium', 'chromium-browser', 'google-chrome');
  if (found) return found;
  if (process.getuid?.() === 0 && (await onPath('apt-get'))) {
    say('Installing Chromium with apt-get, once...');
    await run('apt-get', ['update', '-qq'], ROOT).catch(() => {});
    await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], ROOT);
    const installed = await onPath('chromium');
    if (installed) return installed;
  }
  throw new Error('The console is tested in Chromium: install the package `chromium`, or name a browser of its kind in CHROME_BIN.');
}

async function onPath(...names: string[]): Promise<string | undefined> {
  const paths = names.flatMap((name) => (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, name)));
  for (const path of paths) if (await exists(path)) return path;
  return undefined;
}

/** Everything the tests need, so that no test waits for a compiler. */
export async function buildAllTools(): Promise<void> {
  for (const name of Object.keys(GO_TOOLS) as GoTool[]) await goTool(name);
  await mongoJavaServer();
  for (const name of Object.keys(PYTHONS) as (keyof typeof PYTHONS)[]) await pythonWith(name);
  await chromiumPath();
  await promtoolPath();
}

/** Of everything in the folder that a compiler reads. */
export async function fingerprint(folder: string): Promise<string> {
  const hash = createHash('sha256').update(process.arch);
  for (const name of (await readdir(folder, { recursive: true })).sort()) {
    if (/\.(go|mod|sum|txt|java|xml|rs|toml|lock)$/.test(name)) hash.update(name).update(await readFile(join(folder, name)));
  }
  return hash.digest('hex').slice(0, 12);
}

export function run(program: string, words: string[], cwd: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, words, { cwd, stdio: ['ignore', 'ignore', 'inherit'] });
    child.once('error', (error) => reject(new Error(`${program} cannot be run: ${error.message}. It is needed for this build.`)));
    child.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`${program} ${words.join(' ')} ended with ${code}`))));
  });
}

export const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );

export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
