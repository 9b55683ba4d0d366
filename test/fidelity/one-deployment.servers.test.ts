import { randomBytes } from 'node:crypto';
import { type Db, MongoClient } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RestoreOptions } from '../../src/backup/restore-options.ts';
import { runRestore } from '../../src/backup/work/run-restore.ts';
import { takeSnapshot } from '../../src/backup/work/take-snapshot.ts';
import { type Edge, startEdge } from '../kit/edge.ts';
import { type MongoServer, startMongo } from '../kit/mongo.ts';
import { loadCorpus } from './load.ts';
import { type Picture, pictureOf } from './picture.ts';

const NEVER = new AbortController().signal;

let edge: Edge;
let mongo: MongoServer;
let client: MongoClient;
/** Databases of the test's own: what else is at `MONGODB_URI` is somebody's. */
const made: string[] = [];

beforeAll(async () => {
  mongo = await startMongo();
  client = new MongoClient(mongo.uri);
  edge = await startEdge();
});
afterAll(async () => {
  for (const name of made) await client.db(name).dropDatabase();
  await client?.close();
  await edge?.[Symbol.asyncDispose]();
  await mongo?.stop();
});

/** Two clusters that are a database each. */
async function addPair(purpose: string): Promise<{ from: Db; to: Db; roundTrip(options?: RestoreOptions): Promise<string[]> }> {
  const { projectId } = edge.first;
  const names = ['from', 'to'].map((end) => `lifeboat_test_${purpose}_${end}_${randomBytes(4).toString('hex')}`);
  made.push(...names);
  const clusters = names.map((name) => name.replaceAll('_', '-'));
  for (const [n, database] of names.entries()) {
    await edge.parts.clusters.add({ projectId, name: clusters[n]!, uri: mongo.uri, lifecycle: 'registered', database });
  }
  const [from, to] = names.map((name) => client.db(name));
  return {
    from: from!,
    to: to!,
    roundTrip: async (options = {}) => {
      const snapshot = await edge.services.snapshots.take(projectId, clusters[0]!);
      await takeSnapshot(edge.parts, snapshot.id, NEVER);
      const job = { projectId, clusterName: clusters[0]!, snapshotId: snapshot.id, targetClusterName: clusters[1]!, options };
      const { id } = await edge.services.restores.start(job);
      await runRestore(edge.parts, id, NEVER);
      const { status, failure, verification } = await edge.services.restores.get(projectId, clusters[0]!, id);
      expect({ status, failure }).toEqual({ status: 'COMPLETED', failure: null });
      return (verification as { warnings: string[] }).warnings;
    },
  };
}

/** By the name alone: the databases differ. */
function byName(pictures: Record<string, Picture>): Record<string, Picture> {
  return Object.fromEntries(Object.entries(pictures).map(([namespace, picture]) => [namespace.slice(namespace.indexOf('.') + 1), picture]));
}

describe('one deployment: MONGODB_URI where it is set, else mongod where it is on PATH, else FerretDB', () => {
  it('gives the corpus back byte for byte in another of its databases', async () => {
    const { from, to, roundTrip } = await addPair('corpus');
    const unsupported = await loadCorpus(mongo.uri, { only: from.databaseName, large: mongo.kind !== 'ferretdb' });
    const isRestorable = (name: string) => mongo.kind !== 'ferretdb' || !name.includes('.');
    const before = Object.entries(byName(await pictureOf(mongo.uri, from.databaseName))).filter(([name]) => isRestorable(name));
    expect(before.length).toBeGreaterThan(10);
    // FerretDB renames nothing to a name with a dot, so a restore cannot swap such a collection in.
    await roundTrip(mongo.kind === 'ferretdb' ? { nsExclude: ['*.*.*'] } : {});
    expect(byName(await pictureOf(mongo.uri, to.databaseName))).toEqual(Object.fromEntries(before));
    // A real MongoDB makes every collection of the corpus.
    if (mongo.kind === 'mongod') expect(unsupported.collections).toEqual([]);
  });

  it('gives a time series back where it knows them, and else says that it does not', async () => {
    const { from, to, roundTrip } = await addPair('series');
    const refusal = await from.createCollection('weather', { timeseries: { timeField: 'at', metaField: 'sensor' } }).then(
      () => null,
      (error: Error) => error,
    );
    if (refusal) {
      expect(mongo.kind).not.toBe('mongod');
      return expect(refusal.message).toMatch(/time.?series/i);
    }
    const measured = (n: number) => ({ at: new Date(Date.UTC(2026, 0, 1, 0, n)), sensor: n % 3, t: n % 7 === 0 ? 'broken' : n });
    await from.collection('weather').insertMany(Array.from({ length: 500 }, (_, n) => measured(n)));
    await roundTrip({ mode: 'in-place' });
    const inOrder = (db: Db) => db.collection('weather').find().sort({ at: 1 }).toArray();
    expect(await inOrder(to)).toEqual(await inOrder(from));
  });
});
