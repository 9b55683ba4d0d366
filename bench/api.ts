import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { pause } from '../src/clock.ts';
import { connect, type Db } from '../src/db/connection.ts';
import { startEmbeddedServer } from '../src/db/embedded-server.ts';
import { freePort } from '../test/kit/free-port.ts';
import { type Identity, Lifeboat } from '../test/kit/lifeboat.ts';
import { startWireServer } from '../test/kit/wire-server/start.ts';
import type { LoadOrder, LoadOutcome } from './load.ts';
import { type Bar, median } from './measure.ts';

const SECONDS = 2;
/** What each contender gets to warm up, in rounds of {@link SECONDS}: V8 goes on compiling for the first ten thousands of requests. */
const WARM_UP = 8;
const CONNECTIONS = 32;
/** A load that leaves the processors time: what it waits for is not itself. */
const OPEN_RATE = 200;
/** Enough for a snapshot to outlast the load beside it; what repeats differs in its `_id`s. */
const SOURCE = { bytes: 3 * 1024 ** 3, documentBytes: 250, collections: 1, distinctBytes: 64 * 1024 ** 2 };
const MANY = 1_000_000;
const FEW = 1_000;

interface Installation {
  lifeboat: Lifeboat;
  identity: Identity;
  url: string;
  db: Db;
  databaseUrl: string;
}

/**
 * The API under load: one restore job, read with digest, beside what bare HTTP and a bare handler reach on the same machine in the same run; its latency
 * while a snapshot runs; a page out of very many jobs.
 */
export async function benchApi(runs: number): Promise<Bar[]> {
  const folder = await mkdtemp(join(tmpdir(), 'lifeboat-bench-api-'));
  const postgres = await startEmbeddedServer(join(folder, 'data'));
  const source = await startWireServer(SOURCE);
  const lifeboat = await Lifeboat.create({ DATABASE_URL: postgres.url, LIFEBOAT_WORKERS: '1' });
  const db = connect(postgres.url);
  let serve: ChildProcess | null = null;
  try {
    const identity = await lifeboat.init();
    const started = await startServe(lifeboat);
    serve = started.serve;
    const installation = { lifeboat, identity, db, url: started.url, databaseUrl: postgres.url };
    for (const name of ['shop', 'few', 'many']) await lifeboat.json('clusters', 'add', name, '--uri', source.uri);
    const jobId = await insertJobs(installation);
    return [
      ...(await benchOneJob(installation, jobId, runs)),
      await benchPages(installation, runs),
      ...(await benchBesideSnapshot(installation, jobId)),
    ];
  } finally {
    await db.destroy();
    if (serve) await end(serve);
    await lifeboat.remove();
    await source.stop();
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** With its log as by default, but read by nobody. */
async function startServe(lifeboat: Lifeboat): Promise<{ serve: ChildProcess; url: string }> {
  const port = await freePort();
  const serve = spawn(process.execPath, [...profiling(), join(import.meta.dirname, '../src/cli/main.ts'), 'serve'], {
    env: { ...lifeboat.environment, LIFEBOAT_LISTEN: `127.0.0.1:${port}` },
    stdio: 'ignore',
  });
  const url = `http://127.0.0.1:${port}`;
  while (!(await isUp(url))) {
    if (serve.exitCode !== null) throw new Error(`serve ended with ${serve.exitCode}`);
    await pause(50);
  }
  return { serve, url };
}

async function isUp(url: string): Promise<boolean> {
  const answer = await fetch(`${url}/healthz`).catch(() => null);
  return answer?.ok ?? false;
}

/** `BENCH_PROFILE=FOLDER` leaves a CPU profile of `serve` there. */
function profiling(): string[] {
  const folder = process.env.BENCH_PROFILE;
  return folder ? ['--cpu-prof', `--cpu-prof-dir=${folder}`] : [];
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill();
  await ended;
}

/** A finished snapshot and job of `shop`, FEW jobs of `few` and MANY of `many`, by SQL. Answers the id of the job of `shop`. */
async function insertJobs({ db, identity }: Installation): Promise<string> {
  await sql`
    INSERT INTO snapshots (id, project_id, cluster_id, cluster_name, status, scheduled_at, started_at, finished_at, expires_at, mongodb_version)
    SELECT lpad(to_hex(row_number() OVER ()), 24, '0'), project_id, id, name, 'COMPLETED', now(), now(), now(), now() + interval '8 days', mongodb_version
    FROM clusters WHERE project_id = ${identity.projectId}`.execute(db);
  await db.transaction().execute(async (transaction) => {
    // Neither foreign keys nor the count of jobs are looked after: a million of rows take seconds, not minutes.
    await sql`SET LOCAL session_replication_role = replica`.execute(transaction);
    for (const [name, count] of Object.entries({ shop: 1, few: FEW, many: MANY })) {
      await sql`
        INSERT INTO restore_jobs (id, project_id, cluster_id, cluster_name, snapshot_id, delivery_type, status, target_project_id, target_cluster_id,
          target_cluster_name, snapshot_finished_at, scheduled_at, finished_at, expires_at)
        SELECT substr(md5(${name}), 1, 12) || lpad(to_hex(n), 12, '0'), c.project_id, c.id, c.name, s.id, 'RESTORE', 'COMPLETED', c.project_id, c.id,
          c.name, now(), now() - n * interval '1 second', now(), now() + interval '4 hours'
        FROM generate_series(1, ${count}::int) AS n, clusters AS c JOIN snapshots AS s ON s.cluster_id = c.id
        WHERE c.name = ${name}`.execute(transaction);
    }
    await sql`INSERT INTO restore_job_counts (cluster_id, jobs) SELECT cluster_id, count(*) FROM restore_jobs GROUP BY cluster_id`.execute(
      transaction,
    );
  });
  await sql`VACUUM ANALYZE`.execute(db);
  const { rows } = await sql<{ id: string }>`SELECT id FROM restore_jobs WHERE cluster_name = 'shop'`.execute(db);
  return rows[0]!.id;
}

const tenantPath = ({ identity }: Installation, cluster: string, rest: string) =>
  `/api/atlas/v2/groups/${identity.projectId}/clusters/${cluster}/backup/tenant/${rest}`;

async function benchOneJob(installation: Installation, jobId: string, runs: number): Promise<Bar[]> {
  const path = tenantPath(installation, 'shop', `restores/${jobId}`);
  const bare = await startPeer('bare', JSON.stringify(await answerTo(installation, path)));
  const fastify = await startPeer('fastify', '', installation.databaseUrl);
  const rates: Record<'ours' | 'bare' | 'fastify', number[]> = { ours: [], bare: [], fastify: [] };
  const targets = { ours: installation.url, bare: bare.url, fastify: fastify.url };
  for (const url of Object.values(targets)) await load(installation, { url, path, connections: CONNECTIONS, seconds: WARM_UP * SECONDS });
  for (let run = 0; run < 2 * runs; run++) {
    for (const name of ['ours', 'bare', 'fastify'] as const) {
      const { perSecond } = await load(installation, { url: targets[name], path, connections: CONNECTIONS, seconds: SECONDS });
      rates[name].push(perSecond);
    }
  }
  await Promise.all([end(bare.peer), end(fastify.peer)]);
  const [ours, plain, handler] = [median(rates.ours), median(rates.bare), median(rates.fastify)];
  const text = (peer: number) => `${ours.toFixed(0)} beside ${peer.toFixed(0)} requests/s`;
  const name = 'one restore job with digest, beside';
  return [
    { name: `${name} node:http that sends the same bytes`, value: ours / plain, atLeast: 0.2, unit: 'x', text: text(plain) },
    { name: `${name} a Fastify handler with one SELECT`, value: ours / handler, atLeast: 0.7, unit: 'x', text: text(handler) },
  ];
}

async function benchBesideSnapshot(installation: Installation, jobId: string): Promise<Bar[]> {
  const path = tenantPath(installation, 'shop', `restores/${jobId}`);
  const snapshot = await installation.lifeboat.json<{ id: string }>('snapshots', 'take', 'shop');
  const statusNow = async () =>
    (await installation.db.selectFrom('snapshots').select('status').where('id', '=', snapshot.id).executeTakeFirstOrThrow()).status;
  while ((await statusNow()) !== 'RUNNING') await pause(20);
  const order = { url: installation.url, path, connections: CONNECTIONS, seconds: 4 };
  const closed = await load(installation, order);
  const open = await load(installation, { ...order, rate: OPEN_RATE });
  if ((await statusNow()) !== 'RUNNING') throw new Error('the snapshot did not outlast the load beside it');
  const name = `p99 with ${CONNECTIONS} connections while a snapshot runs`;
  const bar = ({ p50, p99, perSecond }: LoadOutcome): Omit<Bar, 'name'> => ({
    value: p99,
    atMost: 10,
    unit: ' ms',
    text: `p50 ${p50.toFixed(1)} ms, ${perSecond.toFixed(0)} requests/s`,
  });
  return [
    { name: `${name}, each as often as it can`, ...bar(closed) },
    { name: `${name}, ${OPEN_RATE} requests/s in all`, ...bar(open) },
  ];
}

async function benchPages(installation: Installation, runs: number): Promise<Bar> {
  const latencies: Record<'few' | 'many', number[]> = { few: [], many: [] };
  for (const page of [1, 10]) {
    for (let run = 0; run < runs + 1; run++) {
      for (const cluster of ['few', 'many'] as const) {
        const path = tenantPath(installation, cluster, `restores?itemsPerPage=100&pageNum=${page}`);
        const { p50 } = await load(installation, { url: installation.url, path, connections: 1, seconds: 0.5 });
        // The first run warms up.
        if (run > 0) latencies[cluster].push(p50);
      }
    }
  }
  const [few, many] = [median(latencies.few), median(latencies.many)];
  const text = `${many.toFixed(2)} beside ${few.toFixed(2)} ms, pages 1 and 10`;
  return { name: `a page of 100 of ${MANY} jobs, beside one of ${FEW}`, value: many / few, atMost: 2, unit: 'x', text };
}

/** What our API answers, for the peer that sends the same bytes. */
async function answerTo({ url, identity }: Installation, path: string): Promise<{ headers: Record<string, string>; body: string }> {
  const { DigestCredentials } = await import('../src/cli/digest-client.ts');
  const digest = new DigestCredentials(identity.publicKey, identity.privateKey);
  digest.accept((await fetch(url + path)).headers.get('www-authenticate'));
  const headers = { accept: 'application/vnd.atlas.2023-01-01+json', authorization: digest.authorization('GET', path)! };
  const answer = await fetch(url + path, { headers });
  if (answer.status !== 200) throw new Error(`${path} answers ${answer.status}: ${await answer.text()}`);
  const own = new Set(['connection', 'keep-alive', 'date', 'transfer-encoding']);
  return { headers: Object.fromEntries([...answer.headers].filter(([name]) => !own.has(name))), body: await answer.text() };
}

async function startPeer(...words: string[]): Promise<{ peer: ChildProcess; url: string }> {
  const peer = fork(join(import.meta.dirname, 'api-peer.ts'), words);
  const [port] = await once(peer, 'message');
  return { peer, url: `http://127.0.0.1:${port}` };
}

async function load({ identity }: Installation, order: Omit<LoadOrder, 'credentials'>): Promise<LoadOutcome> {
  const generator = fork(join(import.meta.dirname, 'load.ts'));
  await once(generator, 'message');
  generator.send({ ...order, credentials: [identity.publicKey, identity.privateKey] } satisfies LoadOrder);
  const ended = once(generator, 'exit').then(([code]) => Promise.reject(new Error(`the load generator ended with ${code}`)));
  const [outcome] = (await Promise.race([once(generator, 'message'), ended])) as [LoadOutcome];
  ended.catch(() => {});
  await end(generator);
  return outcome;
}
