import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contentsOf } from '../kit/contents.ts';
import { Lifeboat } from '../kit/lifeboat.ts';
import { type MongoServer, startMongo } from '../kit/mongo.ts';
import { fillOldData, fillSmallShop } from '../kit/small-shop.ts';

interface Job {
  id: string;
  status: string;
  safetySnapshotId?: string;
  failure?: { code: string };
  verification?: { removed: string[]; warnings: string[] };
}

type Contents = Awaited<ReturnType<typeof contentsOf>>;

let source: MongoServer;
let target: MongoServer;
let lifeboat: Lifeboat;
let snapshotId: string;
let shop: Contents;

beforeAll(async () => {
  [source, target] = await Promise.all([startMongo('ferretdb'), startMongo('ferretdb')]);
  await fillSmallShop(source.uri);
  await fillOldData(target.uri);
  shop = await contentsOf(source.uri);
  lifeboat = await Lifeboat.create();
  await lifeboat.init();
  await lifeboat.serve();
  await lifeboat.json('clusters', 'add', 'shop', '--uri', source.uri);
  await lifeboat.json('clusters', 'add', 'copy', '--uri', target.uri);
  snapshotId = (await lifeboat.json<Job>('snapshots', 'take', 'shop', '--wait')).id;
});

afterAll(async () => {
  await lifeboat?.remove();
  await Promise.all([source?.stop(), target?.stop()]);
});

function start<T>(...options: string[]): Promise<T> {
  return lifeboat.json<T>('restores', 'start', 'shop', '--snapshot', snapshotId, '--target', 'copy', ...options);
}

describe('restores', () => {
  it('tell with --dry-run what they would do, and write nothing', async () => {
    const before = await contentsOf(target.uri);
    const forecast = await start<Record<string, { namespace: string }[]>>('--dry-run');
    const names = (what: string) => forecast[what]!.map((entry) => entry.namespace);
    expect([names('dropped'), names('replaced'), names('kept')]).toEqual([['attic.gone', 'shop.gone'], ['shop.orders'], []]);
    expect(names('created').toSorted()).toEqual(['shop.empty', 'shop.page views+100%', 'warehouse.stock']);
    expect(forecast).toMatchObject({ dryRun: true, safetySnapshot: true, refusals: [] });
    expect(forecast.estimate).toBeUndefined();
    expect(await contentsOf(target.uri)).toEqual(before);
    expect(await lifeboat.json('restores', 'list', 'shop')).toEqual([]);
    const { stdout } = await lifeboat.run('restores', 'start', 'shop', '--snapshot', snapshotId, '--target', 'copy', '--dry-run');
    expect(stdout).toMatch(/dropped +attic\.gone +1 /);
    expect(stdout).toContain('Nothing was written.');
  });

  it('go into another database of a cluster that has data, which they leave alone, without a snapshot first', async () => {
    const before = await contentsOf(target.uri);
    const job = await start<Job>('--ns-include', 'shop.*', '--ns-from', 'shop.*', '--ns-to', 'shop_copy.*', '--wait');
    expect([job.status, job.safetySnapshotId]).toEqual(['COMPLETED', undefined]);
    const copies = Object.entries(shop).filter(([text]) => text.startsWith('shop.'));
    const expected = Object.fromEntries(copies.map(([text, c]) => [text.replace('shop.', 'shop_copy.'), c]));
    expect(await contentsOf(target.uri)).toEqual({ ...before, ...expected });
  });

  it('keep with --keep what the snapshot lacks, and are undone to exactly what stood there', async () => {
    const before = await contentsOf(target.uri);
    const job = await start<Job>('--keep', '--wait');
    expect(job).toMatchObject({ status: 'COMPLETED', verification: { removed: [] } });
    expect(await contentsOf(target.uri)).toEqual({ ...before, ...shop });
    expect(job.safetySnapshotId).toMatch(/^[0-9a-f]{24}$/);
    const undone = await lifeboat.json<Job>('restores', 'undo', 'shop', job.id, '--wait');
    expect(undone.status).toBe('COMPLETED');
    expect(await contentsOf(target.uri)).toEqual(before);
  });

  it('of a selection are undone without touching what was not selected', async () => {
    const before = await contentsOf(target.uri);
    const job = await start<Job>('--ns-include', 'shop.orders', '--wait');
    const client = new MongoClient(target.uri);
    await client
      .db('attic')
      .collection('gone')
      .insertOne({ _id: 'later' as never });
    await client.close();
    const later = await contentsOf(target.uri);
    expect(later['shop.orders']).toEqual(shop['shop.orders']);
    await lifeboat.json<Job>('restores', 'undo', 'shop', job.id, '--wait');
    expect(await contentsOf(target.uri)).toEqual({ ...later, 'shop.orders': before['shop.orders'] });
  });

  it('replace in place with --in-place, and say that this was not protected', async () => {
    const job = await start<Job>('--in-place', '--no-safety-snapshot', '--wait');
    expect(job.safetySnapshotId).toBeUndefined();
    expect(job).toMatchObject({ status: 'COMPLETED', verification: { warnings: [expect.stringContaining('in place')] } });
    expect(await contentsOf(target.uri)).toEqual(shop);
  });

  it('know after the first how long the next will take', async () => {
    const forecast = await start<{ estimate: { seconds: number; measuredOn: number } }>('--dry-run');
    expect(forecast.estimate.measuredOn).toBe(5);
    expect(forecast.estimate.seconds).toBeGreaterThan(0);
  });
});
