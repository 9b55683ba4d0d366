import { execFile, spawn } from 'node:child_process';
import { access, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { request as plainRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { DigestCredentials } from '../../src/cli/digest-client.ts';
import { pause } from '../../src/clock.ts';
import { type EmulatorHandle, type Seed, startEmulator, v2 } from '../../src/emulator/client.ts';
import { type MongoServer, startMongo } from '../kit/mongo.ts';

const MAIN = resolve(import.meta.dirname, '../../src/cli/main.ts');
const FLEX = v2('2024-11-13');
/** For what only a process of its own can bring about. */
const WAIT = { timeout: 20_000, interval: 50 };
const CLOCK = '/api/lifeboat/v1/clock';

let mongo: MongoServer;
let client: MongoClient;
let emulator: EmulatorHandle;

beforeAll(async () => {
  mongo = await startMongo();
  client = new MongoClient(mongo.uri);
  emulator = await startEmulator({ mongodb: mongo.uri });
});
afterAll(async () => {
  await emulator?.stop();
  await client?.close();
  await mongo?.stop();
});

const ask = (method: string, path: string, body?: unknown) =>
  emulator.request(method, `/api/atlas/v2/groups/${emulator.projectId}/flexClusters${path}`, { accept: FLEX, body });

/** Answers the cluster's own database. */
async function create(name: string): Promise<string> {
  const body = { name, providerSettings: { backingProviderName: 'AWS', regionName: 'US_EAST_1' } };
  const { connectionStrings } = await ask('POST', '', body);
  return new URL(connectionStrings.standard).pathname.slice(1);
}

const snapshots = async (cluster: string): Promise<{ id: string; scheduledTime: string; status: string; expiration: string }[]> =>
  (await ask('GET', `/${cluster}/backup/snapshots`)).results;

const databases = async () => (await client.db('admin').admin().listDatabases()).databases.map(({ name }) => name);

describe('what is no time', () => {
  it.each([
    [{}, 'MISSING'],
    [{ now: 'tomorrow' }, 'a date such as'],
    [{ now: '2026-02-30T00:00:00' }, 'a date such as'],
    [{ advance: 'soon' }, 'a duration such as'],
    [{ advance: '1h', now: '2027-01-01' }, 'as well'],
    [{ frozen: 'yes' }, 'true or false'],
    [{ forward: '1h' }, 'forward'],
    [{ advance: '5000d' }, 'ten years'],
  ])('refuses %j', async (body, why) => {
    const refused = emulator.request('PUT', CLOCK, { body });
    await expect(refused).rejects.toMatchObject({ status: 400 });
    expect(JSON.stringify(await refused.catch((error) => error.body))).toContain(why === 'MISSING' ? 'now, advance or frozen' : why);
  });
});

describe('the clock', () => {
  beforeEach(() => emulator.reset());

  it('stands still until it is moved', async () => {
    expect(await emulator.clock()).toEqual({ now: '2026-01-01T00:00:00.000Z', frozen: true });
    expect(await emulator.advance('90m')).toEqual({ now: '2026-01-01T01:30:00.000Z', frozen: true });
    expect(await emulator.setClock('2026-01-02T03:04:05Z')).toMatchObject({ now: '2026-01-02T03:04:05.000Z' });
  });

  it('takes a really readable snapshot when a day has passed, once each day and in order, and gives up those that expired', async () => {
    const database = await create('shop');
    await client.db(database).collection('books').insertOne({ title: 'Emma' });
    expect(await snapshots('shop')).toEqual([]);
    await emulator.advance('23h59m');
    expect(await snapshots('shop')).toEqual([]);
    await emulator.advance('1m');
    expect(await snapshots('shop')).toMatchObject([
      { status: 'COMPLETED', scheduledTime: '2026-01-02T00:00:00Z', expiration: '2026-01-10T00:00:00Z' },
    ]);
    await client
      .db(database)
      .collection('books')
      .updateOne({}, { $set: { title: 'Persuasion' } });
    await emulator.advance('2d');
    const days = (await snapshots('shop')).map(({ scheduledTime }) => scheduledTime).sort();
    expect(days).toEqual(['2026-01-02T00:00:00Z', '2026-01-03T00:00:00Z', '2026-01-04T00:00:00Z']);
    const first = (await snapshots('shop')).find(({ scheduledTime }) => scheduledTime.startsWith('2026-01-02'))!;
    const body = { snapshotId: first.id, targetDeploymentItemName: 'shop', targetProjectId: emulator.projectId };
    const { id } = await ask('POST', '/shop/backup/restoreJobs', body);
    // No waiting: while the clock stands still an answer is of a world whose work is done.
    expect(await ask('GET', `/shop/backup/restoreJobs/${id}`)).toMatchObject({ status: 'COMPLETED' });
    expect(await client.db(database).collection('books').findOne()).toMatchObject({ title: 'Emma' });
    await emulator.advance('7d');
    const later = (await snapshots('shop')).map(({ scheduledTime }) => scheduledTime).sort();
    expect([later.length, later[0], later.at(-1)]).toEqual([8, '2026-01-04T00:00:00Z', '2026-01-11T00:00:00Z']);
  });

  it('lets a link expire after its four hours, and not before', async () => {
    await create('shop');
    await emulator.advance('24h');
    const [snapshot] = await snapshots('shop');
    const { snapshotUrl } = await ask('POST', '/shop/backup/download', { snapshotId: snapshot!.id });
    const status = async () => (await fetch(snapshotUrl, { method: 'HEAD' })).status;
    expect(await status()).toBe(200);
    await emulator.advance('3h59m59s');
    expect(await status()).toBe(200);
    await emulator.advance('1s');
    expect(await status()).toBe(410);
  });

  it('never goes back, and says so', async () => {
    await emulator.advance('1h');
    const back = emulator.setClock('2026-01-01T00:59:59Z');
    await expect(back).rejects.toMatchObject({
      status: 409,
      body: { errorCode: 'CLOCK_BACKWARDS', detail: expect.stringContaining('2026-01-01T01:00:00.000Z') },
    });
    await expect(emulator.advance('-1h')).rejects.toMatchObject({ status: 400 });
    expect(await emulator.clock()).toMatchObject({ now: '2026-01-01T01:00:00.000Z' });
  });

  it('runs as real time does when it is told to, and takes what is due then', async () => {
    await create('shop');
    await emulator.setClock('2026-01-01T23:59:59Z');
    await emulator.freeze(false);
    await vi.waitFor(async () => expect(await snapshots('shop')).toMatchObject([{ status: 'COMPLETED' }]), WAIT);
    const { now } = await emulator.freeze();
    expect(now > '2026-01-02T00:00:00.000Z').toBe(true);
  });
});

describe('a reset', () => {
  it('leaves nothing of what was, under the same address, keys and ids', async () => {
    await emulator.reset();
    const database = await create('shop');
    await client.db(database).collection('books').insertOne({ title: 'Emma' });
    await emulator.advance('24h');
    expect(await emulator.reset()).toEqual(emulator.identity);
    expect(await emulator.clock()).toEqual({ now: '2026-01-01T00:00:00.000Z', frozen: true });
    expect((await ask('GET', '')).results).toEqual([]);
    expect(await databases()).not.toContain(database);
    expect(await create('shop')).toBe(database);
    expect(await client.db(database).collection('books').findOne()).toBeNull();
  });
});

describe('the control routes', () => {
  it.each([
    ['a page of another site', { origin: 'http://evil.example' }],
    ['a page of another port, as the browser says', { 'sec-fetch-site': 'cross-site' }],
    ['a name that somebody made lead here', { host: 'evil.example' }],
    ['a page without an origin', { origin: 'null' }],
    ['a page of another address', { origin: 'http://203.0.113.7' }],
  ])('refuse %s', async (_who, headers) => {
    const credentials = new DigestCredentials(emulator.identity.publicKey, emulator.identity.privateKey);
    expect(await status(headers, credentials)).toBe(401);
    expect(await status(headers, credentials)).toBe(403);
  });

  it("take a page of the emulator's own", async () => {
    const credentials = new DigestCredentials(emulator.identity.publicKey, emulator.identity.privateKey);
    const headers = { origin: emulator.baseUrl, 'sec-fetch-site': 'same-origin' };
    await status(headers, credentials);
    expect(await status(headers, credentials)).toBe(200);
  });

  it('take localhost for what it is', async () => {
    const credentials = new DigestCredentials(emulator.identity.publicKey, emulator.identity.privateKey);
    const headers = { host: `localhost:${new URL(emulator.baseUrl).port}` };
    await status(headers, credentials);
    expect(await status(headers, credentials)).toBe(200);
  });

  it('show the clock to whoever looks at the console', async () => {
    const { now } = await emulator.clock();
    const seen = await fetch(`${emulator.baseUrl}/api/lifeboat/v1/emulator`);
    expect([seen.status, await seen.json()]).toEqual([200, { now, frozen: true }]);
  });

  it('need the key', async () => {
    for (const [method, path] of [
      ['PUT', CLOCK],
      ['GET', CLOCK],
      ['POST', '/api/lifeboat/v1/reset'],
    ] as const)
      expect([path, (await fetch(emulator.baseUrl + path, { method })).status]).toEqual([path, 401]);
  });

  function status(headers: Record<string, string>, credentials: DigestCredentials): Promise<number> {
    const authorization = credentials.authorization('GET', CLOCK);
    return new Promise((resolve, reject) => {
      const asked = plainRequest(
        emulator.baseUrl + CLOCK,
        { headers: { ...headers, ...(authorization && { authorization }) } },
        (response) => {
          response.resume();
          credentials.accept(response.headers['www-authenticate'] ?? null);
          resolve(response.statusCode!);
        },
      );
      asked.once('error', reject).end();
    });
  }
});

describe('an emulator ends', () => {
  it('with its parent, killed as it may be, and leaves no process, no folder and no database behind', async () => {
    const before = await databases();
    // With something to say at its end, to nobody.
    const seed = { ...seedOf(1), faults: [{ request: { method: 'PATCH' }, answer: { status: 503 } }] };
    const script = `const { startEmulator } = await import(${JSON.stringify(resolve(import.meta.dirname, '../../src/emulator/client.ts'))});
      const one = await startEmulator(${JSON.stringify({ mongodb: mongo.uri, seed })});
      console.log(JSON.stringify(one.identity));
      setInterval(() => {}, 1000);`;
    const parent = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    const line: string = await new Promise((found) => parent.stdout.once('data', (piece) => found(String(piece))));
    const { pid } = JSON.parse(line);
    const postgres = await postgresOf(pid);
    expect(await databases()).not.toEqual(before);
    parent.kill('SIGKILL');
    await vi.waitFor(
      async () => expect([isAlive(pid), isAlive(postgres.pid), await exists(postgres.folder)]).toEqual([false, false, false]),
      WAIT,
    );
    expect(await databases()).toEqual(before);
  });

  it('when its parent does while it still starts', async () => {
    const before = await databases();
    const folder = await mkdtemp(join(tmpdir(), 'lifeboat-seed-'));
    await writeFile(join(folder, 'seed.json'), JSON.stringify(seedOf(400)));
    const words = [MAIN, 'emulate', '--mongodb', mongo.uri, '--seed', join(folder, 'seed.json')];
    const child = spawn(process.execPath, words, { stdio: ['pipe', 'pipe', 'inherit'] });
    let said = '';
    child.stdout.on('data', (piece) => {
      said += piece;
    });
    await vi.waitFor(async () => expect(await databases()).not.toEqual(before), WAIT);
    const postgres = await postgresOf(child.pid!);
    child.stdin.end();
    await vi.waitFor(() => expect(child.exitCode).toBe(0), WAIT);
    expect([await exists(postgres.folder), said]).toEqual([false, '']);
    // It has ended; its number goes when whoever adopts orphans has taken notice.
    await vi.waitFor(() => expect(isAlive(postgres.pid)).toBe(false), WAIT);
    expect(await databases()).toEqual(before);
    await rm(folder, { recursive: true });
  });

  it('in the middle of a reset', async () => {
    const before = await databases();
    const one = await startEmulator({ mongodb: mongo.uri, seed: seedOf(10) });
    const reset = one.reset().then(
      () => 'done',
      () => 'broken off',
    );
    await pause(200);
    await one.stop();
    expect([await reset, await databases()]).toEqual(['broken off', before]);
  });

  it('when it is killed itself', async () => {
    const one = await startEmulator({ mongodb: mongo.uri });
    const postgres = await postgresOf(one.identity.pid);
    process.kill(one.identity.pid, 'SIGKILL');
    await vi.waitFor(async () => expect([isAlive(postgres.pid), await exists(postgres.folder)]).toEqual([false, false]), WAIT);
  });

  it('and has dropped the databases of its clusters', async () => {
    const before = await databases();
    const one = await startEmulator({ mongodb: mongo.uri });
    const body = { name: 'shop', providerSettings: { backingProviderName: 'AWS', regionName: 'US_EAST_1' } };
    const made = await one.request('POST', `/api/atlas/v2/groups/${one.projectId}/flexClusters`, { accept: FLEX, body });
    const database = new URL(made.connectionStrings.standard).pathname.slice(1);
    await client.db(database).collection('books').insertOne({});
    await one.stop();
    expect(await databases()).toEqual(before);
  });
});

describe('`lifeboat emulate`', () => {
  it("refuses a data folder that is not an emulator's, and a MongoDB that is not there", async () => {
    const folder = await mkdtemp(join(tmpdir(), 'lifeboat-other-'));
    await writeFile(join(folder, 'master.key'), 'precious');
    const run = (...words: string[]) =>
      promisify(execFile)(process.execPath, [MAIN, 'emulate', ...words], { env: { PATH: '/nowhere', HOME: process.env.HOME } }).catch(
        (error) => error,
      );
    expect(await run('--data', folder, '--mongodb', mongo.uri)).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining("is not an emulator's"),
    });
    expect(await readFile(join(folder, 'master.key'), 'utf8')).toBe('precious');
    expect(await run()).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/MONGODB_URI.*mongod on the PATH.*--mongodb-command/s),
    });
    await rm(folder, { recursive: true });
  });
});

/** A cluster with documents, and so many snapshots in the past. */
function seedOf(snapshots: number): Seed {
  const ago = Array.from({ length: snapshots }, (_, n) => ({ ago: `${n + 1}m` }));
  return { projects: [{ name: 'Shop', clusters: [{ name: 'shop', documents: { books: [{ title: 'Emma' }] }, snapshots: ago }] }] };
}

/** The PostgreSQL of the emulator with this process id: by the mark in its folder. */
async function postgresOf(pid: number): Promise<{ pid: number; folder: string }> {
  const { stdout } = await promisify(execFile)('/bin/sh', ['-c', `grep -lx ${pid} ${tmpdir()}/lifeboat-emulator-*/lifeboat-emulator`]);
  const folder = dirname(stdout.trim());
  const file = await readFile(join(folder, 'postgres/data/postmaster.pid'), 'utf8');
  return { pid: Number(file.split('\n')[0]), folder };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );
