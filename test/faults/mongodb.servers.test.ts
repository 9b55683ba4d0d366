import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { runRestore } from '../../src/backup/work/run-restore.ts';
import { takeSnapshot } from '../../src/backup/work/take-snapshot.ts';
import { pause, SECOND } from '../../src/clock.ts';
import { findRestore, type RestoreRow } from '../../src/db/restores.ts';
import { findSnapshot, type SnapshotRow } from '../../src/db/snapshots.ts';
import { RetryLater } from '../../src/jobs/definitions.ts';
import { contentsOf } from '../kit/contents.ts';
import { type Edge, startEdge } from '../kit/edge.ts';
import { CURSOR_NOT_FOUND, type Fault, FaultProxy, NOT_PRIMARY } from '../kit/fault-proxy.ts';
import { casesOf, reportFaults } from '../kit/long-form.ts';
import { type MongoServer, startMongo } from '../kit/mongo.ts';
import { fillOldData, fillSmallShop } from '../kit/small-shop.ts';
import { generateShop } from '../kit/wire-server/generator.ts';
import { serveWire, type WireServer } from '../kit/wire-server/server.ts';

/** What becomes of a restore or a snapshot when the line to MongoDB or MongoDB itself fails (P3, P4): never a document too few or too many, never a job that hangs. */

const MIB = 1024 * 1024;
/** What is waited for an answer that does not come. */
const ANSWER_SECONDS = 5;
const NEVER = new AbortController().signal;

let edge: Edge;
/** Reads on after the last `_id`; FerretDB begins a collection anew. */
let resumable: WireServer;
let source: MongoServer;
let target: MongoServer;
const proxies = {} as Record<'resumable' | 'source' | 'target', FaultProxy>;
/** Of the clusters before any fault. */
const snapshots = {} as Record<'resumable' | 'source', SnapshotRow>;
let old: object;

beforeAll(async () => {
  edge = await startEdge({ LIFEBOAT_ANSWER_SECONDS: String(ANSWER_SECONDS) });
  [source, target] = await Promise.all([startMongo('ferretdb'), startMongo('ferretdb')]);
  resumable = await serveWire(new Map([['shop', generateShop({ bytes: 5 * MIB, documentBytes: 400, collections: 2 })]]));
  await fillSmallShop(source.uri, 4);
  for (const [name, { uri }] of Object.entries({ resumable, source, target })) {
    proxies[name as 'source'] = await FaultProxy.start(uri);
    const { projectId } = edge.first;
    await edge.services.clusters.register({ projectId, name, uri: proxies[name as 'source'].uri });
  }
  for (const name of ['resumable', 'source'] as const) {
    snapshots[name] = await take(name);
    expect(snapshots[name].failure).toBeNull();
  }
});
afterAll(async () => {
  await edge?.[Symbol.asyncDispose]();
  for (const proxy of Object.values(proxies)) await proxy.close();
  await resumable?.close();
  await Promise.all([source?.stop(), target?.stop()]);
});
beforeEach(() => {
  for (const proxy of Object.values(proxies)) proxy.clear();
});

/** Runs a job's attempts, one after the other as a worker would, until it has ended. */
async function attempts<Row extends { status: string }>(work: () => Promise<void>, row: () => Promise<Row | null>): Promise<Row> {
  for (;;) {
    await work().catch((error) => {
      if (!(error instanceof RetryLater)) throw error;
    });
    const found = (await row())!;
    if (found.status === 'COMPLETED' || found.status === 'FAILED') return found;
  }
}

async function take(cluster: string): Promise<SnapshotRow> {
  const { id } = await edge.services.snapshots.take(edge.first.projectId, cluster);
  return attempts(
    () => takeSnapshot(edge.parts, id, NEVER),
    () => findSnapshot(edge.parts.db, id),
  );
}

async function restore(snapshotId: string): Promise<RestoreRow> {
  const { projectId } = edge.first;
  const { id } = await edge.services.restores.start({
    projectId,
    clusterName: 'source',
    snapshotId,
    targetClusterName: 'target',
    safetySnapshot: 'never',
  });
  return attempts(
    () => runRestore(edge.parts, id, NEVER),
    () => findRestore(edge.parts.db, id),
  );
}

/** What a snapshot holds, by the digests of its collections. */
async function digestsOf(snapshot: SnapshotRow): Promise<object[]> {
  const { root } = await edge.parts.vault.readSnapshot(snapshot.id);
  return root.collections.map(({ database, name, totals }) => ({ database, name, digest: totals.digest }));
}

const REASON = /^(MongoDB|The|A|source|target)\b.{10,}/;

const READING: Record<string, Fault> = {
  'breaks at every other getMore': { command: 'getMore', nth: 2, every: true, act: 'reset' },
  'breaks with the answer to every third getMore': { command: 'getMore', nth: 3, every: true, act: 'reset', carriedOut: true },
  'breaks altogether, monitor and all, after each megabyte and a half': {
    bytes: 1.5 * MIB,
    direction: 'to client',
    every: true,
    act: 'cut',
  },
  'has lost the cursor at every other getMore': { command: 'getMore', nth: 2, every: true, act: CURSOR_NOT_FOUND },
  'is no primary any more at every third getMore': { command: 'getMore', nth: 3, every: true, act: NOT_PRIMARY },
  'stands still in the middle of an answer': { bytes: MIB, direction: 'to client', act: 'stall' },
};

describe('a snapshot while its source', () => {
  it.each(
    casesOf(READING, [
      'breaks at every other getMore',
      'has lost the cursor at every other getMore',
      'stands still in the middle of an answer',
    ]),
  )('%s is COMPLETED, and every document is in it once', async (_, fault) => {
    const injected = proxies.resumable.inject(fault);
    const taken = await take('resumable');
    expect(injected.times).toBeGreaterThan(0);
    expect(taken.failure).toBeNull();
    expect(await digestsOf(taken)).toEqual(await digestsOf(snapshots.resumable));
    reportFaults('breaks of the line to a source', { injected: injected.times });
  });

  it('is far away and slow is COMPLETED, and every document is in it once', async () => {
    Object.assign(proxies.resumable.line, { latency: 10, bytesPerSecond: 10 * MIB });
    const taken = await take('resumable');
    expect(taken.failure).toBeNull();
    expect(await digestsOf(taken)).toEqual(await digestsOf(snapshots.resumable));
  });

  it('cannot read on, and loses a cursor once is COMPLETED by the next attempt', async () => {
    proxies.source.inject({ command: 'getMore', nth: 3, act: CURSOR_NOT_FOUND });
    const taken = await take('source');
    expect(taken).toMatchObject({ status: 'COMPLETED', attempt: 2 });
    expect(await digestsOf(taken)).toEqual(await digestsOf(snapshots.source));
  });

  it('cannot read on, and breaks again and again is FAILED, and says why', async () => {
    proxies.source.inject({ command: 'getMore', nth: 2, every: true, act: 'reset' });
    const taken = await take('source');
    expect(taken).toMatchObject({ status: 'FAILED', failure: { message: expect.stringMatching(REASON) } });
    expect(await edge.parts.vault.hasSnapshot(taken.id)).toBe(false);
    reportFaults('breaks of the line to a source', { injected: taken.attempt });
  });

  it('is killed and started again is COMPLETED by the next attempt', async () => {
    const reading = proxies.source.holdAt({ command: 'getMore', nth: 2, carriedOut: false });
    const taking = take('source');
    await reading;
    await source.kill();
    await source.restart();
    const taken = await taking;
    expect(taken.failure).toBeNull();
    expect(await digestsOf(taken)).toEqual(await digestsOf(snapshots.source));
    reportFaults('kills of MongoDB', { injected: 1 });
  });
});

const WRITING: Record<string, Fault> = {
  'breaks at every third insert': { command: 'insert', nth: 3, every: true, act: 'reset' },
  'breaks with the answer to an insert': { command: 'insert', nth: 2, act: 'reset', carriedOut: true },
  'breaks in the middle of a message after half a megabyte': { bytes: MIB / 2, act: 'reset' },
  'breaks altogether, monitor and all, with the answer to an insert': { command: 'insert', nth: 3, act: 'cut', carriedOut: true },
  'is no primary any more at every third insert': { command: 'insert', nth: 3, every: true, act: NOT_PRIMARY },
  'stands still at an insert': { command: 'insert', nth: 2, act: 'stall' },
  'breaks at an index that it builds': { command: 'createIndexes', act: 'reset', carriedOut: true },
  'breaks with the answer to a rename': { command: 'renameCollection', nth: 2, act: 'reset', carriedOut: true },
  'is no primary any more at every third rename': { command: 'renameCollection', nth: 3, every: true, act: NOT_PRIMARY },
  'stands still at a rename': { command: 'renameCollection', nth: 2, act: 'stall' },
  'breaks with the answer to a drop': { command: 'drop', nth: 2, act: 'reset', carriedOut: true },
};

describe('a restore while its target', () => {
  beforeEach(async () => {
    const client = new MongoClient(target.uri);
    for (const name of ['shop', 'warehouse', 'attic']) await client.db(name).dropDatabase();
    await client.close();
    await fillOldData(target.uri);
    old = await contentsOf(target.uri);
  });

  async function expectWhole(job: RestoreRow): Promise<void> {
    // One or the other as a whole, and nothing of Lifeboat's own is left.
    expect(await contentsOf(target.uri)).toEqual(job.status === 'COMPLETED' ? await contentsOf(source.uri) : old);
    if (job.status === 'FAILED') expect(job.failure?.message).toMatch(REASON);
  }

  it.each(
    casesOf(WRITING, [
      'breaks with the answer to an insert',
      'is no primary any more at every third insert',
      'stands still at an insert',
      'breaks at an index that it builds',
      'breaks with the answer to a rename',
    ]),
  )('%s is COMPLETED, and the target equals the snapshot', async (_, fault) => {
    const injected = proxies.target.inject(fault);
    const job = await restore(snapshots.source.id);
    expect(injected.times).toBeGreaterThan(0);
    expect(job.failure).toBeNull();
    await expectWhole(job);
    reportFaults('breaks of the line to a target', { injected: injected.times });
  });

  it('is killed in the middle of the load and started again is COMPLETED or FAILED as a whole', async () => {
    const loading = proxies.target.holdAt({ command: 'insert', nth: 3, carriedOut: true });
    const restoring = restore(snapshots.source.id);
    await loading;
    await target.kill();
    await target.restart();
    await expectWhole(await restoring);
    reportFaults('kills of MongoDB', { injected: 1 });
  });

  it('is killed while it makes a collection does not keep the half that it made', async () => {
    const unanswered = proxies.target.inject({ command: 'create', every: true, act: 'stall', carriedOut: true });
    const restoring = restore(snapshots.source.id);
    await unanswered.first;
    await pause(SECOND / 2);
    await target.kill();
    expect(loseIdIndexes(target.folder)).toBeGreaterThan(0);
    unanswered.remove();
    await target.restart();
    const job = await restoring;
    expect(job.failure).toBeNull();
    await expectWhole(job);
    reportFaults('kills of MongoDB', { injected: 1 });
  });
});

/** FerretDB 1.24 makes a collection in two steps, the index on `_id` in the second: its stagings become what a kill between the two leaves of them. */
function loseIdIndexes(folder: string): number {
  let lost = 0;
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.sqlite'))) {
    using database = new DatabaseSync(join(folder, file));
    const halve = "UPDATE _ferretdb_collections SET settings = json_set(settings, '$.indexes', json('[]')) WHERE name LIKE 'lb_s_%'";
    lost += Number(database.prepare(halve).run().changes);
  }
  return lost;
}
