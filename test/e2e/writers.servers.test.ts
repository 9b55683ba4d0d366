import { deserialize, serialize } from 'bson';
import { type Collection as DriverCollection, MongoClient } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runRestore } from '../../src/backup/work/run-restore.ts';
import { takeSnapshot } from '../../src/backup/work/take-snapshot.ts';
import { findSnapshot } from '../../src/db/snapshots.ts';
import { type Edge, startEdge } from '../kit/edge.ts';
import { type MongoServer, startMongo } from '../kit/mongo.ts';
import { type Collection, collectionFor, type Databases, documentAt } from '../kit/wire-server/data.ts';
import { serveWire, type WireServer, type WireServerOptions } from '../kit/wire-server/server.ts';

const NEVER = new AbortController().signal;

let edge: Edge;
beforeAll(async () => {
  edge = await startEdge();
});
afterAll(() => edge[Symbol.asyncDispose]());

/** A snapshot of one cluster, restored into another; answers the label that the snapshot claims. */
async function takeAndRestore(from: string, to: string, onTaken = async () => {}): Promise<string | null> {
  const { projectId } = edge.first;
  const { id: snapshotId } = await edge.services.snapshots.take(projectId, from);
  await takeSnapshot(edge.parts, snapshotId, NEVER).finally(onTaken);
  const { id } = await edge.services.restores.start({ projectId, clusterName: from, snapshotId, targetClusterName: to });
  await runRestore(edge.parts, id, NEVER);
  expect(await edge.services.restores.get(projectId, from, id)).toMatchObject({ status: 'COMPLETED', failure: null });
  return (await findSnapshot(edge.parts.db, snapshotId))!.consistency;
}

describe('transfers between two collections while a snapshot is taken', () => {
  const servers: WireServer[] = [];
  afterAll(async () => {
    for (const server of servers) await server.close();
  });

  /** A bank with `before` transfers; one more comes with every command. */
  async function bank(name: string, o: WireServerOptions & { writes: boolean }) {
    const [source, target]: [Databases, Databases] = [new Map(), new Map()];
    let transfers = 0;
    const transfer = () => {
      transfers += 1;
      for (const side of ['given', 'taken']) {
        collectionFor(source, 'bank', side).add(Buffer.from(serialize({ _id: transfers, side, note: 'x'.repeat(1000) })));
      }
    };
    while (transfers < 400) transfer();
    const from = await serveWire(source, { ...o, ...(o.writes && { onCommand: transfer }) });
    const to = await serveWire(target);
    servers.push(from, to);
    const { projectId } = edge.first;
    await edge.services.clusters.register({ projectId, name, uri: from.uri });
    await edge.services.clusters.register({ projectId, name: `${name}-copy`, uri: to.uri });
    const restored = (side: string) => idsOf(target.get('bank')!.get(side)!);
    return { label: await takeAndRestore(name, `${name}-copy`), given: restored('given'), taken: restored('taken'), transfers };
  }

  it('are in both or in neither where the snapshot claims point-in-time', async () => {
    const { label, given, taken, transfers } = await bank('replica', { replicaSet: true, writes: true });
    expect(label).toBe('point-in-time');
    expect(given).toEqual(taken);
    expect(given).toEqual(upTo(given.length));
    // Some came before that moment and some after it.
    expect(given.length).toBeGreaterThan(400);
    expect(given.length).toBeLessThan(transfers);
  });

  it('may be in one of them alone where it claims per-collection, but each collection is one that there was', async () => {
    const { label, given, taken } = await bank('busy', { writes: true });
    expect(label).toBe('per-collection');
    expect(given).toEqual(upTo(given.length));
    expect(taken).toEqual(upTo(taken.length));
    expect(given.length).not.toBe(taken.length);
  });

  it('are all there where it claims quiesced, since there were none meanwhile', async () => {
    const { label, given, taken, transfers } = await bank('still', { writes: false });
    expect([label, given, taken]).toEqual(['quiesced', upTo(transfers), upTo(transfers)]);
  });
});

function idsOf({ blocks }: Collection): number[] {
  const ids = blocks.flatMap((block) =>
    Array.from({ length: block.starts.length - 1 }, (_, n) => deserialize(documentAt(block, n))._id as number),
  );
  return ids.sort((a, b) => a - b);
}

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, n) => n + 1);
}

describe('writers on FerretDB while a snapshot is taken', () => {
  let mongo: MongoServer;
  let client: MongoClient;
  let orders: DriverCollection<{ _id: number; version: number; text: string }>;

  beforeAll(async () => {
    mongo = await startMongo('ferretdb');
    client = new MongoClient(mongo.uri);
    const { projectId } = edge.first;
    for (const name of ['shop', 'copy']) {
      await edge.parts.clusters.add({ projectId, name, uri: mongo.uri, lifecycle: 'registered', database: name });
    }
    orders = client.db('shop').collection('orders');
    await orders.insertMany(Array.from({ length: 500 }, (_, _id) => order(_id, 0)));
  });
  afterAll(async () => {
    await client?.close();
    await mongo?.stop();
  });

  const order = (_id: number, version: number) => ({ _id, version, text: `${_id}/${version} `.repeat(20) });
  const restored = () => client.db('copy').collection<{ _id: number; version: number }>('orders').find().sort({ _id: 1 }).toArray();

  it('leave a snapshot that claims per-collection, in which every document is one that was written, once', async () => {
    let isOver = false;
    let written = 500;
    const write = async () => {
      while (!isOver) {
        await orders.insertOne(order(written, 0));
        written += 1;
        // Changed once at most: whether it was read before or after, one of two versions is right.
        await orders.replaceOne({ _id: written - 251 }, order(written - 251, 1));
      }
    };
    const writing = write();
    const label = await takeAndRestore('shop', 'copy', async () => {
      isOver = true;
      await writing;
    });
    expect(written).toBeGreaterThan(501);
    expect(label).toBe('per-collection');
    const found = await restored();
    for (const one of found) expect(one).toEqual(order(one._id, one.version));
    const ids = new Set(found.map(({ _id }) => _id));
    expect(ids.size).toBe(found.length);
    for (let _id = 0; _id < 500; _id++) expect(ids.has(_id)).toBe(true);
    expect(found.length).toBeLessThan(written);
  });

  it('leave one that claims quiesced, and is what stands there, when they are silent', async () => {
    expect(await takeAndRestore('shop', 'copy')).toBe('quiesced');
    expect(await restored()).toEqual(await orders.find().sort({ _id: 1 }).toArray());
  });
});
