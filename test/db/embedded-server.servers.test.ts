import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, chmod, mkdir, mkdtemp, readdir, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { joinEmbeddedServer, killEmbeddedServers, startEmbeddedServer, stopEmbeddedServer } from '../../src/db/embedded-server.ts';
import { folderOf, postgresBinaries } from '../../src/db/postgres-binaries.ts';
import { findPostmaster, serverFromPs } from '../../src/db/postmaster.ts';
import { findLaunch } from '../../src/db/unprivileged.ts';

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
    const data = join(folder, 'postgres', 'data');
    const found = await findPostmaster(data);
    // What a system without /proc would find is the same.
    expect(await serverFromPs(found!.pid, data)).toBe(found!.executable);
    expect(await serverFromPs(found!.pid, '/elsewhere')).toBeNull();
    // As another machine's server has it by then, which must not lose it.
    await writeFile(join(data, 'postmaster.pid'), 'of another machine');
    await killEmbeddedServers();
    await expect.poll(() => serverFromPs(found!.pid, data)).toBeNull();
    expect(await readFile(join(data, 'postmaster.pid'), 'utf8')).toBe('of another machine');
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

  it('keeps its port from start to start, and takes another when it is taken', async () => {
    const portOf = (server: { url: string }) => Number(new URL(server.url).port);
    const first = await startEmbeddedServer(folder);
    await first.stop();
    const second = await startEmbeddedServer(folder);
    expect(portOf(second)).toBe(portOf(first));
    await second.stop();
    const squatter = createServer().listen(portOf(first), '127.0.0.1');
    await once(squatter, 'listening');
    const third = await startEmbeddedServer(folder);
    squatter.close();
    expect(portOf(third)).not.toBe(portOf(first));
    expect(await ask(third.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('replaces a running server of another program, such as one of an older version', async () => {
    const first = await startEmbeddedServer(folder);
    await ask(first.url, 'CREATE TABLE kept AS SELECT 5 AS answer');
    await first.stop();
    const own = await postgresBinaries();
    await promisify(execFile)('cp', ['-r', folderOf(own), join(folder, 'older')]);
    const launch = await findLaunch(join(folder, 'postgres'), own);
    const data = join(folder, 'postgres', 'data');
    const settings = ['-c', 'unix_socket_directories=', '-c', `port=${new URL(first.url).port}`];
    const words = [...launch.prefix, join(folder, 'older/bin/postgres'), '-D', data, ...settings];
    spawn(words[0]!, words.slice(1), { ...launch.process, detached: true, stdio: 'ignore' }).unref();
    await expect.poll(async () => (await findPostmaster(data))?.executable).toBe(join(folder, 'older/bin/postgres'));
    const next = await startEmbeddedServer(folder);
    expect(next.adopted).toBe(false);
    expect((await findPostmaster(data))?.executable).toBe(await realpath(own.postgres));
    expect(await ask(next.url, 'SELECT answer FROM kept')).toEqual([{ answer: 5 }]);
  });

  it('clears away what a first start left behind that was killed', async () => {
    await mkdir(join(folder, 'postgres', 'data.new-0123', 'base'), { recursive: true });
    await writeFile(join(folder, 'postgres', 'password'), '');
    const server = await startEmbeddedServer(folder);
    expect(await ask(server.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect((await readdir(join(folder, 'postgres'))).toSorted()).toEqual(['data', 'password', 'port', 'postgres.log']);
  });

  it('refuses data of another major version, and says what to do', async () => {
    await mkdir(join(folder, 'postgres', 'data'), { recursive: true });
    await writeFile(join(folder, 'postgres', 'data', 'PG_VERSION'), '17\n');
    await expect(startEmbeddedServer(folder)).rejects.toMatchObject({
      code: 'database-unavailable',
      message: expect.stringContaining('was made by PostgreSQL 17, and this Lifeboat brings 18'),
      hint: expect.stringContaining('Dump it'),
    });
  });

  it('says what the server said when it does not start', async () => {
    await startEmbeddedServer(folder).then((server) => server.stop());
    await appendFile(join(folder, 'postgres', 'data', 'postgresql.conf'), 'no_such_setting = 1\n');
    await expect(startEmbeddedServer(folder)).rejects.toMatchObject({
      code: 'database-unavailable',
      message: expect.stringContaining('no_such_setting'),
      hint: expect.stringContaining('postgres.log'),
    });
  });

  it('is started once when two ask at the same moment', async () => {
    const both = await Promise.allSettled([startEmbeddedServer(folder), startEmbeddedServer(folder)]);
    const started = both.filter((result) => result.status === 'fulfilled');
    expect(started.length).toBeGreaterThan(0);
    expect(new Set(started.map((result) => result.value.url)).size).toBe(1);
    expect(await ask(started[0]!.value.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });
});
