import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startWireServer } from './wire-server/start.ts';

let server: Awaited<ReturnType<typeof startWireServer>>;
let client: MongoClient;

beforeAll(async () => {
  server = await startWireServer({ bytes: 5_000_000, documentBytes: 250, collections: 1 });
  client = await MongoClient.connect(server.uri);
});

afterAll(async () => {
  await client?.close();
  await server?.stop();
});

test('the driver reads what was generated', async () => {
  const orders = client.db('shop').collection('orders');
  const found = await orders.find().toArray();
  expect(found.length).toBe(await orders.estimatedDocumentCount());
  expect(found.length).toBe(await orders.countDocuments());
  expect(5_000_000 / found.length).toBeGreaterThan(240);
  expect(5_000_000 / found.length).toBeLessThan(260);
  expect(new Set(found.map(({ _id }) => _id.toHexString())).size).toBe(found.length);
  expect(found.at(-1)).toMatchObject({ city: expect.any(String), placedAt: expect.any(Date) });
});

test('a batch is as large as it was asked for', async () => {
  const { cursor } = await client.db('shop').command({ find: 'orders', batchSize: 7, limit: 12 });
  expect(cursor.firstBatch).toHaveLength(7);
});

test('what is inserted is kept', async () => {
  const kept = client.db('shop').collection('kept');
  const documents = Array.from({ length: 1500 }, (_, n) => ({ n, text: 'x'.repeat(n) }));
  await kept.insertMany(documents);
  await client.db('shop').command({ insert: 'kept', documents: [{ n: 1500, text: 'as an array' }] });
  const found = await kept.find({}, { projection: {} }).toArray();
  expect(found).toHaveLength(1501);
  expect(found.slice(0, -1)).toEqual(documents);
  expect(found.at(-1)).toMatchObject({ n: 1500, text: 'as an array' });
});

test('a getMore of another session is refused', async () => {
  const db = client.db('shop');
  const [mine, another] = [client.startSession(), client.startSession()];
  const { cursor } = await db.command({ find: 'orders', batchSize: 10 }, { session: mine });
  const more = { getMore: cursor.id, collection: 'orders' };
  await expect(db.command({ ...more }, { session: another })).rejects.toMatchObject({ code: 50738 });
  await expect(db.command({ ...more }, { session: mine })).resolves.toMatchObject({ ok: 1 });
  await mine.endSession();
  await another.endSession();
});

test('more documents than one batch may have are refused', async () => {
  const documents = Array.from({ length: 100_001 }, () => ({}));
  await expect(client.db('shop').command({ insert: 'many', documents })).rejects.toMatchObject({ code: 16 });
});
