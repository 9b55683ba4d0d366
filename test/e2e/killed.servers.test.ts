import { readFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { contentsOf } from '../kit/contents.ts';
import { Lifeboat } from '../kit/lifeboat.ts';
import { type MongoServer, startMongo } from '../kit/mongo.ts';
import { fillOldData, fillSmallShop } from '../kit/small-shop.ts';

interface Job {
  id: string;
  status: string;
  progress: { phase?: string };
}

let source: MongoServer;
let target: MongoServer;
let lifeboat: Lifeboat;
let snapshotId: string;

beforeAll(async () => {
  source = await startMongo('ferretdb');
  await fillSmallShop(source.uri, 8);
});
afterAll(() => source?.stop());

beforeEach(async () => {
  target = await startMongo('ferretdb');
  await fillOldData(target.uri);
  lifeboat = await Lifeboat.create({ LIFEBOAT_WORKERS: '1' });
  await lifeboat.init();
  await lifeboat.serve();
  await lifeboat.json('clusters', 'add', 'shop', '--uri', source.uri);
  await lifeboat.json('clusters', 'add', 'copy', '--uri', target.uri);
  snapshotId = (await lifeboat.json<Job>('snapshots', 'take', 'shop', '--wait')).id;
});
afterEach(async () => {
  await lifeboat?.remove();
  await target?.stop();
});

async function startRestore(): Promise<string> {
  return (await lifeboat.json<Job>('restores', 'start', 'shop', '--snapshot', snapshotId, '--target', 'copy')).id;
}

async function untilPhase(id: string, phases: string[]): Promise<void> {
  await expect
    .poll(async () => (await lifeboat.json<Job>('restores', 'show', 'shop', id)).progress.phase, { timeout: 30_000, interval: 50 })
    .toSatisfy((phase: string) => phases.includes(phase));
}

async function untilEnded(id: string): Promise<Job> {
  let job: Job | null = null;
  await expect
    .poll(
      async () => {
        job = await lifeboat.json<Job>('restores', 'show', 'shop', id);
        return job.status;
      },
      { timeout: 60_000, interval: 300 },
    )
    .toMatch(/COMPLETED|FAILED/);
  return job!;
}

async function childrenOf(pid: number): Promise<number[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return text.trim().split(' ').filter(Boolean).map(Number);
}

async function workerPids(): Promise<number[]> {
  const found: number[] = [];
  for (const pid of await childrenOf(lifeboat.servePid)) {
    if ((await readFile(`/proc/${pid}/cmdline`, 'utf8')).includes('--child')) found.push(pid);
  }
  return found;
}

async function expectOldOrNew(job: Job, before: object): Promise<void> {
  const now = await contentsOf(target.uri);
  // Nothing of Lifeboat's own is left, and the target is one or the other as a whole.
  expect(Object.keys(now).filter((namespace) => /\.lb_/.test(namespace))).toEqual([]);
  if (job.status === 'COMPLETED') expect(now).toEqual(await contentsOf(source.uri));
  else expect(now).toEqual(before);
}

describe('kill -9 in the middle of a restore', () => {
  it('of the worker: another takes the job, which ends by itself, and the target is whole', async () => {
    const before = await contentsOf(target.uri);
    const id = await startRestore();
    await untilPhase(id, ['loading', 'indexing', 'verifying']);
    const [worker] = await workerPids();
    process.kill(worker!, 'SIGKILL');
    const job = await untilEnded(id);
    expect(job.status).toBe('COMPLETED');
    await expectOldOrNew(job, before);
  });

  it('of serve: the next start takes the job up, which ends by itself, and the target is whole', async () => {
    const before = await contentsOf(target.uri);
    const id = await startRestore();
    await untilPhase(id, ['loading', 'indexing', 'verifying']);
    await lifeboat.stop('SIGKILL');
    await lifeboat.serve();
    const job = await untilEnded(id);
    expect(job.status).toBe('COMPLETED');
    await expectOldOrNew(job, before);
  });

  it('of worker after worker, whenever it is in the middle of it: the job ends, and the target is whole', async () => {
    const before = await contentsOf(target.uri);
    const id = await startRestore();
    for (const milliseconds of [700, 1500, 2500]) {
      await new Promise((resolve) => setTimeout(resolve, milliseconds));
      for (const worker of await workerPids()) process.kill(worker, 'SIGKILL');
    }
    await expectOldOrNew(await untilEnded(id), before);
  });
});
