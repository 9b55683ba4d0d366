import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { realMilliseconds } from '../../src/clock.ts';
import { findSnapshot } from '../../src/db/snapshots.ts';
import { Lifeboat } from '../kit/lifeboat.ts';
import { type FreshDatabase, freshDatabase } from '../kit/postgres.ts';
import { generateShop } from '../kit/wire-server/generator.ts';
import { serveWire, type WireServer } from '../kit/wire-server/server.ts';

const MAIN = resolve(import.meta.dirname, '../../src/cli/main.ts');
const DRAIN_SECONDS = 6;

let database: FreshDatabase;
let lifeboat: Lifeboat;
/** Its snapshot takes far longer than the drain, until `latency` is less. */
let slow: WireServer;
const slowly = { latency: 1500 };
/** Its snapshot takes less. */
let quick: WireServer;
const workers: ChildProcess[] = [];

beforeAll(async () => {
  database = await freshDatabase();
  const shop = () => new Map([['shop', generateShop({ bytes: 200_000, documentBytes: 250, collections: 3 })]]);
  slow = await serveWire(shop(), slowly);
  quick = await serveWire(shop(), { latency: 40 });
  // Its own worker comes with the test of it.
  lifeboat = await Lifeboat.create({
    DATABASE_URL: database.url,
    LIFEBOAT_DRAIN_SECONDS: String(DRAIN_SECONDS),
    LIFEBOAT_WORKERS: '0',
  });
  await lifeboat.init();
  await lifeboat.serve();
  slowly.latency = 0;
  for (const [name, { uri }] of Object.entries({ slow, quick, other: quick })) await lifeboat.json('clusters', 'add', name, '--uri', uri);
});
afterAll(async () => {
  for (const worker of workers) worker.kill('SIGKILL');
  await lifeboat?.remove();
  await Promise.all([slow?.close(), quick?.close()]);
  await database?.close();
});

async function startWorker(): Promise<ChildProcess> {
  const worker = spawn(process.execPath, [MAIN, 'worker'], { env: lifeboat.environment, stdio: ['ignore', 'pipe', 'inherit'] });
  workers.push(worker);
  await once(worker.stdout!, 'data');
  return worker;
}

const take = async (cluster: string) => (await lifeboat.json<{ id: string }>('snapshots', 'take', cluster)).id;
const rowOf = async (id: string) => (await findSnapshot(database.db, id))!;
const becomes = (id: string, status: string) =>
  expect.poll(async () => (await rowOf(id)).status, { timeout: 90_000, interval: 50 }).toBe(status);

describe('SIGTERM', () => {
  it('to a worker: it begins no job, lets end what ends in time and hands the rest over, and neither counts as a failure or a lost worker', async () => {
    const worker = await startWorker();
    slowly.latency = 1500;
    const long = await take('slow');
    await becomes(long, 'RUNNING');
    const short = await take('quick');
    await becomes(short, 'RUNNING');
    const begin = realMilliseconds();
    const ended = once(worker, 'exit');
    worker.kill('SIGTERM');
    const later = await take('other');
    expect(await ended).toEqual([0, null]);
    const seconds = (realMilliseconds() - begin) / 1000;
    expect(seconds).toBeGreaterThan(DRAIN_SECONDS - 1);
    expect(await rowOf(short)).toMatchObject({ status: 'COMPLETED', attempt: 1, handovers: 0 });
    expect(await rowOf(later)).toMatchObject({ status: 'QUEUED', attempt: 0 });
    expect(await rowOf(long)).toMatchObject({ status: 'RUNNING', attempt: 1, failures: 0, handovers: 1 });

    slowly.latency = 0;
    await startWorker();
    for (const id of [long, later]) await becomes(id, 'COMPLETED');
    expect(await rowOf(long)).toMatchObject({ attempt: 2, failures: 0, handovers: 1 });
    const next = workers.at(-1)!;
    const end = once(next, 'exit');
    next.kill('SIGTERM');
    expect(await end).toEqual([0, null]);
  });

  it('to `serve`: its workers do the same, and it ends when they have', async () => {
    await lifeboat.stop();
    lifeboat.environment.LIFEBOAT_WORKERS = '1';
    await lifeboat.serve();
    slowly.latency = 1500;
    const long = await take('slow');
    await becomes(long, 'RUNNING');
    const begin = realMilliseconds();
    await lifeboat.stop();
    expect((realMilliseconds() - begin) / 1000).toBeGreaterThan(DRAIN_SECONDS - 1);
    expect(await rowOf(long)).toMatchObject({ status: 'RUNNING', attempt: 1, failures: 0, handovers: 1 });
    const { rows } = await sql`SELECT state FROM pgboss.job WHERE data->>'snapshotId' = ${long}`.execute(database.db);
    expect(rows).toEqual([{ state: 'retry' }]);
    expect(lifeboat.crashes).toBe(0);
  });
});
