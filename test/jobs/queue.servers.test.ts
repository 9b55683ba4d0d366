import { sql } from 'kysely';
import { PgBoss } from 'pg-boss';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { pause, realMilliseconds } from '../../src/clock.ts';
import { thisPlace } from '../../src/db/process-identity.ts';
import { takeInHand } from '../../src/db/worker-jobs.ts';
import { RetryLater } from '../../src/jobs/definitions.ts';
import { Queue } from '../../src/jobs/queue.ts';
import { type Handlers, Runner, releaseLostJobs } from '../../src/jobs/runner.ts';
import { NOTHING_ELSE } from '../kit/other-jobs.ts';
import { type FreshDatabase, freshDatabase } from '../kit/postgres.ts';

let fresh: FreshDatabase;
let queue: Queue;
let errors: unknown[];
const stops: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  fresh = await freshDatabase();
  queue = await Queue.open({ url: fresh.url, onError: (error) => errors.push(error) });
  errors = [];
});
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
  await queue.close();
  await fresh.close();
});

/** A runner within this process, on a queue connection of its own, as another process would have. */
async function startRunner(handler: Handlers['snapshot.take'], options: { concurrency?: number } = {}): Promise<Runner> {
  const own = await Queue.open({ url: fresh.url, onError: (error) => errors.push(error) });
  const runner = await Runner.start({
    queue: own,
    db: fresh.db,
    handlers: { 'snapshot.take': handler, ...NOTHING_ELSE },
    concurrency: options.concurrency ?? 2,
    onError: (error) => errors.push(error),
  });
  stops.push(
    () => own.close(),
    () => runner.stop(0),
  );
  return runner;
}

async function states(): Promise<Record<string, number>> {
  const { rows } = await sql<{ state: string; count: number }>`SELECT state, count(*) AS count FROM pgboss.job GROUP BY state`.execute(
    fresh.db,
  );
  return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
}

const jobsInHand = () => fresh.db.selectFrom('workerJobs').selectAll().execute();

describe('the queue', () => {
  it('holds a job exactly when the transaction that sent it commits', async () => {
    const send = (fails: boolean) =>
      fresh.db.transaction().execute(async (transaction) => {
        await transaction
          .insertInto('organizations')
          .values({ id: String(fails), name: 'x', createdAt: new Date(0) })
          .execute();
        await queue.send('snapshot.take', { snapshotId: 'a' }, { transaction });
        if (fails) throw new Error('rolled back');
      });
    await expect(send(true)).rejects.toThrow('rolled back');
    expect(await states()).toEqual({});
    await send(false);
    expect(await states()).toEqual({ created: 1 });
    expect(await fresh.db.selectFrom('organizations').select('id').execute()).toEqual([{ id: 'false' }]);
  });

  it('announces a job: it starts long before the next poll would find it', async () => {
    let started: () => void = () => {};
    await startRunner(async () => started());
    const begin = realMilliseconds();
    for (let n = 0; n < 5; n += 1) {
      const hasStarted = new Promise<void>((resolve) => {
        started = resolve;
      });
      await queue.send('snapshot.take', { snapshotId: 'a' });
      await hasStarted;
    }
    // One poll a second would take about five.
    expect(realMilliseconds() - begin).toBeLessThan(2500);
  });

  it('runs as many jobs at once as it was told to, and asks for no more of them than one beyond those that run', async () => {
    const loops = vi.spyOn(PgBoss.prototype, 'work');
    const asking = () => loops.mock.calls.filter(([name]) => name === 'snapshot.take').length;
    stops.push(async () => loops.mockRestore());
    let running = 0;
    let most = 0;
    let done = 0;
    await startRunner(
      async () => {
        most = Math.max(most, ++running);
        await pause(100);
        running -= 1;
        done += 1;
      },
      { concurrency: 3 },
    );
    expect(asking()).toBe(1);
    for (let n = 0; n < 9; n += 1) await queue.send('snapshot.take', { snapshotId: String(n) });
    await expect.poll(() => done, { timeout: 10_000 }).toBe(9);
    expect(most).toBe(3);
    expect(asking()).toBe(3);
    await expect.poll(states).toEqual({ completed: 9 });
    expect(await jobsInHand()).toEqual([]);
  });

  it('takes more at once when it is widened, while those that run go on', async () => {
    const begun: string[] = [];
    const end = Promise.withResolvers<void>();
    const work: Handlers['snapshot.take'] = async ({ snapshotId }) => {
      begun.push(snapshotId);
      await end.promise;
    };
    const runner = await startRunner(work, { concurrency: 1 });
    for (let n = 0; n < 4; n += 1) await queue.send('snapshot.take', { snapshotId: String(n) });
    await expect.poll(() => begun).toEqual(['0']);
    runner.widen(3);
    await expect.poll(() => begun, { timeout: 5000 }).toEqual(['0', '1', '2']);
    // Less than it has is no reason to stop any.
    runner.widen(2);
    end.resolve();
    await expect.poll(states, { timeout: 5000 }).toEqual({ completed: 4 });
    expect(begun).toEqual(['0', '1', '2', '3']);
  });

  it('begins the next job when one ends, not at the next poll', async () => {
    for (let n = 0; n < 20; n += 1) await queue.send('snapshot.take', { snapshotId: String(n) });
    let done = 0;
    const begin = realMilliseconds();
    const note = async () => {
      done += 1;
    };
    await startRunner(note, { concurrency: 1 });
    await expect.poll(() => done, { timeout: 30_000 }).toBe(20);
    // One a poll would take twenty seconds.
    expect(realMilliseconds() - begin).toBeLessThan(6000);
  });

  it('opens for several nodes at the same moment on a database without its tables', async () => {
    const empty = await freshDatabase();
    const nodes = await Promise.all(
      Array.from({ length: 4 }, () => Queue.open({ url: empty.url, onError: (error) => errors.push(error) })),
    );
    expect(errors).toEqual([]);
    await Promise.all(nodes.map((node) => node.close()));
    await empty.close();
  });
});

describe('projects that wait in one queue', () => {
  /** `count` snapshots of one project, named by it and a number, each on a deployment of its own unless all are on one. */
  const send = (projectId: string, count: number, rest: { deployment?: string; goesAhead?: boolean } = {}) =>
    fresh.db.transaction().execute(async (transaction) => {
      for (let n = 1; n <= count; n += 1) {
        const line = { projectId, deployment: `${projectId} ${n}`, ...rest };
        await queue.sendInTurn('snapshot.take', { snapshotId: `${projectId} ${n}` }, transaction, line);
      }
    });

  it('take turns: a single job is not behind a thousand of another project, whose own stay in order', async () => {
    await send('a', 300);
    const order: string[] = [];
    let gate = () => {};
    const opened = new Promise<void>((resolve) => {
      gate = resolve;
    });
    await startRunner(
      async ({ snapshotId }) => {
        order.push(snapshotId);
        if (order.length === 40) await opened;
      },
      { concurrency: 1 },
    );
    await expect.poll(() => order.length, { timeout: 30_000 }).toBe(40);
    await send('b', 3);
    await send('c', 1);
    gate();
    await expect.poll(() => order.length, { timeout: 30_000 }).toBeGreaterThan(60);
    const own = (project: string) => order.filter((id) => id.startsWith(project)).map((id) => Number(id.slice(2)));
    expect(own('a')).toEqual(own('a').map((_, n) => n + 1));
    expect(order.indexOf('b 1')).toBeLessThanOrEqual(43);
    expect(order.indexOf('c 1')).toBeLessThanOrEqual(43);
    // One of b's for one of a's.
    expect(own('b')).toEqual([1, 2, 3]);
    expect(order.indexOf('b 3') - order.indexOf('b 1')).toBeGreaterThanOrEqual(4);
  });

  it('keep their turn when a job comes back later', async () => {
    await send('a', 3);
    const order: string[] = [];
    await startRunner(
      async ({ snapshotId }) => {
        order.push(snapshotId);
        if (order.length === 1) throw new RetryLater(1, 'busy');
        await pause(700);
      },
      { concurrency: 1 },
    );
    await expect.poll(() => order, { timeout: 15_000 }).toEqual(['a 1', 'a 2', 'a 3', 'a 1']);
    const { rows } = await sql<{ priority: number; groupId: string }>`
      SELECT priority, group_id FROM pgboss.job WHERE data->>'snapshotId' = 'a 1'`.execute(fresh.db);
    expect(rows).toEqual([
      { priority: -1, groupId: 'a 1' },
      { priority: -1, groupId: 'a 1' },
    ]);
  });

  it('have not had their turn when they are handed back: the job of another project is still the very next', async () => {
    await send('a', 20);
    const order: string[] = [];
    let turnedAway = 0;
    await startRunner(
      async ({ snapshotId }) => {
        if (snapshotId.startsWith('a')) {
          turnedAway += 1;
          throw new RetryLater(turnedAway > 19 ? 2 : 1, 'its host has enough to do');
        }
        order.push(snapshotId);
      },
      { concurrency: 1 },
    );
    await expect.poll(() => turnedAway, { timeout: 20_000 }).toBeGreaterThanOrEqual(20);
    await send('b', 1);
    const { rows } = await sql<{ priority: number }>`SELECT priority FROM pgboss.job WHERE data->>'snapshotId' = 'b 1'`.execute(fresh.db);
    expect(rows).toEqual([{ priority: -1 }]);
    await expect.poll(() => order, { timeout: 15_000 }).toEqual(['b 1']);
  });

  it('let a job ahead that somebody’s restore waits for', async () => {
    await send('c', 2);
    const order: string[] = [];
    const gate = Promise.withResolvers<void>();
    await startRunner(
      async ({ snapshotId }) => {
        order.push(snapshotId);
        if (snapshotId === 'c 2') await gate.promise;
      },
      { concurrency: 1 },
    );
    await expect.poll(() => order.length, { timeout: 15_000 }).toBe(2);
    // Jobs wait whose turn is the one that is due, and the next.
    await send('a', 5);
    await send('c', 1);
    await send('b', 1, { goesAhead: true });
    gate.resolve();
    await expect.poll(() => order.length, { timeout: 15_000 }).toBe(9);
    expect(order[2]).toBe('b 1');
  });

  it('are passed over while their deployment is busy: others begin at once, and nothing is handed back', async () => {
    await send('a', 1, { deployment: 'one' });
    const running = new Set<string>();
    let most = 0;
    let release = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const done: string[] = [];
    await startRunner(async ({ snapshotId }) => {
      running.add(snapshotId);
      most = Math.max(most, [...running].filter((id) => id.startsWith('a')).length);
      if (done.length === 0 && snapshotId.startsWith('a')) await released;
      running.delete(snapshotId);
      done.push(snapshotId);
    });
    await expect.poll(() => running.size, { timeout: 5000 }).toBe(1);
    await send('a', 50, { deployment: 'one' });
    await send('b', 1);
    await expect.poll(() => done, { timeout: 5000 }).toEqual(['b 1']);
    await expect.poll(states).toEqual({ active: 1, completed: 1, created: 50 });
    expect(most).toBe(1);
    release();
    await expect.poll(() => done.length, { timeout: 20_000 }).toBeGreaterThan(20);
  });
});

describe('the jobs that nobody asks for', () => {
  it('are sent by the nodes that work, and wait or run once at the most', async () => {
    const nodes = await Promise.all([1, 2].map(() => Queue.open({ url: fresh.url, cron: true, onError: (error) => errors.push(error) })));
    const { rows } = await sql<{ name: string; cron: string }>`SELECT name, cron FROM pgboss.schedule ORDER BY name`.execute(fresh.db);
    expect(rows).toEqual([
      { name: 'alerts.check', cron: '* * * * *' },
      { name: 'schedules.run', cron: '* * * * *' },
      { name: 'vault.collect', cron: '37 2 * * *' },
      { name: 'webhooks.deliver', cron: '* * * * *' },
    ]);
    for (const node of nodes) await node.send('schedules.run', {});
    const jobs = sql<{ count: number }>`SELECT count(*) AS count FROM pgboss.job WHERE name = 'schedules.run'`;
    expect((await jobs.execute(fresh.db)).rows).toEqual([{ count: 1 }]);
    await Promise.all(nodes.map((node) => node.close()));
  });
});

describe('a handler', () => {
  it('has its job come back later when it asks for that, once each time, and no error is told', async () => {
    const runs: number[] = [];
    await startRunner(async ({ snapshotId }) => {
      expect(snapshotId).toBe('busy');
      runs.push(realMilliseconds());
      if (runs.length < 3) throw new RetryLater(1, 'the cluster is being restored');
    });
    await queue.send('snapshot.take', { snapshotId: 'busy' });
    await expect.poll(() => runs.length, { timeout: 20_000 }).toBe(3);
    await expect.poll(states).toEqual({ completed: 3 });
    expect(runs[1]! - runs[0]!).toBeGreaterThan(900);
    await pause(2500);
    expect(runs).toHaveLength(3);
    expect(errors).toEqual([]);
  });

  it('that throws something unforeseen has its job come back, and the error is told', async () => {
    let runs = 0;
    await startRunner(async () => {
      runs += 1;
      if (runs === 1) throw new Error('a defect');
    });
    await queue.send('snapshot.take', { snapshotId: 'a' });
    await expect.poll(() => runs, { timeout: 20_000 }).toBe(2);
    expect(errors).toMatchObject([{ message: 'a defect' }]);
    await expect.poll(states).toEqual({ completed: 2 });
  });

  it('that asks for later when its job is another worker’s by now adds no copy', async () => {
    let runs = 0;
    await startRunner(async () => {
      runs += 1;
      if (runs > 1) return;
      const [job] = await jobsInHand();
      await queue.redeliver(job!);
      throw new RetryLater(1, 'too late');
    });
    await queue.send('snapshot.take', { snapshotId: 'a' });
    await expect.poll(() => runs, { timeout: 10_000 }).toBe(2);
    await pause(2500);
    expect(runs).toBe(2);
    expect(await states()).toEqual({ completed: 1 });
  });

  it('keeps a job that takes longer than a day: what is lost is found by its heartbeat', async () => {
    const ended = Promise.withResolvers<void>();
    const reasons: string[] = [];
    let runs = 0;
    await startRunner(async (_payload, signal) => {
      runs += 1;
      signal.addEventListener('abort', () => reasons.push(String(signal.reason)));
      await ended.promise;
    });
    await queue.send('snapshot.take', { snapshotId: 'a' });
    await expect.poll(() => runs).toBe(1);
    const { rows } = await sql<{
      seconds: number;
    }>`UPDATE pgboss.job SET started_on = started_on - interval '20 days' RETURNING expire_seconds AS seconds`.execute(fresh.db);
    // Within what a timer of Node's can wait.
    expect(rows[0]!.seconds * 1000).toBeLessThan(2 ** 31);
    await queue.boss.supervise('snapshot.take');
    expect(await states()).toEqual({ active: 1 });
    expect([runs, reasons]).toEqual([1, []]);
    ended.resolve();
    await expect.poll(states).toEqual({ completed: 1 });
  });

  it('is told by its signal, within seconds, that its job is another worker’s by now', async () => {
    let aborted = false;
    let runs = 0;
    await startRunner(async (_payload, signal) => {
      runs += 1;
      if (runs > 1) return;
      const [job] = await jobsInHand();
      await queue.redeliver(job!);
      await pause(20_000, signal).catch(() => {
        aborted = true;
      });
    });
    await queue.send('snapshot.take', { snapshotId: 'a' });
    await expect.poll(() => aborted, { timeout: 10_000 }).toBe(true);
    await expect.poll(() => runs, { timeout: 5_000 }).toBe(2);
  });
});

describe('the jobs of a worker that is gone', () => {
  it('are given back at once where it was of this machine; those of another machine of the same name are its own', async () => {
    const elsewhere = thisPlace().replace(/\/[^/]+\//, '/01234567/');
    expect(elsewhere).not.toBe(thisPlace());
    for (const [n, place] of [thisPlace(), elsewhere].entries())
      await takeInHand(fresh.db, `${place}/4194305 1`, {
        jobId: `00000000-0000-4000-8000-00000000000${n}`,
        queue: 'snapshot.take',
        retryCount: 0,
      });
    expect(await releaseLostJobs(queue, fresh.db)).toBe(1);
    expect(await jobsInHand()).toMatchObject([{ workerId: `${elsewhere}/4194305 1` }]);
  });
});

describe('a runner that stops', () => {
  it('takes no more jobs and lets those that run end', async () => {
    let ended = 0;
    let runs = 0;
    const runner = await startRunner(
      async () => {
        runs += 1;
        await pause(1000);
        ended += 1;
      },
      { concurrency: 1 },
    );
    await queue.send('snapshot.take', { snapshotId: 'a' });
    await queue.send('snapshot.take', { snapshotId: 'b' });
    await expect.poll(() => runs).toBe(1);
    await runner.stop(10_000);
    expect([runs, ended]).toEqual([1, 1]);
    expect(await states()).toEqual({ completed: 1, created: 1 });
    expect(await jobsInHand()).toEqual([]);
  });

  it('aborts what has not ended within the grace, and another goes on with it at once', async () => {
    const reasons: string[] = [];
    let others = 0;
    let isRunning = false;
    const runner = await startRunner(async (_payload, signal) => {
      isRunning = true;
      await pause(60_000, signal).catch((reason) => {
        reasons.push(reason.message);
        throw reason;
      });
    });
    await queue.send('snapshot.take', { snapshotId: 'a' });
    await expect.poll(() => isRunning).toBe(true);
    const begin = realMilliseconds();
    await runner.stop(300);
    expect(realMilliseconds() - begin).toBeLessThan(2000);
    expect(reasons).toEqual(['the worker is stopping']);
    expect(await states()).toEqual({ retry: 1 });
    await startRunner(async () => {
      others += 1;
    });
    await expect.poll(() => others, { timeout: 3000 }).toBe(1);
    expect(errors).toEqual([]);
  });

  it('waits no longer than five seconds for a handler that takes no notice, and hands its job over when the queue closes', async () => {
    let isRunning = false;
    const own = await Queue.open({ url: fresh.url, onError: (error) => errors.push(error) });
    const runner = await Runner.start({
      queue: own,
      db: fresh.db,
      handlers: {
        'snapshot.take': () => {
          isRunning = true;
          return new Promise(() => {});
        },
        ...NOTHING_ELSE,
      },
      concurrency: 1,
      onError: (error) => errors.push(error),
    });
    await queue.send('snapshot.take', { snapshotId: 'a' });
    await expect.poll(() => isRunning).toBe(true);
    const begin = realMilliseconds();
    await runner.stop(100);
    await own.close();
    expect(realMilliseconds() - begin).toBeLessThan(8000);
    expect(await states()).toEqual({ retry: 1 });
  });
});
