/**
 * The API under load: one restore job, read with digest, beside what bare HTTP and a bare handler reach on the same machine in the same run; its latency
 * while a snapshot runs; a page out of very many jobs. `node bench/api.ts`, or as a part of `npm run bench`. Ends with 1 when a bar is missed.
 */
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { pause } from '../src/clock.ts';
import { connect, type Db } from '../src/db/connection.ts';
import { startEmbeddedServer } from '../src/db/embedded-server.ts';
import { type Identity, Lifeboat } from '../test/kit/lifeboat.ts';
import { startWireServer } from '../test/kit/wire-server/start.ts';
import type { LoadOrder, LoadOutcome } from './load.ts';

const ROUNDS = 5;
const SECONDS = 2;
const CONNECTIONS = 32;
/** Enough for a snapshot to outlast the load beside it. */
const SNAPSHOT_BYTES = 3 * 1024 ** 3;
const MANY = 1_000_000;
const FEW = 1_000;

interface Installation {
  lifeboat: Lifeboat;
  identity: Identity;
  url: string;
  db: Db;
  databaseUrl: string;
}

/** Prints a line for each bar, and answers whether all were reached. */
export async function benchApi(): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), 'lifeboat-bench-api-'));
  const postgres = await startEmbeddedServer(join(folder, 'data'));
  const source = await startWireServer({ bytes: SNAPSHOT_BYTES, documentBytes: 250, collections: 1 });
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
    const reached = [
      await benchOneJob(installation, jobId),
      await benchBesideSnapshot(installation, jobId),
      await benchPages(installation),
    ];
    return reached.every(Boolean);
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
  while (
    !(await fetch(`${url}/healthz`).then(
      (answer) => answer.ok,
      () => false,
    ))
  )
    await pause(50);
  return { serve, url };
}

/** `BENCH_PROFILE=FOLDER` leaves a CPU profile of `serve` there. */
function profiling(): string[] {
  const folder = process.env.BENCH_PROFILE;
  return folder ? ['--cpu-prof', `--cpu-prof-dir=${folder}`] : [];
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
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
  for (const [name, count] of [
    ['shop', 1],
    ['few', FEW],
    ['many', MANY],
  ] as const) {
    await sql`
      INSERT INTO restore_jobs (id, project_id, cluster_id, cluster_name, snapshot_id, delivery_type, status, target_project_id, target_cluster_id,
        target_cluster_name, snapshot_finished_at, scheduled_at, finished_at, expires_at)
      SELECT substr(md5(${name}), 1, 12) || lpad(to_hex(n), 12, '0'), c.project_id, c.id, c.name, s.id, 'RESTORE', 'COMPLETED', c.project_id, c.id,
        c.name, now(), now() - n * interval '1 second', now(), now() + interval '4 hours'
      FROM generate_series(1, ${count}::int) AS n, clusters AS c JOIN snapshots AS s ON s.cluster_id = c.id
      WHERE c.name = ${name}`.execute(db);
  }
  await sql`VACUUM ANALYZE`.execute(db);
  const { rows } = await sql<{ id: string }>`SELECT id FROM restore_jobs WHERE cluster_name = 'shop'`.execute(db);
  return rows[0]!.id;
}

const tenantPath = ({ identity }: Installation, cluster: string, rest: string) =>
  `/api/atlas/v2/groups/${identity.projectId}/clusters/${cluster}/backup/tenant/${rest}`;

async function benchOneJob(installation: Installation, jobId: string): Promise<boolean> {
  const path = tenantPath(installation, 'shop', `restores/${jobId}`);
  const bare = await startPeer('bare', JSON.stringify(await answerTo(installation, path)));
  const fastify = await startPeer('fastify', '', installation.databaseUrl);
  const rates: Record<'ours' | 'bare' | 'fastify', number[]> = { ours: [], bare: [], fastify: [] };
  const targets = { ours: installation.url, bare: bare.url, fastify: fastify.url };
  for (let round = 0; round < ROUNDS; round++) {
    for (const name of ['ours', 'bare', 'fastify'] as const) {
      const { perSecond } = await load(installation, { url: targets[name], path, connections: CONNECTIONS, seconds: SECONDS });
      // The first round warms all of them up.
      if (round > 0) rates[name].push(perSecond);
    }
  }
  await Promise.all([end(bare.peer), end(fastify.peer)]);
  const [ours, plain, handler] = [median(rates.ours), median(rates.bare), median(rates.fastify)];
  const numbers = (peer: number) => `ours ${ours.toFixed(0)}/s, peer ${peer.toFixed(0)}/s`;
  return [
    bar('one restore job, digest, vs bare node:http with the same bytes', ours / plain, 0.2, numbers(plain)),
    bar('one restore job, digest, vs a Fastify handler with one SELECT', ours / handler, 0.7, numbers(handler)),
  ].every(Boolean);
}

async function benchBesideSnapshot(installation: Installation, jobId: string): Promise<boolean> {
  const path = tenantPath(installation, 'shop', `restores/${jobId}`);
  const snapshot = await installation.lifeboat.json<{ id: string }>('snapshots', 'take', 'shop');
  const statusNow = async () =>
    (await installation.db.selectFrom('snapshots').select('status').where('id', '=', snapshot.id).executeTakeFirstOrThrow()).status;
  while ((await statusNow()) !== 'RUNNING') await pause(20);
  const { p50, p99, perSecond } = await load(installation, { url: installation.url, path, connections: CONNECTIONS, seconds: 4 });
  if ((await statusNow()) !== 'RUNNING') throw new Error('the snapshot did not outlast the load beside it');
  const numbers = `p99 ${p99.toFixed(1)} ms, p50 ${p50.toFixed(1)} ms at ${perSecond.toFixed(0)}/s`;
  return bar(`p99 under 10 ms with ${CONNECTIONS} connections while a snapshot runs`, 10 / p99, 1, numbers);
}

async function benchPages(installation: Installation): Promise<boolean> {
  const latencies: Record<'few' | 'many', number[]> = { few: [], many: [] };
  for (const page of [1, 10]) {
    for (let round = 0; round < ROUNDS; round++) {
      for (const cluster of ['few', 'many'] as const) {
        const path = tenantPath(installation, cluster, `restores?itemsPerPage=100&pageNum=${page}`);
        const { p50 } = await load(installation, { url: installation.url, path, connections: 1, seconds: 0.5 });
        if (round > 0) latencies[cluster].push(p50);
      }
    }
  }
  const [few, many] = [median(latencies.few), median(latencies.many)];
  const numbers = `${many.toFixed(2)} ms of ${MANY.toLocaleString('en')}, ${few.toFixed(2)} ms of ${FEW.toLocaleString('en')}`;
  return bar('a page of 100 jobs out of very many, at most twice as slow', few / many, 0.5, numbers);
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

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

function bar(name: string, ratio: number, atLeast: number, numbers: string): boolean {
  const isReached = ratio >= atLeast;
  console.log(`${isReached ? 'ok  ' : 'LOW '} ${name}: ${ratio.toFixed(2)}x (asked ${atLeast}x)  ${numbers}`);
  return isReached;
}

if (import.meta.main) process.exitCode = (await benchApi()) ? 0 : 1;
