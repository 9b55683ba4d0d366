import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Document, ObjectId, serialize } from 'bson';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { goTool } from '../../scripts/build-tools.ts';
import { runRestore } from '../../src/backup/work/run-restore.ts';
import { takeSnapshot } from '../../src/backup/work/take-snapshot.ts';
import { extractSnapshot } from '../../src/vault/extract.ts';
import { type Edge, startEdge } from '../kit/edge.ts';
import { type Collection, collectionFor, type Databases, documentAt } from '../kit/wire-server/data.ts';
import { serveWire, type WireServer } from '../kit/wire-server/server.ts';

const NEVER = new AbortController().signal;
const SERIES = { timeseries: { timeField: 'at', metaField: 'sensor', granularity: 'seconds', bucketMaxSpanSeconds: 3600 } };
const OLD = 'system.buckets.weather';

let edge: Edge;
let folder: string;

beforeAll(async () => {
  edge = await startEdge();
  folder = await mkdtemp(join(tmpdir(), 'lifeboat-time-series-'));
});
afterAll(async () => {
  await edge[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

/** A bucket as a server keeps it, uncompressed (version 1); of one type each, or with one field that is a number and then a text. */
function bucket(n: number, kind: 'plain' | 'mixed'): Document {
  const at = new Date(Date.UTC(2026, 0, 1, 0, n));
  const _id = new ObjectId(Math.floor(at.getTime() / 1000).toString(16) + n.toString(16).padStart(16, '0'));
  const high = kind === 'mixed' ? 'broken' : 21.5;
  return {
    _id,
    control: { version: 1, min: { _id, at, t: 20 }, max: { _id, at: new Date(at.getTime() + 1000), t: high } },
    meta: { id: n % 3 },
    data: { _id: { 0: _id, 1: _id }, at: { 0: at, 1: new Date(at.getTime() + 1000) }, t: { 0: 20, 1: high } },
  };
}

/** Where the buckets are on a server of this version. */
const bucketsIn = (version: string) => (version.startsWith('8.3') ? 'weather' : OLD);

function sourceOf(version: string): Databases {
  const databases: Databases = new Map();
  const made = collectionFor(databases, 'lab', 'weather', { ...SERIES, expireAfterSeconds: 1_000_000_000 });
  made.indexes = [{ v: 2, key: { sensor: 1, at: 1 }, name: 'sensor_1_at_1' }];
  if (!version.startsWith('8.3')) collectionFor(databases, 'lab', OLD, { ...SERIES, clusteredIndex: true });
  const documents = Array.from({ length: 500 }, (_, n) => serialize(bucket(n, n % 7 === 0 ? 'mixed' : 'plain')));
  collectionFor(databases, 'lab', bucketsIn(version)).add(Buffer.concat(documents));
  return databases;
}

/** The buckets byte for byte, in no order. */
function bucketsOf(databases: Databases, version: string): string[] {
  const { blocks } = databases.get('lab')!.get(bucketsIn(version)) as Collection;
  const all = blocks.flatMap((block) => Array.from({ length: block.starts.length - 1 }, (_, n) => documentAt(block, n).toString('hex')));
  return all.sort();
}

describe.each(['8.2.1', '8.3.0'])('a time series of MongoDB %s, buckets of mixed types among its own', (version) => {
  const name = `series-${version.replaceAll('.', '-')}`;
  const [source, target] = [sourceOf(version), new Map() as Databases];
  const servers: WireServer[] = [];
  let snapshotId: string;

  beforeAll(async () => {
    const { projectId } = edge.first;
    for (const [cluster, databases] of [[name, source] as const, [`${name}-target`, target] as const]) {
      const server = await serveWire(databases, { version });
      servers.push(server);
      await edge.services.clusters.register({ projectId, name: cluster, uri: server.uri });
    }
    snapshotId = (await edge.services.snapshots.take(projectId, name)).id;
    await takeSnapshot(edge.parts, snapshotId, NEVER);
  });
  afterAll(async () => {
    for (const server of servers) await server.close();
  });

  it('comes back bucket for bucket by a restore in place, with its options, its index and its age', async () => {
    const { projectId } = edge.first;
    const job = { projectId, clusterName: name, snapshotId, targetClusterName: `${name}-target`, options: { mode: 'in-place' as const } };
    const { id } = await edge.services.restores.start(job);
    await runRestore(edge.parts, id, NEVER);
    expect(await edge.services.restores.get(projectId, name, id)).toMatchObject({ status: 'COMPLETED', failure: null });
    expect(bucketsOf(target, version)).toEqual(bucketsOf(source, version));
    const restored = target.get('lab')!.get('weather')!;
    expect(restored.options).toEqual({ ...SERIES, expireAfterSeconds: 1_000_000_000 });
    expect(restored.indexes).toMatchObject([{ key: { sensor: 1, at: 1 }, name: 'sensor_1_at_1' }]);
    expect([...target.get('lab')!.keys()].sort()).toEqual([...source.get('lab')!.keys()].sort());
  });

  // The pinned mongorestore knows the format of before 8.3 alone.
  if (version !== '8.2.1') return;
  it('comes back through a dump folder and mongorestore', async () => {
    const { root } = await edge.parts.vault.readSnapshot(snapshotId);
    await extractSnapshot(edge.parts.vault.access, root, join(folder, name));
    const databases: Databases = new Map();
    const server = await serveWire(databases, { version });
    servers.push(server);
    const words = ['--uri', server.uri, '--quiet', '--noIndexRestore', join(folder, name)];
    await promisify(execFile)(await goTool('mongorestore'), words);
    expect(bucketsOf(databases, version)).toEqual(bucketsOf(source, version));
  });
});
