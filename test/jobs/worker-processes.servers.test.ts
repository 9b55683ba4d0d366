import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pause, realMilliseconds } from '../../src/clock.ts';
import { processIdentity } from '../../src/db/process-identity.ts';
import { Queue } from '../../src/jobs/queue.ts';
import { releaseJobsOf, releaseLostJobs, workerId } from '../../src/jobs/runner.ts';
import { WorkerProcesses } from '../../src/jobs/worker-processes.ts';
import { type FreshDatabase, freshDatabase } from '../kit/postgres.ts';

const KIT = join(import.meta.dirname, '../kit');
let fresh: FreshDatabase;
let queue: Queue;
const stops: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  fresh = await freshDatabase();
  await sql`CREATE TABLE runs (job text, pid int, ended boolean NOT NULL DEFAULT false, at timestamptz NOT NULL DEFAULT now())`.execute(
    fresh.db,
  );
  queue = await Queue.open({ url: fresh.url, onError: () => {} });
});
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
  await queue.close();
  await fresh.close();
});

interface Run {
  job: string;
  pid: number;
  ended: boolean;
}

async function runs(job?: string): Promise<Run[]> {
  const { rows } = await sql<Run>`SELECT job, pid, ended FROM runs ORDER BY at`.execute(fresh.db);
  return rows.filter((run) => job === undefined || run.job === job);
}

/** A worker that nobody supervises. */
async function startWorker(): Promise<ChildProcess> {
  const child = spawn(process.execPath, [join(KIT, 'run-jobs.ts'), fresh.url], { stdio: ['ignore', 'pipe', 'inherit'] });
  stops.push(async () => child.kill('SIGKILL'));
  await once(child.stdout!, 'data');
  return child;
}

async function kill(pid: number): Promise<void> {
  const identity = await processIdentity(pid);
  process.kill(pid, 'SIGKILL');
  await expect.poll(() => processIdentity(pid)).not.toBe(identity);
}

function supervise(options: Partial<ConstructorParameters<typeof WorkerProcesses>[0]> = {}): WorkerProcesses {
  const workers = new WorkerProcesses({
    count: 2,
    command: [process.execPath, join(KIT, 'run-jobs.ts'), fresh.url],
    environment: process.env,
    onLost: async (id) => void (await releaseJobsOf(queue, fresh.db, id)),
    onError: () => {},
    stopMilliseconds: 30_000,
    ...options,
  });
  stops.push(() => workers.stop());
  return workers;
}

describe('a worker that is killed', () => {
  it('has its job, and no other, taken over within seconds when its parent sees it die', async () => {
    supervise();
    for (const job of ['long 1', 'long 2', 'long 3']) await queue.send('snapshot.take', { snapshotId: job });
    await expect.poll(() => runs(), { timeout: 15_000 }).toHaveLength(3);
    const before = await runs();
    const lost = before.filter((run) => run.pid === before[0]!.pid).map((run) => run.job);
    const begin = realMilliseconds();
    await kill(before[0]!.pid);
    for (const job of lost) await expect.poll(async () => (await runs(job))[1]?.ended, { timeout: 10_000 }).toBe(true);
    expect(realMilliseconds() - begin).toBeLessThan(5000);
    await pause(2000);
    for (const { job } of before) expect(await runs(job)).toHaveLength(lost.includes(job) ? 2 : 1);
  });

  it('has its job taken over when the next worker starts on the same machine', async () => {
    const first = await startWorker();
    await queue.send('snapshot.take', { snapshotId: 'long' });
    await expect.poll(() => runs(), { timeout: 10_000 }).toHaveLength(1);
    expect(await releaseLostJobs(queue, fresh.db)).toBe(0);
    await kill(first.pid!);
    await startWorker();
    await expect.poll(async () => (await runs('long'))[1]?.ended, { timeout: 3000 }).toBe(true);
  });

  it('has its job taken over within 30 seconds when nobody sees it die', async () => {
    const first = await startWorker();
    await queue.send('snapshot.take', { snapshotId: 'long' });
    await expect.poll(() => runs(), { timeout: 10_000 }).toHaveLength(1);
    await startWorker();
    await kill(first.pid!);
    // As if it had been on another machine: nobody here knows that it is gone.
    await sql`UPDATE worker_jobs SET worker_id = 'elsewhere/1/1 1'`.execute(fresh.db);
    await expect.poll(async () => (await runs('long'))[1]?.ended, { timeout: 30_000 }).toBe(true);
  });

  it('is not mistaken for a later process with its number', async () => {
    const id = await workerId(process.pid);
    await fresh.db
      .insertInto('workerJobs')
      .values([
        { jobId: '00000000-0000-0000-0000-000000000001', workerId: id, queue: 'snapshot.take', retryCount: 0 },
        { jobId: '00000000-0000-0000-0000-000000000002', workerId: `${id}0`, queue: 'snapshot.take', retryCount: 0 },
        { jobId: '00000000-0000-0000-0000-000000000003', workerId: 'elsewhere/1/1 1', queue: 'snapshot.take', retryCount: 0 },
      ])
      .execute();
    expect(await releaseLostJobs(queue, fresh.db)).toBe(1);
    const left = await fresh.db.selectFrom('workerJobs').select('workerId').execute();
    expect(left.map((row) => row.workerId).toSorted()).toEqual([id, 'elsewhere/1/1 1'].toSorted());
  });
});

describe('the worker processes', () => {
  it('end when their parent is killed, whatever they are doing', async () => {
    const parent = spawn(process.execPath, [join(KIT, 'supervise-jobs.ts'), fresh.url], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = await once(parent.stdout, 'data');
    const pids: number[] = JSON.parse(String(line));
    expect(pids).toHaveLength(2);
    await queue.send('snapshot.take', { snapshotId: 'stubborn' });
    await expect.poll(() => runs(), { timeout: 10_000 }).toHaveLength(1);
    const identities = await Promise.all(pids.map(processIdentity));
    expect(identities).not.toContain(null);
    await kill(parent.pid!);
    await expect.poll(() => Promise.all(pids.map(processIdentity)), { timeout: 6000 }).toEqual([null, null]);
  });

  it('end when their parent is killed before they have begun', async () => {
    const parent = spawn(process.execPath, [join(KIT, 'supervise-jobs.ts'), fresh.url], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = await once(parent.stdout, 'data');
    parent.kill('SIGKILL');
    const pids: number[] = JSON.parse(String(line));
    await expect.poll(() => Promise.all(pids.map(processIdentity)), { timeout: 10_000 }).toEqual([null, null]);
  });

  it('are stopped together, and each hands its job over', async () => {
    const workers = supervise();
    await queue.send('snapshot.take', { snapshotId: 'long' });
    await expect.poll(() => runs(), { timeout: 10_000 }).toHaveLength(1);
    const pids = workers.pids;
    await workers.stop();
    expect(await Promise.all(pids.map(processIdentity))).toEqual([null, null]);
    const { rows } = await sql`SELECT state FROM pgboss.job`.execute(fresh.db);
    expect(rows).toEqual([{ state: 'retry' }]);
  });

  it('are killed when they do not stop in time', async () => {
    const workers = supervise({
      count: 1,
      command: [process.execPath, '-e', `process.on('SIGTERM', () => {}); process.send('up'); setInterval(() => {}, 1000)`],
      stopMilliseconds: 500,
    });
    await pause(1000);
    const [pid] = workers.pids;
    const begin = realMilliseconds();
    await workers.stop();
    expect(realMilliseconds() - begin).toBeGreaterThan(400);
    expect(await processIdentity(pid!)).toBeNull();
  });

  it('are restarted more and more slowly when they end at once, and none is started after the stop', async () => {
    let lost = 0;
    const workers = supervise({
      count: 1,
      command: [process.execPath, '-e', ''],
      onLost: async () => {
        lost += 1;
      },
    });
    // Starts at about 0, 0.5, 1.5 and 3.5 seconds.
    await pause(5000);
    expect(lost).toBeGreaterThanOrEqual(2);
    expect(lost).toBeLessThanOrEqual(4);
    await workers.stop();
    const before = lost;
    await pause(1000);
    expect(lost).toBe(before);
  });

  it('whose program cannot be started are reported and tried again', async () => {
    const errors: unknown[] = [];
    supervise({ count: 1, command: ['/nonexistent/node'], onError: (error) => errors.push(error) });
    await expect.poll(() => errors.length, { timeout: 5000 }).toBeGreaterThanOrEqual(2);
    expect(errors[0]).toMatchObject({ code: 'ENOENT' });
  });
});
