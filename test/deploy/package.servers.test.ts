import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { basename, delimiter, dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type MongoServer, startMongo } from '../kit/mongo.ts';
import { freshDatabase } from '../kit/postgres.ts';

const ROOT = resolve('.');
const run = promisify(execFile);

/** As a shell of a user has it: nothing of the npm, the vitest and the Lifeboat that this runs in, and the pinned Node. */
const environment: NodeJS.ProcessEnv = {
  ...Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(npm_|LIFEBOAT_|DATABASE_URL$|MONGODB_URI$|NODE_|VITEST|INIT_CWD$)/.test(name)),
  ),
  PATH: [dirname(process.execPath), ...process.env.PATH!.split(delimiter).filter((path) => !path.startsWith(ROOT))].join(delimiter),
};

let folder: string;
let installed: string;
let mongo: MongoServer;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lifeboat-package-'));
  installed = join(folder, 'node_modules/lifeboat');
  [mongo] = await Promise.all([startMongo(), install()]);
});

afterAll(async () => {
  await mongo?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** What a user does, but for the packages that ours stands on: npm finds them there, of the versions of the lock file, and unpacks ours alone. */
async function install(): Promise<void> {
  await writeFile(join(folder, 'package.json'), '{ "private": true, "type": "module" }');
  await Promise.all([
    run('npm', ['pack', '--pack-destination', folder], { cwd: ROOT, env: environment, maxBuffer: 8 << 20 }),
    copyPackages(),
  ]);
  const [tarball] = (await readdir(folder)).filter((name) => name.endsWith('.tgz'));
  expect((await stat(join(folder, tarball!))).size).toBeLessThan(3 << 20);
  const words = ['install', `./${tarball}`, '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund'];
  await run('npm', words, { cwd: folder, env: environment });
}

/** Those alone that come with ours: what is for its development only would be missed. */
async function copyPackages(): Promise<void> {
  interface Locked {
    dev?: boolean;
    devOptional?: boolean;
    bin?: Record<string, string>;
  }
  const { packages } = JSON.parse(await readFile('package-lock.json', 'utf8')) as { packages: Record<string, Locked> };
  const shipped = Object.entries(packages).filter(
    ([path, { dev, devOptional }]) => path.lastIndexOf('node_modules/') === 0 && !dev && !devOptional && existsSync(path),
  );
  await mkdir(join(folder, 'node_modules/.bin'), { recursive: true });
  for (const [path, { bin = {} }] of shipped) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    for (const [name, file] of Object.entries(bin))
      await symlink(join('..', basename(path), file), join(folder, 'node_modules/.bin', name));
  }
  const paths = shipped.map(([path]) => path);
  // Hard links where the disk is the same one: npm replaces files and does not write into them.
  await run('cp', ['-al', '--parents', ...paths, folder]).catch(() =>
    Promise.all(paths.map((path) => cp(path, join(folder, path), { recursive: true, verbatimSymlinks: true }))),
  );
}

async function lifeboat(...words: string[]) {
  return await run('npx', ['lifeboat', ...words], {
    cwd: folder,
    env: { ...environment, LIFEBOAT_DATA: join(folder, 'data'), DATABASE_URL: (await freshDatabase()).url },
  });
}

it('has what runs, its documents and its licence, and nothing of how it is made', async () => {
  const names = (await readdir(installed, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(installed.length + 1));
  for (const name of ['LICENSE', 'README.md', 'CHANGELOG.md', 'docs/operations.md', 'dist/console/index.html', 'native/Cargo.lock'])
    expect(names).toContain(name);
  const licenses = await readFile(join(installed, 'dist/console/licenses.md'), 'utf8');
  for (const name of ['react', '@mantine/core', '@tanstack/react-query']) expect(licenses).toContain(`## ${name} `);
  const roots = new Set(names.map((name) => name.split('/')[0]));
  const expected = ['CHANGELOG.md', 'LICENSE', 'README.md', 'dist', 'docs', 'entry', 'native', 'package.json'];
  expect([...roots].sort()).toEqual(expected);
  const sources = (await readdir('src', { recursive: true })).filter((name) => name.endsWith('.ts') && !name.startsWith('console'));
  const compiled = names.filter((name) => /^dist\/(?!console\/).*\.js$/.test(name));
  expect(compiled.sort()).toEqual(sources.map((name) => `dist/${name.replace(/\.ts$/, '.js')}`).sort());
  expect(
    names.filter((name) =>
      /(^|\/)(test|bench|fixtures|node_modules)\/|\.test\.|\.png$|\.node$|\.pem$|\.key$|\.map$|(^|\/)\.env/.test(name),
    ),
  ).toEqual([]);
  const machine = [ROOT, ...(homedir().length > 1 ? [`${homedir()}/`] : [])];
  expect(names.filter((name) => machine.some((path) => readFileSync(join(installed, name)).includes(path)))).toEqual([]);
});

it('answers as a command that npx runs, and says that the native module is not built', async () => {
  const { version } = JSON.parse(await readFile(join(installed, 'package.json'), 'utf8'));
  expect((await lifeboat('--version')).stdout.trim()).toBe(version);
  const { ok, findings } = JSON.parse((await lifeboat('doctor', '--json')).stdout);
  expect(ok).toBe(true);
  expect(findings).toContainEqual(
    expect.objectContaining({ subject: 'native module', state: 'note', finding: expect.stringContaining('not built') }),
  );
});

it('starts an emulator from a program of a user, takes a snapshot with its own PostgreSQL, serves the console, and ends', async () => {
  await writeFile(join(folder, 'user.mjs'), PROGRAM);
  const { stdout } = await run(process.execPath, ['user.mjs'], { cwd: folder, env: { ...environment, MONGODB_URI: mongo.uri } });
  const { pid, ...told } = JSON.parse(stdout);
  expect(told).toEqual({ statuses: ['COMPLETED'], page: 200, asset: 200, isSameWhenRequired: true });
  expect(() => process.kill(pid, 0)).toThrow('ESRCH');
});

const PROGRAM = `
  import { createRequire } from 'node:module';
  import { startEmulator, v2 } from 'lifeboat/emulator';
  const seed = { projects: [{ name: 'Shop', clusters: [{ name: 'shop', documents: { books: [{ _id: 1, title: 'Emma' }] } }] }] };
  const emulator = await startEmulator({ seed });
  await emulator.advance('24h');
  const path = \`/api/atlas/v2/groups/\${emulator.projectId}/flexClusters/shop/backup/snapshots\`;
  const { results } = await emulator.request('GET', path, { accept: v2('2024-11-13') });
  const page = await fetch(emulator.baseUrl);
  const asset = await fetch(new URL(/src="([^"]+)"/.exec(await page.text())[1], emulator.baseUrl));
  await emulator.stop();
  console.log(JSON.stringify({
    statuses: results.map(({ status }) => status), page: page.status, asset: asset.status, pid: emulator.identity.pid,
    isSameWhenRequired: createRequire(import.meta.url)('lifeboat/emulator').startEmulator === startEmulator,
  }));
`;

it('tells a program in TypeScript what the emulator takes and gives, without declarations of anything else', async () => {
  await writeFile(join(folder, 'user.ts'), TYPED);
  const words = ['--ignoreConfig', '--noEmit', '--strict', '--skipLibCheck', '--module', 'nodenext', '--target', 'es2022', 'user.ts'];
  const { stdout } = await run(join(ROOT, 'node_modules/.bin/tsc'), words, { cwd: folder }).catch((error) => error);
  expect(stdout).toBe('');
});

const TYPED = `
  import { type FaultRule, type Seed, startEmulator } from 'lifeboat/emulator';
  const seed: Seed = { projects: [{ name: 'Shop' }] };
  const faults: FaultRule[] = [{ job: { kind: 'restore' }, outcome: { failAt: 60, reason: 'the network went away' } }];
  await using emulator = await startEmulator({ seed, now: '2026-01-01T00:00:00Z' });
  const { entries } = await emulator.transcript();
  export const told: [string, number | null | undefined] = [emulator.identity.projectId, entries[0]?.status];
  await emulator.setFaults(faults);
  // @ts-expect-error: there is no such option
  await startEmulator({ sed: seed });
  // @ts-expect-error: a name is a string
  await startEmulator({ seed: { projects: [{ name: 7 }] } });
  // @ts-expect-error: there is no such kind
  await emulator.setFaults([{ job: { kind: 'backup' }, outcome: { failAt: 60 } }]);
  // @ts-expect-error: it is a string
  export const id: number = emulator.identity.projectId;
  // @ts-expect-error: it is a number
  export const at: string = entries[0]!.number;
`;
