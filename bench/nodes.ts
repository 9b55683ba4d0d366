import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import pg from 'pg';
import { Snapshots } from '../src/backup/snapshots.ts';
import { pause, realMilliseconds, systemClock } from '../src/clock.ts';
import { readConfig } from '../src/config.ts';
import { connect, type Db } from '../src/db/connection.ts';
import { migrate } from '../src/db/migrate.ts';
import { Foundation } from '../src/foundation.ts';
import { Queue } from '../src/jobs/queue.ts';
import { type Handlers, Runner } from '../src/jobs/runner.ts';
import { WORKER_HEAP } from '../src/jobs/worker-heap.ts';
import { NOTHING_ELSE } from '../test/kit/other-jobs.ts';
import { generateShop } from '../test/kit/wire-server/generator.ts';
import { serveWire } from '../test/kit/wire-server/server.ts';
import type { Bar } from './measure.ts';
import type { Stage } from './stage.ts';

const MAIN = resolve(import.meta.dirname, '../src/cli/main.ts');
const WORKERS = [1, 2, 4];
/** Small clusters: of each many snapshots, the first of new data and the rest of what is in the vault. */
const CLUSTERS = 12;
const SNAPSHOTS = 10;
const QUEUED = 10_000;
const BAR = 200;

/** What more workers give on this machine, and how long a job waits that nothing but the queue keeps waiting. */
export async function benchNodes(stage: Stage): Promise<Bar[]> {
  await printSnapshotsPerMinute(stage);
  return [await slotDelay(stage), await passedOverDelay(stage)];
}

async function printSnapshotsPerMinute(stage: Stage): Promise<void> {
  let before = 0;
  for (const count of WORKERS) {
    const perMinute = await snapshotsPerMinute(stage, count);
    const gain = before === 0 ? '' : `, ${(perMinute / before).toFixed(2)}x of the row before`;
    console.log(
      `     ${count} ${count === 1 ? 'worker ' : 'workers'}: ${perMinute.toFixed(0)} snapshots a minute of small clusters${gain}`,
    );
    before = perMinute;
  }
}

/** Real worker processes, which are there before the work comes; the clusters are wire servers in this process. */
async function snapshotsPerMinute(stage: Stage, count: number): Promise<number> {
  const environment = { LIFEBOAT_DATA: await stage.newFolder(), DATABASE_URL: await newDatabase(stage), LIFEBOAT_LOG_LEVEL: 'error' };
  await using foundation = await Foundation.open(readConfig(environment), 'join');
  await foundation.vault();
  const queue = await Queue.open({ url: foundation.databaseUrl, onError: console.error });
  const { projectId } = await foundation.initialize({ organizationName: 'Bench', projectName: 'Bench' });
  const servers = [];
  const workers: ChildProcess[] = [];
  try {
    for (let n = 0; n < CLUSTERS; n++) {
      const server = await serveWire(new Map([[`shop${n}`, generateShop({ bytes: 1e6, documentBytes: 250, collections: 3 })]]));
      servers.push(server);
      await foundation.clusters.register({ projectId, name: `cluster${n}`, uri: server.uri });
    }
    for (let n = 0; n < count; n++) {
      const words = [...WORKER_HEAP, MAIN, 'worker'];
      const worker = spawn(process.execPath, words, { env: { ...process.env, ...environment }, stdio: ['ignore', 'pipe', 'inherit'] });
      workers.push(worker);
      await once(worker.stdout!, 'data');
    }
    const { db, clusters } = foundation;
    const snapshots = new Snapshots({ db, clock: systemClock, queue, clusters });
    const start = realMilliseconds();
    for (let n = 0; n < CLUSTERS * SNAPSHOTS; n++) await snapshots.take(projectId, `cluster${n % CLUSTERS}`);
    while ((await unfinished(db)) > 0) await pause(100);
    return (CLUSTERS * SNAPSHOTS * 60_000) / (realMilliseconds() - start);
  } finally {
    for (const worker of workers) {
      worker.kill('SIGTERM');
      await once(worker, 'exit');
    }
    await queue.close();
    for (const server of servers) await server.close();
  }
}

async function unfinished(db: Db): Promise<number> {
  const rows = await db.selectFrom('snapshots').select('status').where('status', '!=', 'COMPLETED').execute();
  if (rows.some(({ status }) => status === 'FAILED')) throw new Error('a snapshot FAILED');
  return rows.length;
}

/** From the end of a job to the start of the next in its place, while ten thousand wait that may all begin. */
async function slotDelay(stage: Stage): Promise<Bar> {
  const delays: number[] = [];
  let ended = 0;
  const take = async () => {
    if (ended > 0) delays.push(realMilliseconds() - ended);
    await pause(2);
    ended = realMilliseconds();
  };
  await withQueue(stage, async ({ queue, db, run }) => {
    await fill(queue, db, (n) => ({ projectId: `project${n % 100}`, deployment: `deployment${n}` }));
    await run(1, take, () => delays.length >= 500);
  });
  return barOf('a free place with 10,000 queued jobs, p99 until its next job begins', delays);
}

/** From asking for a job to its start, at a place that is free although ten thousand wait: for a deployment that is busy. */
async function passedOverDelay(stage: Stage): Promise<Bar> {
  const delays: number[] = [];
  let sent = 0;
  let isOver = false;
  await withQueue(stage, async ({ queue, db, run }) => {
    const busy = { projectId: 'many', deployment: 'busy' };
    const single = { projectId: 'one', deployment: 'idle' };
    const send = (snapshotId: string, line: typeof busy) =>
      db.transaction().execute((transaction) => queue.sendInTurn('snapshot.take', { snapshotId }, transaction, line));
    await send('busy', busy);
    let started = () => {};
    const take: Handlers['snapshot.take'] = async ({ snapshotId }) => {
      while (snapshotId === 'busy' && !isOver) await pause(20);
      if (snapshotId !== 'single') return;
      delays.push(realMilliseconds() - sent);
      started();
    };
    const asking = (async () => {
      await pause(1500);
      await fill(queue, db, () => busy);
      for (let n = 0; n < 200; n++) {
        const begun = new Promise<void>((resolve) => {
          started = resolve;
        });
        sent = realMilliseconds();
        await send('single', single);
        await begun;
        await pause(20);
      }
      isOver = true;
    })();
    await run(2, take, () => isOver);
    await asking;
  });
  return barOf('a job beside 10,000 that wait for a busy deployment, p99 until it begins', delays);
}

function barOf(name: string, delays: readonly number[]): Bar {
  const sorted = [...delays].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;
  return { name, value: at(0.99), atMost: BAR, unit: ' ms', text: `median ${at(0.5).toFixed(1)} ms, of ${delays.length}` };
}

async function fill(queue: Queue, db: Db, lineOf: (n: number) => { projectId: string; deployment: string }): Promise<void> {
  const jobs = Array.from({ length: QUEUED }, (_, n) => ({ payload: { snapshotId: `queued ${n}` }, line: lineOf(n) }));
  await db.transaction().execute((transaction) => queue.sendAllInTurn('snapshot.take', jobs, transaction));
}

interface QueueWorld {
  queue: Queue;
  db: Db;
  /** Runs jobs, so many at once, until it is enough. */
  run(concurrency: number, take: Handlers['snapshot.take'], isEnough: () => boolean): Promise<void>;
}

async function withQueue(stage: Stage, use: (world: QueueWorld) => Promise<void>): Promise<void> {
  const url = await newDatabase(stage);
  const db = connect(url);
  await migrate(db);
  const queue = await Queue.open({ url, onError: console.error });
  const run: QueueWorld['run'] = async (concurrency, take, isEnough) => {
    const handlers = { 'snapshot.take': take, ...NOTHING_ELSE };
    const runner = await Runner.start({ queue, db, handlers, concurrency, onError: console.error });
    while (!isEnough()) await pause(100);
    await runner.stop(1000);
  };
  await use({ queue, db, run }).finally(async () => {
    await queue.close();
    await db.destroy();
  });
}

let databases = 0;
async function newDatabase({ databaseUrl }: Stage): Promise<string> {
  const name = `nodes_${++databases}`;
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query(`CREATE DATABASE ${name}`);
  await client.end();
  return databaseUrl.replace(/\/[^/]*$/, `/${name}`);
}
