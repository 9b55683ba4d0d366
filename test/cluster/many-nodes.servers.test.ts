import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { serialize } from 'bson';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DigestCredentials } from '../../src/cli/digest-client.ts';
import { pause, realMilliseconds, SECOND } from '../../src/clock.ts';
import { inParallel } from '../../src/in-parallel.ts';
import { ask } from '../kit/api.ts';
import { contentsOf } from '../kit/contents.ts';
import { Lifeboat } from '../kit/lifeboat.ts';
import { randomNumbers, reportFaults, SEED } from '../kit/long-form.ts';
import { type FreshDatabase, freshDatabase } from '../kit/postgres.ts';
import { type S3Server, startS3 } from '../kit/s3.ts';
import { collectionFor, type Databases } from '../kit/wire-server/data.ts';
import { serveWire, type WireServer } from '../kit/wire-server/server.ts';

/**
 * A whole installation of many nodes: real PostgreSQL, a real S3 server, two API nodes without workers and three worker processes, which share nothing else. The MongoDB deployments are the wire
 * fixture of the tests, sixty of them, each with an address of its own (kills.servers.test.ts kills the same processes over FerretDB). Each answers a little late, so that the kills meet work.
 */
const CLUSTERS = 30;
const WORKERS = 3;
const LATENCY = 10;
const MAIN = resolve(import.meta.dirname, '../../src/cli/main.ts');

const random = randomNumbers(SEED);
let database: FreshDatabase;
let s3: S3Server;
let folder: string;
let settings: Record<string, string>;
let apis: Lifeboat[];
let workers: ChildProcess[];
let credentials: DigestCredentials;
let native: string;
const sources: WireServer[] = [];
const targets: WireServer[] = [];
const log: string[] = [];
/** Of workers that nobody killed. */
const ownEnds: (number | string | null)[] = [];
/** After so many ended jobs a node is killed, a moment later than that: at some times nothing but restores run, and at some everything does. */
const KILLS = Array.from({ length: 9 }, (_, n) => 6 * n + random(6));
/** Which of them an API node meets, in place of a worker. */
const API_KILLS = new Set([1 + random(3), 5 + random(3)]);
const restarts: Promise<void>[] = [];

/** What a deployment holds: like no other's, with an index and, at a target, a collection that the restore removes. */
function filled(n: number): Databases {
  const databases: Databases = new Map();
  const orders = collectionFor(databases, 'shop', 'orders');
  const made = Array.from({ length: 400 + n }, (_, k) => serialize({ _id: k, cluster: n, text: `order ${k} of ${n} `.repeat(12) }));
  orders.add(Buffer.concat(made));
  for (let one = 1; one <= 3; one++) {
    const rows = Array.from({ length: 40 }, (_, k) => serialize({ _id: `${n}-${k}`, n: one * k, note: 'x'.repeat(60) }));
    collectionFor(databases, 'shop', `part${one}`).add(Buffer.concat(rows));
  }
  return databases;
}

beforeAll(async () => {
  [database, s3, folder] = await Promise.all([freshDatabase(), startS3(), mkdtemp(join(tmpdir(), 'lifeboat-nodes-'))]);
  settings = {
    ...s3.environment,
    DATABASE_URL: database.url,
    LIFEBOAT_STORE: s3.newStore(),
    LIFEBOAT_KEY: randomBytes(32).toString('base64'),
    LIFEBOAT_WORKERS: '0',
    LIFEBOAT_LEASE_SECONDS: '10',
    LIFEBOAT_LOG_LEVEL: 'warn',
  };
  for (let n = 0; n < CLUSTERS; n++) {
    sources.push(await serveWire(filled(n), { latency: LATENCY }));
    const standing: Databases = new Map();
    collectionFor(standing, 'shop', 'orders').add(Buffer.from(serialize({ _id: 1, old: n })));
    collectionFor(standing, 'attic', 'gone').add(Buffer.from(serialize({ _id: 1 })));
    targets.push(await serveWire(standing, { latency: LATENCY }));
  }
  apis = await Promise.all([Lifeboat.create(settings), Lifeboat.create(settings)]);
  const { projectId, publicKey, privateKey } = await apis[0]!.init();
  credentials = new DigestCredentials(publicKey, privateKey);
  native = `/api/lifeboat/v1/projects/${projectId}`;
  workers = [];
  await Promise.all([...apis.map((api) => api.serve()), ...Array.from({ length: WORKERS }, (_, n) => startWorker(n))]);
});
afterAll(async () => {
  for (const worker of workers ?? []) worker.kill('SIGKILL');
  await Promise.all((apis ?? []).map((api) => api.remove()));
  await Promise.all([...sources, ...targets].map((server) => server.close()));
  await s3?.stop();
  await database?.close();
  await rm(folder, { recursive: true, force: true });
});

/** Resolves when it takes jobs. */
async function startWorker(n: number): Promise<void> {
  const environment = { ...apis[0]!.environment, LIFEBOAT_DATA: join(folder, `worker-${n}`) };
  const child = spawn(process.execPath, [MAIN, 'worker'], { env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  workers[n] = child;
  child.stderr!.on('data', (piece) => log.push(String(piece)));
  child.once('exit', (code, signal) => signal !== 'SIGKILL' && ownEnds.push(code ?? signal));
  await new Promise<void>((ready) => {
    child.stdout!.once('data', () => ready());
    child.once('exit', () => ready());
  });
}

/** At whichever API node answers: one of them may be away. */
async function post(path: string, body: object): Promise<{ status: number; body: { id: string; status: string } }> {
  for (let turn = random(2); ; turn++) {
    const { url } = apis[turn % apis.length]!;
    try {
      return await ask(url, credentials, 'POST', `${native}${path}`, { body });
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      await pause(50);
    }
  }
}

/** Kills one of the nodes, and has it start again without waiting for that. */
async function kill(number: number): Promise<void> {
  if (API_KILLS.has(number)) {
    // The other one answers meanwhile, unless it is the one that starts again.
    const api = apis[random(apis.length)]!;
    await Promise.all(restarts);
    await api.stop('SIGKILL');
    restarts.push(api.serve());
  } else {
    const n = random(WORKERS);
    workers[n]!.kill('SIGKILL');
    restarts.push(startWorker(n));
  }
}

const count = async (query: ReturnType<typeof sql<{ count: number }>>) => (await query.execute(database.db)).rows[0]!.count;
const unfinished = async () =>
  2 * CLUSTERS -
  (await count(sql`SELECT (SELECT count(*) FROM snapshots WHERE status IN ('COMPLETED', 'FAILED'))
    + (SELECT count(*) FROM restore_jobs WHERE status IN ('COMPLETED', 'FAILED')) AS count`));

/** The restore of each snapshot is asked for as soon as that is COMPLETED. */
async function restoreWhatIsTaken(): Promise<void> {
  const asked = new Set<string>();
  while (asked.size < CLUSTERS) {
    const taken = await database.db.selectFrom('snapshots').select(['id', 'clusterName']).where('status', '=', 'COMPLETED').execute();
    for (const { id, clusterName } of taken) {
      if (asked.has(clusterName)) continue;
      const body = { snapshotId: id, targetClusterName: clusterName.replace('source', 'target'), safetySnapshot: false };
      const answer = await post(`/clusters/${clusterName}/restoreJobs`, body);
      // An answer that was lost with its node: then the other node knows of the job.
      expect([202, 409]).toContain(answer.status);
      asked.add(clusterName);
    }
    await pause(100);
  }
}

describe('an installation of two API nodes and three workers', () => {
  it(`ends ${2 * CLUSTERS} jobs once each while its processes are killed (seed ${SEED})`, async () => {
    const names = [
      ...sources.map(({ uri }, n) => ({ name: `source${n}`, uri })),
      ...targets.map(({ uri }, n) => ({ name: `target${n}`, uri })),
    ];
    for (let n = 0; n < names.length; n += 10) {
      const answers = await Promise.all(names.slice(n, n + 10).map((body) => post('/clusters', body)));
      expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 201));
    }
    for (let n = 0; n < CLUSTERS; n++) expect((await post(`/clusters/source${n}/snapshots`, {})).status).toBe(202);

    const start = realMilliseconds();
    const killing = (async () => {
      for (const [number, ends] of KILLS.entries()) {
        await expect
          .poll(async () => 2 * CLUSTERS - (await unfinished()), { timeout: 90 * SECOND, interval: 50 })
          .toBeGreaterThanOrEqual(ends);
        await pause(random(300));
        await kill(number);
      }
    })();
    await restoreWhatIsTaken();
    await expect.poll(unfinished, { timeout: 90 * SECOND, interval: 200 }).toBe(0);
    await killing;
    await Promise.all(restarts);
    console.info(`${KILLS.length} kills in ${Math.round((realMilliseconds() - start) / 1000)} s`);
    const crashes = ownEnds.length + apis.reduce((sum, api) => sum + api.crashes, 0);
    reportFaults('kills of API nodes and workers', { injected: KILLS.length, crashes });
    expect(crashes).toBe(0);
  });

  it('has every job COMPLETED, and told of its end once, in the events and in the audit log, whose chain is whole', async () => {
    const rows = await database.db.selectFrom('snapshots').select(['status', 'attempt']).execute();
    expect(rows.map(({ status }) => status)).toEqual(Array(CLUSTERS).fill('COMPLETED'));
    const restores = await database.db.selectFrom('restoreJobs').select(['targetClusterName', 'status', 'attempt', 'failure']).execute();
    expect(restores.filter(({ status }) => status !== 'COMPLETED')).toEqual([]);
    expect(restores.map(({ targetClusterName }) => targetClusterName).sort()).toEqual(targets.map((_, n) => `target${n}`).sort());
    // The kills met work, and no job was begun again but for one: a worker has two of a kind in its hands.
    const again = [...rows, ...restores].reduce((sum, { attempt }) => sum + attempt - 1, 0);
    expect(again).toBeGreaterThan(0);
    expect(again).toBeLessThanOrEqual((KILLS.length - API_KILLS.size) * 4);
    const types = ['TENANT_SNAPSHOT_COMPLETED_AUDIT', 'TENANT_SNAPSHOT_FAILED', 'TENANT_RESTORE_COMPLETED_AUDIT', 'TENANT_RESTORE_FAILED'];
    const expected = sources.flatMap((_, n) => [`source${n} ${types[0]}`, `source${n} ${types[2]}`]).sort();
    const events = await database.db.selectFrom('events').select(['clusterName', 'type']).where('type', 'in', types).execute();
    expect(events.map(({ clusterName, type }) => `${clusterName} ${type}`).sort()).toEqual(expected);
    const audit = await database.db.selectFrom('auditLog').select(['clusterName', 'action']).where('action', 'in', types).execute();
    expect(audit.map(({ clusterName, action }) => `${clusterName} ${action}`).sort()).toEqual(expected);
    expect(await apis[0]!.json('audit', 'verify')).toMatchObject({ ok: true });
  });

  it('has made every target the same as its source, byte for byte, with nothing of its own left there', async () => {
    await inParallel(6, targets, async ({ uri }, n) => expect([n, await contentsOf(uri)]).toEqual([n, await contentsOf(sources[n]!.uri)]));
  });

  it('has lost nothing in the vault', async () => {
    expect(await apis[0]!.json('verify')).toMatchObject({ ok: true, snapshots: CLUSTERS, damaged: [], missing: [] });
  });

  it('has left no lease, no plan, no staging and no job in the queue', async () => {
    const left = () =>
      Promise.all([
        count(sql`SELECT count(*) AS count FROM snapshot_leases WHERE expires_at > now()`),
        count(sql`SELECT count(*) AS count FROM worker_jobs`),
        count(sql`SELECT count(*) AS count FROM swap_plans`),
        count(sql`SELECT count(*) AS count FROM staging_namespaces`),
        count(
          sql`SELECT count(*) AS count FROM pgboss.job WHERE name IN ('snapshot.take', 'restore.run') AND state IN ('created', 'retry', 'active')`,
        ),
      ]);
    await expect.poll(left, { timeout: 30 * SECOND, interval: 500 }).toEqual([0, 0, 0, 0, 0]);
    expect(log.join('')).not.toContain('failed unexpectedly');
  });
});
