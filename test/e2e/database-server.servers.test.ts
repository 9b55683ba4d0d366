import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DigestCredentials } from '../../src/cli/digest-client.ts';
import { type AskOptions, ask } from '../kit/api.ts';
import { type Identity, Lifeboat } from '../kit/lifeboat.ts';
import { type MongoServer, startMongo } from '../kit/mongo.ts';

let mongo: MongoServer;
let client: MongoClient;
let lifeboat: Lifeboat;
let identity: Identity;

beforeAll(async () => {
  mongo = await startMongo('ferretdb');
  client = new MongoClient(mongo.uri);
  lifeboat = await Lifeboat.create({ LIFEBOAT_DATABASE_SERVER: mongo.uri });
  identity = await lifeboat.init();
  await lifeboat.serve();
});
afterAll(async () => {
  await lifeboat?.remove();
  await client?.close();
  await mongo?.stop();
});

const asked = (method: string, path: string, options: AskOptions = {}) => {
  const credentials = new DigestCredentials(identity.publicKey, identity.privateKey);
  const url = `/api/atlas/v2/groups/${identity.projectId}/flexClusters${path}`;
  return ask(lifeboat.url, credentials, method, url, { version: '2024-11-13', ...options });
};

const flex = async (method: string, path: string, options: AskOptions = {}) => {
  const { status, body } = await asked(method, path, options);
  expect(status, JSON.stringify(body)).toBeLessThan(300);
  return body;
};

/** The one database of a cluster that is created now. */
async function create(name: string): Promise<string> {
  const body = { name, providerSettings: { backingProviderName: 'AWS', regionName: 'US_EAST_1' } };
  const { connectionStrings } = await flex('POST', '', { body });
  return new URL(connectionStrings.standard).pathname.slice(1);
}

const titles = async (database: string) => (await client.db(database).collection('books').find().toArray()).map(({ title }) => title);

describe('clusters on the database server', () => {
  it('share it without seeing each other: a snapshot holds one of them, a restore replaces all of one of them and nothing of another', async () => {
    const [shop, copy, other] = [await create('shop'), await create('copy'), await create('other')];
    await client.db(shop).collection('books').insertOne({ title: 'Emma' });
    await client.db(copy).collection('books').insertOne({ title: 'old' });
    await client.db(copy).collection('surplus').insertOne({ title: 'old' });
    await client.db(other).collection('books').insertOne({ title: 'untouched' });
    const snapshot = await lifeboat.json<{ id: string; collections: number }>('snapshots', 'take', 'shop', '--wait');
    expect(snapshot.collections).toBe(1);
    await client.db(shop).collection('books').insertOne({ title: 'after the snapshot' });
    await lifeboat.json('restores', 'start', 'shop', '--snapshot', snapshot.id, '--target', 'copy', '--wait');
    expect(await titles(copy)).toEqual(['Emma']);
    expect((await client.db(copy).listCollections().toArray()).map(({ name }) => name)).toEqual(['books']);
    const renames = ['--ns-from', `${shop}.books`, '--ns-to', `${other}.books`];
    const outward = await lifeboat.run('restores', 'start', 'shop', '--snapshot', snapshot.id, '--target', 'copy', ...renames, '--wait');
    expect([outward.code, outward.stderr]).toEqual([1, expect.stringContaining('outside the one database of the target')]);
    await lifeboat.json('restores', 'start', 'shop', '--snapshot', snapshot.id, '--target', 'shop', '--wait');
    expect([await titles(shop), await titles(other)]).toEqual([['Emma'], ['untouched']]);
  });

  it('are dropped with their data when they are deleted', async () => {
    const name = await create('gone');
    await client.db(name).collection('books').insertOne({ title: 'x' });
    await flex('DELETE', '/gone');
    expect(await titles(name)).toEqual([]);
  });

  it('stay, data and all, when they are deleted while the server is away, and can be deleted when it is back', async () => {
    const name = await create('kept');
    await client.db(name).collection('books').insertOne({ title: 'x' });
    await mongo.kill();
    expect((await asked('DELETE', '/kept')).status).toBe(400);
    expect(await flex('GET', '/kept')).toMatchObject({ name: 'kept', stateName: 'IDLE' });
    await mongo.restart();
    expect(await titles(name)).toEqual(['x']);
    await flex('DELETE', '/kept');
    expect(await titles(name)).toEqual([]);
  });
});
