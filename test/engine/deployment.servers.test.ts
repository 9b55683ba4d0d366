import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { realMilliseconds } from '../../src/clock.ts';
import { type CatalogCollection, readCatalog } from '../../src/engine/catalog.ts';
import { watchConsistency } from '../../src/engine/consistency.ts';
import { type Deployment, openDeployment } from '../../src/engine/deployment.ts';
import { stagingName } from '../../src/engine/namespaces.ts';
import { readCollection } from '../../src/engine/raw-reader.ts';
import { insertRuns } from '../../src/engine/raw-writer.ts';
import { digestOf } from '../../src/engine/verification.ts';
import { FaultProxy } from '../kit/fault-proxy.ts';
import { type MongoServer, startMongo } from '../kit/mongo.ts';
import { newSumDigest } from '../kit/sum-digest.ts';

let server: MongoServer;
let d: Deployment;

beforeAll(async () => {
  server = await startMongo('ferretdb');
  d = await openDeployment(server.uri);
});

afterAll(async () => {
  await d?.close();
  await server?.stop();
});

beforeEach(async () => {
  await d.client.db('shop').dropDatabase();
  const documents = Array.from({ length: 2000 }, (_, i) => ({ _id: i as never, text: 'x'.repeat(i % 500) }));
  await d.client.db('shop').collection('orders').insertMany(documents);
});

const port = () => Number(new URL(server.uri).port);
const orders = async (): Promise<CatalogCollection> => (await readCatalog(d)).find((c) => c.name === 'orders')!;

describe('openDeployment', () => {
  it('says what it is connected to', () => {
    expect(d).toMatchObject({ address: `127.0.0.1:${port()}`, product: 'ferretdb', topology: 'standalone', majorVersion: '7.0' });
    expect(d.version).toMatch(/^7\.0\.\d+$/);
    expect(d.limits).toEqual({ maxWriteBatchSize: 100_000, maxMessageSizeBytes: 48_000_000, maxBsonObjectSize: 16_777_216 });
  });

  it('gives one address to one deployment, whichever name of the loopback was typed', async () => {
    const other = await openDeployment(`mongodb://LOCALHOST:${port()}/?directConnection=true`);
    expect(other.address).toBe(d.address);
    await other.close();
  });

  it('throws DeploymentUnavailable in the time that it was given when nobody answers', async () => {
    const began = realMilliseconds();
    const opening = openDeployment('mongodb://user:hunter2@127.0.0.1:9/', { timeoutMs: 300 });
    const failure = await opening.catch((error) => error);
    expect(failure).toMatchObject({ name: 'DeploymentUnavailable', address: '127.0.0.1:9' });
    expect(failure.message).not.toContain('hunter2');
    expect(realMilliseconds() - began).toBeLessThan(3000);
  });

  it('stops waiting when it is cancelled', async () => {
    const cancel = new AbortController();
    const opening = openDeployment('mongodb://127.0.0.1:9/', { signal: cancel.signal });
    cancel.abort(new Error('cancelled'));
    await expect(opening).rejects.toThrow('cancelled');
  });

  it('refuses an unusable connection string before it connects', async () => {
    await expect(openDeployment('mongodb://127.0.0.1:9/?loadBalanced=true')).rejects.toMatchObject({ code: 'bad-connection-string' });
  });
});

describe('readCatalog', () => {
  it('leaves out stagings, asides, and what is excluded, and keeps what merely looks like them', async () => {
    const shop = d.client.db('shop');
    const job = '0123456789abcdef01234567';
    for (const name of [stagingName(job, 1, 0), `lb_o_${job}_3`, 'lb_s_mine', 'tmp']) await shop.createCollection(name);
    const names = (await readCatalog(d, { exclude: (_, name) => name === 'tmp' })).map((c) => c.name);
    expect(names).toEqual(['lb_s_mine', 'orders']);
  });

  it('has names of every kind', async () => {
    const names = ['a b', 'per%cent', 'plus+', 'sla/sh', 'ünï', 'e🙂', 'dots.in.it', 'x'.repeat(150)];
    for (const name of names) await d.client.db('shop').createCollection(name);
    const found = (await readCatalog(d)).map((c) => c.name);
    expect(found).toEqual(expect.arrayContaining(names));
  });
});

describe('readCollection and insertRuns', () => {
  it('carry every document over byte for byte', async () => {
    const source = await orders();
    const copy = { database: 'shop', name: 'copy' };
    const written = await insertRuns(d, copy, readCollection(d, source), { parallelism: 3 });
    expect(written).toEqual({ documents: 2000, bytes: expect.any(Number) });
    expect(await digestOf(d, copy, newSumDigest)).toEqual(await digestOf(d, source, newSumDigest));
  });

  it('lose and repeat nothing when connections break in the middle of inserts', async () => {
    const proxy = await FaultProxy.start(port(), 'bytes');
    const far = await openDeployment(`mongodb://127.0.0.1:${proxy.port}/?directConnection=true`);
    async function* runs() {
      let n = 0;
      for await (const run of readCollection(d, await orders())) {
        if (n++ % 4 === 2) proxy.inject({ bytes: run.bytes.length, act: 'cut' });
        yield run;
      }
    }
    const copy = { database: 'shop', name: 'copy' };
    const written = await insertRuns(far, copy, runs(), { parallelism: 3, resendAfter: [10, 50, 200, 500] });
    expect(proxy.faults).toBeGreaterThan(0);
    expect(written.documents).toBe(2000);
    expect(await digestOf(d, copy, newSumDigest)).toEqual(await digestOf(d, await orders(), newSumDigest));
    await far.close();
    await proxy.close();
  });

  it('say which document a server refuses, and stop', async () => {
    const copy = { database: 'shop', name: 'orders' };
    await expect(insertRuns(d, copy, readCollection(d, await orders()), { parallelism: 2 })).rejects.toMatchObject({
      code: 'mongodb-failed',
    });
  });
});

describe('watchConsistency', () => {
  async function labelAfter(change: () => Promise<unknown>, o: { secondReadBytes?: number } = {}): Promise<string> {
    const catalog = await readCatalog(d);
    const watch = await watchConsistency(d, catalog, { newDigest: newSumDigest, ...o });
    const digests = [];
    for (const c of catalog) digests.push(await digestOf(d, c, newSumDigest));
    await change();
    return watch.conclude(digests);
  }
  const shop = () => d.client.db('shop');

  it('is quiesced where everything read is still so', async () => {
    expect(await labelAfter(async () => {})).toBe('quiesced');
  });

  it.each([
    [
      'a document was changed',
      () =>
        shop()
          .collection('orders')
          .updateOne({ _id: 5 as never }, { $set: { text: 'y' } }),
    ],
    ['a document was added', () => shop().collection('orders').insertOne({})],
    ['a document was deleted', () => shop().collection('orders').deleteOne({})],
    ['a collection was made', () => shop().createCollection('late')],
    ['an index was made', () => shop().collection('orders').createIndex({ text: 1 })],
    ['a collection was renamed', () => shop().collection('orders').rename('other')],
  ])('is per-collection when %s meanwhile', async (_, change) => {
    expect(await labelAfter(change as () => Promise<unknown>)).toBe('per-collection');
  });

  it('is per-collection where a second reading would be too much', async () => {
    expect(await labelAfter(async () => {}, { secondReadBytes: 1000 })).toBe('per-collection');
  });
});
