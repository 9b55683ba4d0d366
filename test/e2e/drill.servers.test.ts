import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contentsOf } from '../kit/contents.ts';
import { FaultProxy } from '../kit/fault-proxy.ts';
import { Lifeboat } from '../kit/lifeboat.ts';
import { type MongoServer, startMongo } from '../kit/mongo.ts';
import { fillOldData, fillSmallShop } from '../kit/small-shop.ts';

interface Drill {
  id: string;
  status: string;
  verdict?: string;
  snapshotId: string;
  documents: number;
  differences: string[];
}

let source: MongoServer;
let target: MongoServer;
let proxy: FaultProxy;
let lifeboat: Lifeboat;
let snapshotId: string;

beforeAll(async () => {
  [source, target] = await Promise.all([startMongo('ferretdb'), startMongo('ferretdb')]);
  proxy = await FaultProxy.start(target.uri);
  await fillSmallShop(source.uri);
  await fillOldData(target.uri);
  lifeboat = await Lifeboat.create({ LIFEBOAT_WORKERS: '1' });
  await lifeboat.init();
  await lifeboat.serve();
  await lifeboat.json('clusters', 'add', 'shop', '--uri', source.uri);
  await lifeboat.json('clusters', 'add', 'copy', '--uri', proxy.uri);
});

afterAll(async () => {
  await lifeboat?.remove();
  await proxy?.close();
  await Promise.all([source?.stop(), target?.stop()]);
});

async function workerPid(): Promise<number> {
  const children = await readFile(`/proc/${lifeboat.servePid}/task/${lifeboat.servePid}/children`, 'utf8');
  for (const pid of children.trim().split(' ').map(Number)) {
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (command.includes('--child')) return pid;
  }
  throw new Error('no worker runs');
}

describe('lifeboat drill', () => {
  it('needs a snapshot', async () => {
    const { code, stderr } = await lifeboat.run('drill', 'shop');
    expect([code, stderr]).toEqual([1, expect.stringContaining('no COMPLETED snapshot')]);
    snapshotId = (await lifeboat.json<{ id: string }>('snapshots', 'take', 'shop', '--wait')).id;
  });

  it('proves the newest snapshot on the cluster itself, touches nothing, and is shown as last proven', async () => {
    const before = await contentsOf(source.uri);
    const drill = await lifeboat.json<Drill>('drill', 'shop', '--wait');
    expect(drill).toMatchObject({ status: 'COMPLETED', verdict: 'proven', snapshotId, documents: 2800, differences: [] });
    expect(await contentsOf(source.uri)).toEqual(before);
    const cluster = await lifeboat.json<{ lastProven: object }>('clusters', 'show', 'shop');
    expect(cluster.lastProven).toEqual({
      snapshotId,
      at: expect.stringMatching(/^\d{4}-/),
      durationSeconds: expect.any(Number),
      documentsPerSecond: expect.any(Number),
    });
    // Atlas knows no drills: they are not among the restore jobs.
    expect(await lifeboat.json('restores', 'list', 'shop')).toEqual([]);
  });

  it('leaves nothing on another cluster either, when its worker was killed in the middle of it', async () => {
    const before = await contentsOf(target.uri);
    const held = proxy.holdAt({ command: 'createIndexes', nth: 1, carriedOut: true });
    const { id } = await lifeboat.json<Drill>('drill', 'shop', '--target', 'copy');
    await held;
    process.kill(await workerPid(), 'SIGKILL');
    const ended = async () => (await lifeboat.json<Drill[]>('drill', 'shop', '--list')).find((drill) => drill.id === id);
    await expect.poll(ended, { timeout: 60_000, interval: 500 }).toMatchObject({ status: 'COMPLETED', verdict: 'proven' });
    expect(await contentsOf(target.uri)).toEqual(before);
  });
});
