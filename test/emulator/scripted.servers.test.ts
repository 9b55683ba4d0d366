import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type EmulatorHandle, startEmulator, v2 } from '../../src/emulator/client.ts';
import type { Seed } from '../../src/emulator/seed-schema.ts';
import { type MongoServer, startMongo, startOwnMongo } from '../kit/mongo.ts';

const books = (...titles: string[]) => ({ books: titles.map((title, n) => ({ _id: n, title })) });

const SEED: Seed = {
  random: 5,
  clock: { now: '2026-03-10T12:00:00Z' },
  organizations: [
    {
      name: 'Press',
      projects: [
        {
          name: 'Shop',
          clusters: [
            {
              name: 'shop',
              createdAgo: '20d',
              documents: books('now'),
              snapshots: [
                { name: 'old', ago: '2d', documents: books('Emma', 'Persuasion', 'Lady Susan', 'Sanditon', 'The Watsons') },
                { name: 'broken', at: '2026-03-09T00:00:00Z', status: 'FAILED', reason: 'the disk was full' },
              ],
              restores: [
                { snapshot: 'old', target: 'staging', ago: '1d' },
                { snapshot: 'old', target: 'staging', ago: '12h', status: 'FAILED', reason: 'somebody pulled the plug' },
                { snapshot: 'old', target: 'staging', ago: '1h', status: 'RUNNING' },
              ],
            },
            { name: 'staging', documents: books('staged') },
          ],
        },
        { name: 'Other', clusters: [{ name: 'two', documents: { books: Array(7).fill({}), pens: Array(3).fill({}) } }] },
      ],
    },
    {
      name: 'Archive',
      projects: [
        {
          name: 'Shop',
          clusters: [
            {
              name: 'shop',
              documents: books('kept'),
              snapshots: [
                { name: 'kept', ago: '1d' },
                { ago: '2h', status: 'RUNNING' },
              ],
              restores: [
                { snapshot: 'kept', download: true, expired: true },
                { snapshot: 'kept', download: true, ago: '3h' },
              ],
            },
            { name: 'ledger', snapshots: [{ ago: '1h', status: 'PENDING' }] },
          ],
        },
      ],
    },
    { name: 'Empty' },
  ],
};

let mongo: MongoServer;
let client: MongoClient;
let emulator: EmulatorHandle;

beforeAll(async () => {
  mongo = await startMongo();
  client = new MongoClient(mongo.uri);
  emulator = await startEmulator({ mongodb: mongo.uri, seed: SEED });
});
afterAll(async () => {
  await emulator?.stop();
  await client?.close();
  await mongo?.stop();
});

const flex = (method: string, path: string, body?: unknown) =>
  emulator.request(method, `/api/atlas/v2/groups/${emulator.projectId}/flexClusters${path}`, { accept: v2('2024-11-13'), body });

const snapshots = async (): Promise<{ id: string; status: string; scheduledTime: string }[]> =>
  (await flex('GET', '/shop/backup/snapshots')).results.sort((a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1));

async function restore(target = 'shop'): Promise<{ id: string; status: string }> {
  const [first] = await snapshots();
  const body = { snapshotId: first!.id, targetDeploymentItemName: target, targetProjectId: emulator.projectId };
  return flex('POST', '/shop/backup/restoreJobs', body);
}

const job = (id: string): Promise<{ status: string }> => flex('GET', `/shop/backup/restoreJobs/${id}`);

const titles = async (cluster: string) => {
  const { connectionStrings } = await flex('GET', `/${cluster}`);
  const database = new URL(connectionStrings.standard).pathname.slice(1);
  return (await client.db(database).collection('books').find().sort({ _id: 1 }).toArray()).map(({ title }) => title);
};

describe('a seed', () => {
  it('is there at the start: projects, documents, snapshots and jobs in the states and at the times that it says', async () => {
    expect(Object.keys(emulator.identity.projects)).toEqual(['Shop', 'Other']);
    expect(await emulator.clock()).toEqual({ now: '2026-03-10T12:00:00.000Z', frozen: true });
    expect((await snapshots()).map(({ status, scheduledTime }) => [status, scheduledTime])).toEqual([
      ['COMPLETED', '2026-03-08T12:00:00Z'],
      ['FAILED', '2026-03-09T00:00:00Z'],
    ]);
    const { results } = await flex('GET', '/shop/backup/restoreJobs');
    const states = Object.fromEntries(
      results.map((one: { status: string; restoreScheduledDate: string }) => [one.status, one.restoreScheduledDate]),
    );
    expect(states).toEqual({ COMPLETED: '2026-03-09T12:00:00Z', FAILED: '2026-03-10T00:00:00Z', RUNNING: '2026-03-10T11:00:00Z' });
    expect(await titles('shop')).toEqual(['now']);
    expect(await titles('staging')).toEqual(['staged']);
  });

  it('has several organizations, each with its key, snapshots that stay under way, and a link that has expired', async () => {
    const { organizations, orgId, projectId, projects, publicKey, privateKey } = emulator.identity;
    expect(organizations[0]).toEqual({ name: 'Press', orgId, projects, publicKey, privateKey });
    expect(organizations.map(({ name, projects: own }) => [name, Object.keys(own)])).toEqual([
      ['Press', ['Shop', 'Other']],
      ['Archive', ['Shop']],
      ['Empty', []],
    ]);
    expect(new Set(organizations.flatMap((one) => [one.orgId, one.publicKey, one.privateKey, ...Object.values(one.projects)])).size).toBe(
      12,
    );
    const archive = organizations[1]!;
    const path = `/api/atlas/v2/groups/${archive.projects.Shop}/flexClusters`;
    const list = async (what: string) => (await emulator.request('GET', path + what, { accept: v2('2024-11-13'), as: archive })).results;
    const statuses = async (what: string) => (await list(what)).map(({ status }: { status: string }) => status).sort();
    expect(await statuses('/shop/backup/snapshots')).toEqual(['COMPLETED', 'RUNNING']);
    expect(await statuses('/ledger/backup/snapshots')).toEqual(['PENDING']);
    const links: { restoreScheduledDate: string; snapshotUrl: string }[] = await list('/shop/backup/restoreJobs');
    const answers = await Promise.all(
      links.map(async (one) => [one.restoreScheduledDate, (await fetch(one.snapshotUrl, { method: 'HEAD' })).status]),
    );
    expect(answers).toEqual([
      ['2026-03-10T09:00:00Z', 200],
      ['2026-03-10T08:00:00Z', 410],
    ]);
    // As in Atlas, a key reaches its own organization only.
    await expect(emulator.request('GET', path, { accept: v2('2024-11-13') })).rejects.toMatchObject({ status: 401 });
    expect(archive.projects.Shop).not.toBe(projectId);
  });
});

describe('a script of faults', () => {
  it('answers a request with 429 and Retry-After, once, and says so in the transcript', async () => {
    await emulator.setFaults([{ request: { method: 'POST', cluster: 'shop' }, answer: { status: 429, retryAfter: 3 } }]);
    await expect(restore()).rejects.toMatchObject({ status: 429, body: { errorCode: 'RATE_LIMITED', error: 429 } });
    const { id } = await restore();
    expect(await job(id)).toMatchObject({ status: 'COMPLETED' });
    expect(await titles('shop')).toEqual(['Emma', 'Persuasion', 'Lady Susan', 'Sanditon', 'The Watsons']);
    const { entries } = await emulator.transcript();
    expect(entries.filter(({ fault }) => fault === 1)).toMatchObject([
      { method: 'POST', status: 429, body: { targetDeploymentItemName: 'shop' }, answerHeaders: { 'retry-after': '3' } },
    ]);
  });

  it('breaks connections, without an answer and in the middle of one, delays, and calls a nonce stale', async () => {
    const get = () => flex('GET', '/shop');
    await emulator.setFaults([{ request: { method: 'GET' }, answer: { drop: true } }]);
    await expect(get()).rejects.toThrow('fetch failed');
    // Nothing of it was done.
    await emulator.setFaults([{ request: { method: 'DELETE' }, answer: { drop: true } }]);
    await expect(flex('DELETE', '/shop')).rejects.toThrow('fetch failed');
    expect(await get()).toMatchObject({ name: 'shop' });
    await emulator.setFaults([{ request: { method: 'GET' }, answer: { truncate: true } }]);
    await expect(get()).rejects.toThrow('terminated');
    await emulator.setFaults([{ request: { method: 'GET' }, answer: { delay: '300ms' } }]);
    const begun = performance.now();
    expect(await get()).toMatchObject({ name: 'shop' });
    expect(performance.now() - begun).toBeGreaterThan(295);
    await emulator.setFaults([{ request: { method: 'GET' }, answer: { staleNonce: true } }]);
    expect(await get()).toMatchObject({ name: 'shop' });
    const { entries } = await emulator.transcript();
    expect(entries.at(-2)).toMatchObject({
      status: 401,
      fault: 1,
      answerHeaders: { 'www-authenticate': expect.stringContaining('stale=true') },
    });
  });

  it('has a restore wait and run for as long as it says, by the clock', async () => {
    await emulator.setFaults([{ job: { kind: 'restore', cluster: 'shop' }, outcome: { pending: '10m', running: '5m' } }]);
    const { id } = await restore();
    const seen = [(await job(id)).status];
    for (const step of ['9m', '1m', '4m', '1m']) {
      await emulator.advance(step);
      seen.push((await job(id)).status);
    }
    expect(seen).toEqual(['PENDING', 'PENDING', 'RUNNING', 'RUNNING', 'COMPLETED']);
  });

  it.each(['pending', 'running'])('lets one that is held %s be cancelled, and others go on', async (held) => {
    await emulator.setFaults([{ job: { kind: 'restore' }, outcome: { [held]: '10m' } }]);
    const before = await titles('shop');
    const { id } = await restore();
    expect(await job(id)).toMatchObject({ status: held.toUpperCase() });
    const path = `/api/lifeboat/v1/projects/${emulator.projectId}/clusters/shop/restoreJobs/${id}`;
    await emulator.request('POST', `${path}/cancel`);
    expect(await emulator.request('GET', path)).toMatchObject({ status: 'FAILED', cancelled: true });
    expect(await titles('shop')).toEqual(before);
    expect(await job((await restore()).id)).toMatchObject({ status: 'COMPLETED' });
  });

  it('has a restore fail at its 60 percent with this reason, and the target is as it was', async () => {
    await emulator.setFaults([{ job: { kind: 'restore' }, outcome: { failAt: 60, reason: 'the network went away' } }]);
    const before = await titles('shop');
    const { id } = await restore();
    expect(await job(id)).toMatchObject({ status: 'FAILED' });
    const path = `/api/lifeboat/v1/projects/${emulator.projectId}/clusters/shop/restoreJobs/${id}`;
    expect(await emulator.request('GET', path)).toMatchObject({ failure: { message: 'the network went away' } });
    expect(await titles('shop')).toEqual(before);
    const again = await restore();
    expect(await job(again.id)).toMatchObject({ status: 'COMPLETED' });
  });

  it('has snapshots and restores fail at so many percent of what they are of, and at the end of it too', async () => {
    const cluster = `/api/lifeboat/v1/projects/${emulator.identity.projects.Other}/clusters/two`;
    const { id: snapshotId } = await emulator.request('POST', `${cluster}/snapshots`);
    const some = { snapshotId, targetClusterName: 'two', nsInclude: ['*.books'], safetySnapshot: false };
    const end = async (path: string, body?: object) => {
      const { id } = await emulator.request('POST', cluster + path, { body });
      const { status, failure, progress } = await emulator.request('GET', `${cluster}${path}/${id}`);
      return [status, failure?.message, progress.documents, progress.totalDocuments];
    };
    for (const [failAt, ofAll, ofSome] of [
      [0, 0, 0],
      [60, 6, 4],
      [100, 10, 7],
    ]) {
      const outcome = { failAt: failAt!, reason: `at ${failAt}` };
      await emulator.setFaults([
        { job: { kind: 'snapshot' }, outcome },
        { job: { kind: 'restore' }, count: 2, outcome },
      ]);
      expect(await end('/snapshots')).toEqual(['FAILED', outcome.reason, ofAll, 10]);
      expect(await end('/restoreJobs', { ...some, nsInclude: undefined })).toEqual(['FAILED', outcome.reason, ofAll, 10]);
      expect(await end('/restoreJobs', some)).toEqual(['FAILED', outcome.reason, ofSome, 7]);
    }
    expect(await end('/restoreJobs', some)).toEqual(['COMPLETED', undefined, 7, 7]);
  });

  it('holds more jobs than are done at once, beside others, and does all of them in their order when their time has come', async () => {
    await emulator.reset();
    const names = Array.from({ length: 14 }, (_, n) => `held-${String(n).padStart(2, '0')}`);
    const providerSettings = { backingProviderName: 'AWS', regionName: 'US_EAST_1' };
    for (const name of names) await flex('POST', '', { name, providerSettings });
    const project = `/api/lifeboat/v1/projects/${emulator.projectId}`;
    await emulator.setFaults([{ job: { kind: 'snapshot' }, count: 'always', outcome: { pending: '5m', running: '5m' } }]);
    for (const name of names) await emulator.request('POST', `${project}/clusters/${name}/snapshots`);
    const statuses = async () => {
      const { results } = await emulator.request('GET', `${project}/jobs?kind=snapshot&search=held&itemsPerPage=100`);
      return names.map((name) => results.find(({ clusterName }: { clusterName: string }) => clusterName === name).status);
    };
    expect(new Set(await statuses())).toEqual(new Set(['PENDING']));
    const { id } = await restore();
    expect(await job(id)).toMatchObject({ status: 'COMPLETED' });
    await emulator.save('held');
    const goOn = async () => {
      const seen = [await statuses()];
      for (const step of ['4m', '1m', '5m']) {
        await emulator.advance(step);
        seen.push(await statuses());
      }
      const events = `/api/atlas/v1.0/groups/${emulator.projectId}/events?eventType=TENANT_SNAPSHOT_COMPLETED_AUDIT&includeRaw=true`;
      const { results } = await emulator.request('GET', events);
      const ended = results.map(({ raw }: { raw: { description: string } }) => /held-\d+/.exec(raw.description)?.[0]);
      return { seen, ended: ended.slice(0, names.length).reverse() };
    };
    const first = await goOn();
    expect(first.seen.map((one) => [...new Set(one)])).toEqual([['PENDING'], ['PENDING'], ['RUNNING'], ['COMPLETED']]);
    expect(first.ended).toEqual(names);
    await emulator.load('held');
    expect(await goOn()).toEqual(first);
    await emulator.forget('held');
    await emulator.reset();
  });

  it('expires a link', async () => {
    await emulator.setFaults([{ job: { kind: 'download', cluster: 'shop' }, outcome: { expired: true } }]);
    const [first] = await snapshots();
    const { snapshotUrl } = await flex('POST', '/shop/backup/download', { snapshotId: first!.id });
    const statuses = [(await fetch(snapshotUrl)).status, (await fetch(snapshotUrl, { method: 'HEAD' })).status];
    expect(statuses).toEqual([410, 200]);
  });

  it('tells what nothing has met, and refuses what is no rule', async () => {
    const report = await emulator.setFaults([{ job: { kind: 'snapshot', cluster: 'nowhere' }, outcome: { failAt: 10 } }]);
    expect(report.unmatched).toEqual(['fault 1 (snapshot of nowhere) never matched']);
    const wrong = emulator.request('PUT', '/api/lifeboat/v1/faults', {
      body: { faults: [{ job: { kind: 'restore' }, outcome: { pending: 'soon' } }] },
    });
    await expect(wrong).rejects.toMatchObject({ status: 400, body: { detail: expect.stringContaining('faults.0.outcome.pending') } });
    expect(await emulator.request('DELETE', '/api/lifeboat/v1/faults')).toEqual({ faults: [], unmatched: [] });
  });

  it('waits for what is not held: a restore after its safety snapshot, beside the one of the seed that runs for ever', async () => {
    await emulator.setFaults([]);
    const [first] = await snapshots();
    const project = `/api/lifeboat/v1/projects/${emulator.projectId}/clusters/shop/restoreJobs`;
    const body = { snapshotId: first!.id, targetClusterName: 'shop', safetySnapshot: true };
    const { id } = await emulator.request('POST', project, { body });
    expect(await emulator.request('GET', `${project}/${id}`)).toMatchObject({ status: 'COMPLETED' });
  });

  it('damages a chunk in the vault, so that a restore of it is refused', async () => {
    await emulator.setFaults([{ job: { kind: 'restore' }, outcome: { damage: 'chunk' } }]);
    const { id } = await restore();
    expect(await job(id)).toMatchObject({ status: 'FAILED' });
    const path = `/api/lifeboat/v1/projects/${emulator.projectId}/clusters/shop/restoreJobs/${id}`;
    expect((await emulator.request('GET', path)).failure.code).toMatch(/damaged/);
  });
});

describe('a state', () => {
  const collection = async () => {
    const { connectionStrings } = await flex('GET', '/shop');
    return client.db(new URL(connectionStrings.standard).pathname.slice(1)).collection('books');
  };

  it('that was saved is there again when it is loaded: documents, indexes, clock, faults, jobs that wait, ids and transcript', async () => {
    await emulator.reset();
    await emulator.setFaults([
      { job: { kind: 'restore', cluster: 'shop' }, outcome: { pending: '10m', running: '5m' } },
      { request: { method: 'GET', path: '/api/atlas/v2/groups/*/flexClusters' }, skip: 1, answer: { status: 429 } },
    ]);
    await (await collection()).createIndex({ title: 1 }, { unique: true, name: 'titles' });
    const { id } = await restore('shop');
    await emulator.advance('12m');
    await flex('GET', '');
    expect(await job(id)).toMatchObject({ status: 'RUNNING' });
    expect(await emulator.save('before')).toEqual({ name: 'before', now: '2026-03-10T12:12:00.000Z' });

    const goOn = async () => {
      const seen: unknown[] = [await emulator.clock(), await job(id), await snapshots()];
      seen.push(await flex('GET', '').catch((error) => error.status), await emulator.faults());
      await emulator.advance('3m');
      seen.push(
        await job(id),
        (await restore('shop')).id,
        await titles('shop'),
        await titles('staging'),
        await (await collection()).indexes(),
      );
      await emulator.advance('1d');
      seen.push(await snapshots(), await emulator.transcript());
      return JSON.stringify(seen, null, 1);
    };
    const first = await goOn();
    await (await collection()).drop();
    expect(await emulator.load('before')).toMatchObject({ projectId: emulator.projectId, now: '2026-03-10T12:12:00.000Z' });
    expect(await goOn()).toBe(first);
    expect(first).toContain('"status": "COMPLETED"');
    expect(first).toContain('429');
    expect(await emulator.states()).toEqual([{ name: 'before', now: '2026-03-10T12:12:00.000Z' }]);
  });

  it('is a file too, as which another emulator begins', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'lifeboat-state-'));
    const file = join(folder, 'before.tar.gz');
    await emulator.load('before');
    await emulator.saveFile('before', file);
    const seen = async (one: EmulatorHandle) => {
      const path = `/api/atlas/v2/groups/${one.projectId}/flexClusters/shop/backup`;
      const list = async (what: string) => (await one.request('GET', `${path}/${what}`, { accept: v2('2024-11-13') })).results;
      return [await one.clock(), await list('snapshots'), await list('restoreJobs'), await one.faults()];
    };
    const expected = await seen(emulator);
    // Of its own: the databases have the same names.
    const mongoOfOther = await startOwnMongo();
    const other = await startEmulator({ mongodb: mongoOfOther.uri, state: file });
    try {
      expect(await seen(other)).toEqual(expected);
      expect(other.identity).toMatchObject({ projectId: emulator.projectId, publicKey: emulator.identity.publicKey });
      await other.advance('3m');
      await other.advance('1d');
      expect((await seen(other))[2]).toContainEqual(expect.objectContaining({ targetDeploymentItemName: 'shop', status: 'COMPLETED' }));
      await other.reset();
      expect(await seen(other)).toEqual(expected);
    } finally {
      await other.stop();
      await mongoOfOther.stop();
    }
    const standing = await titles('shop');
    expect(standing).not.toEqual([]);
    await expect(startEmulator({ mongodb: mongo.uri, state: file })).rejects.toThrow('another emulator that began as this state');
    // Nor has it taken anything from the one that is there.
    expect(await titles('shop')).toEqual(standing);
    await rm(folder, { recursive: true });
  });

  it('can be forgotten, and one that was not saved is not there', async () => {
    await emulator.forget('before');
    expect(await emulator.states()).toEqual([]);
    await expect(emulator.load('before')).rejects.toMatchObject({ status: 404, body: { detail: expect.stringContaining('before') } });
    await expect(emulator.save('../x')).rejects.toMatchObject({ status: 400 });
    expect(await emulator.clock()).toMatchObject({ now: '2026-03-10T12:12:00.000Z' });
  });
});

describe('the transcript', () => {
  /** Everything that a test may look at, natively too; after so many milliseconds, where a job runs meanwhile. */
  async function play(later: number): Promise<string> {
    await emulator.setFaults([
      { request: { method: 'POST', cluster: 'shop' }, answer: { status: 429 } },
      { request: {}, count: 'always', chance: 0.3, answer: { delay: 0.001 } },
      { job: { kind: 'restore' }, skip: 1, outcome: { failAt: 50 } },
    ]);
    await flex('GET', '');
    await restore().catch(() => {});
    for (let n = 0; n < 2; n += 1) await job((await restore()).id);
    await emulator.advance('3d');
    const project = `/api/lifeboat/v1/projects/${emulator.projectId}`;
    for (const path of ['/jobs', '/overview', '/clusters/shop/snapshots', '/clusters/shop/restoreJobs', '/auditLog'])
      await emulator.request('GET', project + path);
    await playFaultsOfJobs(later);
    const wanted = { desc: 'for a test', roles: ['GROUP_OWNER'] };
    await emulator.request('POST', `/api/atlas/v1.0/groups/${emulator.projectId}/apiKeys`, { body: wanted });
    await emulator.request('GET', `/api/atlas/v1.0/groups/${emulator.projectId}/events`);
    await snapshots();
    return JSON.stringify(await emulator.transcript(), null, 1);
  }

  /** What comes of them differs in what chance and the pace of the machine decide. */
  async function playFaultsOfJobs(later: number): Promise<void> {
    await emulator.setFaults([
      { job: { kind: 'snapshot', cluster: 'two' }, outcome: { failAt: 60 } },
      { job: { kind: 'restore', cluster: 'shop' }, outcome: { running: '5m' } },
      { job: { kind: 'restore', cluster: 'two' }, outcome: { damage: 'chunk' } },
    ]);
    const two = `/api/lifeboat/v1/projects/${emulator.identity.projects.Other}/clusters/two`;
    const shop = `/api/lifeboat/v1/projects/${emulator.projectId}/clusters/shop`;
    await emulator.request('POST', `${two}/snapshots`);
    const { id: snapshotId } = await emulator.request('POST', `${two}/snapshots`);
    const intoTwo = { snapshotId, targetClusterName: 'two' };
    await emulator.request('POST', `${two}/restoreJobs`, { body: { ...intoTwo, dryRun: true } });
    for (const body of [intoTwo, { ...intoTwo, mode: 'in-place' }]) await emulator.request('POST', `${two}/restoreJobs`, { body });
    for (const path of ['/restoreJobs', '/snapshots']) await emulator.request('GET', two + path);
    const { id } = await restore();
    await new Promise((resolve) => setTimeout(resolve, later));
    await emulator.request('GET', `${shop}/restoreJobs/${id}`);
    await emulator.advance('5m');
    await emulator.request('GET', `${shop}/restoreJobs/${id}`);
  }

  it('of the same script is the same, byte for byte, and holds no credentials', async () => {
    await emulator.reset();
    const first = await play(0);
    await emulator.reset();
    expect(await play(700)).toBe(first);
    const other = await startEmulator({ mongodb: mongo.uri, seed: SEED });
    const mine = emulator;
    emulator = other;
    const third = await play(0).finally(() => {
      emulator = mine;
    });
    expect(third).toBe(first);
    // Whatever another script or a reset has put away, who ends it is told.
    await other.setFaults([{ request: { method: 'PATCH' }, answer: { status: 500 } }]);
    await other.setFaults([]);
    const told = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const unmatched = ['fault 1 (request PATCH) of an earlier script never matched'];
    expect(await other.stop()).toEqual({ unmatched });
    expect(told.mock.calls.map(([piece]) => piece).join('')).toBe(`${unmatched[0]}\n`);
    told.mockRestore();
    expect(first.length).toBeGreaterThan(10_000);
    expect(first).toMatch(/chunks\/\[chunk \d+\]/);
    expect(first).toContain('"status": "RUNNING"');
    expect(first).not.toContain(mine.identity.privateKey);
    expect(first).not.toMatch(/response=|cnonce|nonce="(?!\[removed\])/);
  });
});
