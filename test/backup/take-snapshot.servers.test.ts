import type { Document } from 'bson';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { restoreFromRow } from '../../src/backup/restore-rows.ts';
import { chunkIndexOf } from '../../src/backup/vault-index.ts';
import { runRestore } from '../../src/backup/work/run-restore.ts';
import { takeSnapshot } from '../../src/backup/work/take-snapshot.ts';
import { leasedSnapshots } from '../../src/db/leases.ts';
import { findRestore } from '../../src/db/restores.ts';
import { findSnapshot, type SnapshotRow } from '../../src/db/snapshots.ts';
import { startVaultRun } from '../../src/db/vault-runs.ts';
import { RetryLater } from '../../src/jobs/definitions.ts';
import { verifyVault } from '../../src/vault/verify.ts';
import { contentsOf } from '../kit/contents.ts';
import { type Edge, startEdge } from '../kit/edge.ts';
import { generateShop } from '../kit/wire-server/generator.ts';
import { serveWire, type WireServer } from '../kit/wire-server/server.ts';

const MIB = 1024 * 1024;
const NEVER = new AbortController().signal;

let edge: Edge;
let source: WireServer;
let target: WireServer;

beforeAll(async () => {
  edge = await startEdge();
  source = await serveWire(new Map([['shop', generateShop({ bytes: 4 * MIB, documentBytes: 250, collections: 2 })]]));
  target = await serveWire(new Map());
  const { projectId } = edge.first;
  await edge.services.clusters.register({ projectId, name: 'shop', uri: source.uri });
  await edge.services.clusters.register({ projectId, name: 'copy', uri: target.uri });
});
afterAll(async () => {
  await edge?.[Symbol.asyncDispose]();
  await source?.close();
  await target?.close();
});

async function take(cluster: string): Promise<SnapshotRow> {
  const { id } = await edge.services.snapshots.take(edge.first.projectId, cluster);
  await takeSnapshot(edge.parts, id, NEVER);
  return (await findSnapshot(edge.parts.db, id))!;
}

describe('a snapshot for which the store may have too little room', () => {
  it('is refused before anything is read where it surely does not fit, and only then', async () => {
    const { blobs } = edge.parts.vault.access;
    const free = vi.spyOn(blobs, 'freeBytes');
    const put = vi.spyOn(blobs, 'put');
    try {
      free.mockResolvedValue(1.5 * MIB);
      const refused = await take('shop');
      expect(refused).toMatchObject({ status: 'FAILED', progress: { documents: 0 } });
      expect(refused.failure).toEqual({
        code: 'store-too-small',
        message: expect.stringMatching(
          /^The store has no room for the snapshot: 1572864 bytes are free, and it takes \d+ at least \(\d+ are read\)\.$/,
        ),
        hint: expect.stringContaining('Make room, or delete snapshots and run `npx lifeboat gc`.'),
      });
      expect(put).not.toHaveBeenCalled();
      const tried = await edge.services.snapshots.take(edge.first.projectId, 'shop');
      await takeSnapshot({ ...edge.parts, roomCheck: 'warn' }, tried.id, NEVER);
      expect(await findSnapshot(edge.parts.db, tried.id)).toMatchObject({ status: 'COMPLETED' });
      free.mockResolvedValue(null);
      expect(await take('shop')).toMatchObject({ status: 'COMPLETED' });
      // The same again needs next to nothing; the log says that it would not if much had changed.
      free.mockResolvedValue(1.5 * MIB);
      expect(await take('shop')).toMatchObject({ status: 'COMPLETED', newBytes: 0 });
      expect(edge.log()).toContain('the store may have too little room for the snapshot');
    } finally {
      free.mockRestore();
      put.mockRestore();
    }
  });

  it('is not refused for a cluster that was restored from a snapshot: the vault has its data', async () => {
    const { projectId } = edge.first;
    const shop = await edge.services.clusters.get(projectId, 'shop');
    const { results } = await edge.services.snapshots.list(shop, { number: 1, size: 10 });
    const { id: snapshotId } = results.find(({ status }) => status === 'COMPLETED')!;
    const { id } = await edge.services.restores.start({ projectId, clusterName: 'shop', snapshotId, targetClusterName: 'copy' });
    await runRestore(edge.parts, id, NEVER);
    const free = vi.spyOn(edge.parts.vault.access.blobs, 'freeBytes').mockResolvedValue(1.5 * MIB);
    try {
      expect(await take('copy')).toMatchObject({ status: 'COMPLETED' });
    } finally {
      free.mockRestore();
    }
  });
});

describe('a chunk that is damaged in the store', () => {
  /** Flips a byte of one chunk of the snapshot; nothing of the vault is damaged before. */
  async function damageOne({ id }: SnapshotRow): Promise<string> {
    const { blobs } = edge.parts.vault.access;
    const { root } = await edge.parts.vault.readSnapshot(id);
    const key = root.collections[0]!.entries[0]!.object;
    const bytes = Buffer.from(await blobs.get(key));
    bytes[bytes.length >> 1]! ^= 1;
    await blobs.put(key, bytes);
    return key;
  }

  const restoreOf = async (snapshotId: string, o: object = {}) => {
    const { projectId } = edge.first;
    return edge.services.restores.start({ projectId, clusterName: 'shop', snapshotId, targetClusterName: 'copy', ...o });
  };

  async function expectMended(newest: SnapshotRow): Promise<void> {
    expect(newest).toMatchObject({ status: 'COMPLETED' });
    expect(newest.newBytes).toBeGreaterThan(0);
    expect(await verifyVault(edge.parts.vault)).toMatchObject({ damaged: [], missing: [] });
  }

  it('is written anew by the next snapshot once a restore has met it, and all snapshots are whole again', async () => {
    const before = await take('shop');
    const key = await damageOne(before);
    const { id } = await restoreOf(before.id);
    await runRestore(edge.parts, id, NEVER);
    expect(await findRestore(edge.parts.db, id)).toMatchObject({ status: 'FAILED', failure: { code: 'object-damaged' } });
    expect((await verifyVault(edge.parts.vault)).damaged).toMatchObject([{ object: key }]);
    await expectMended(await take('shop'));
    expect(await take('shop')).toMatchObject({ newBytes: 0 });
  });

  it('is remembered when a download meets it', async () => {
    const { projectId } = edge.first;
    const before = await take('shop');
    await damageOne(before);
    const job = await edge.services.restores.startDownload({ projectId, clusterName: 'shop', snapshotId: before.id });
    const [, token] = /downloads\/[0-9a-f]{24}\/([^/]+)\//.exec(edge.services.downloads.url(job)!)!;
    const { archive, release } = await edge.services.downloads.open(job.id, token!);
    await expect(Array.fromAsync(archive.read(0, archive.size))).rejects.toMatchObject({ code: 'object-damaged' });
    await release();
    await expectMended(await take('shop'));
  });

  it('is found by the snapshot before a restore, which reads again what it takes over', async () => {
    const before = await take('shop');
    const { id } = await restoreOf(before.id);
    await runRestore(edge.parts, id, NEVER);
    await damageOne(await take('copy'));
    const job = await restoreOf(before.id, { safetySnapshot: 'always' });
    await takeSnapshot(edge.parts, job.safetySnapshotId!, NEVER);
    await expectMended((await findSnapshot(edge.parts.db, job.safetySnapshotId!))!);
    await runRestore(edge.parts, job.id, NEVER);
    expect(await findRestore(edge.parts.db, job.id)).toMatchObject({ status: 'COMPLETED' });
  });
});

describe('an attempt at a snapshot that another one had finished but for its row', () => {
  it('tells what that one has read: its label and its moment, whatever it would have said itself (P7)', async () => {
    const { db, vault } = edge.parts;
    const { id } = await edge.services.snapshots.take(edge.first.projectId, 'shop');
    const row = (await findSnapshot(db, id))!;
    await startVaultRun(db, 'first', 'snapshot');
    const about = { snapshotId: id, projectId: row.projectId, clusterId: row.clusterId, clusterName: 'shop', topology: 'standalone' };
    const startedAt = new Date('2026-01-01T00:00:00Z');
    const first = vault.writeSnapshot({ ...about, mongodbVersion: '6.0.1', startedAt }, chunkIndexOf(db, 'first', {}));
    const finished = await first.finish({ finishedAt: new Date('2026-01-01T00:01:00Z'), consistency: 'per-collection' });
    await takeSnapshot(edge.parts, id, NEVER);
    expect(await findSnapshot(db, id)).toMatchObject({ status: 'COMPLETED', ...finished, documents: 0, mongodbVersion: '6.0.1' });
  });
});

describe('a target whose name leads elsewhere by the time', () => {
  const everything = (uri: string) => contentsOf(uri);
  const moved = async (
    work: (o: { elsewhere: WireServer; restore(o?: object): Promise<string>; move(): Promise<void> }) => Promise<void>,
  ) => {
    const { projectId } = edge.first;
    const [here, elsewhere] = [
      await serveWire(new Map()),
      await serveWire(new Map([['other', generateShop({ bytes: 1000, documentBytes: 100, collections: 1 })]])),
    ];
    try {
      const name = `moved${new URL(here.uri).port}`;
      await edge.services.clusters.register({ projectId, name, uri: here.uri });
      const { id: snapshotId } = await take('shop');
      await work({
        elsewhere,
        restore: async (o = {}) =>
          (await edge.services.restores.start({ projectId, clusterName: 'shop', snapshotId, targetClusterName: name, ...o })).id,
        move: async () =>
          void (await edge.services.clusters.change(await edge.services.clusters.get(projectId, name), {
            uri: elsewhere.uri,
            force: true,
          })),
      });
    } finally {
      await here.close();
      await elsewhere.close();
    }
  };

  it('a restore begins is left as it is: nobody has looked at it', () =>
    moved(async ({ elsewhere, restore, move }) => {
      const before = await everything(elsewhere.uri);
      const id = await restore();
      await move();
      await runRestore(edge.parts, id, NEVER);
      expect(await findRestore(edge.parts.db, id)).toMatchObject({
        status: 'FAILED',
        failure: {
          code: 'other-deployment',
          message: expect.stringMatching(/^Cluster moved\d+ is the deployment \S+, and the connection string leads to/),
        },
      });
      expect(await everything(elsewhere.uri)).toEqual(before);
    }));

  it('a restore is undone is left as it is too', () =>
    moved(async ({ restore, move }) => {
      const id = await restore({ safetySnapshot: 'always', options: { nsInclude: ['*.orders1'] } });
      const { safetySnapshotId, snapshotId } = (await findRestore(edge.parts.db, id))!;
      await takeSnapshot(edge.parts, safetySnapshotId!, NEVER);
      await runRestore(edge.parts, id, NEVER);
      expect(await findRestore(edge.parts.db, id)).toMatchObject({ status: 'COMPLETED' });
      // What it takes to undo it is kept, whatever becomes of the snapshot that was restored.
      expect(await leasedSnapshots(edge.parts.db)).toContain(snapshotId);
      const job = restoreFromRow((await findRestore(edge.parts.db, id))!);
      await move();
      await expect(edge.services.restores.undo(job)).rejects.toMatchObject({ code: 'other-deployment' });
    }));
});

describe('a connection string that is changed while a snapshot runs', () => {
  it('is what the next attempt goes by: a password that was taken away under it costs an attempt, not the snapshot', async () => {
    const { projectId } = edge.first;
    let isRotated = false;
    // What tells the two strings apart is what they say in the handshake. As a server does with a password that is none any more: whoever comes anew is refused, and an old connection ends with its next batch.
    const onCommand = ({ compression, find }: Document) => {
      if (isRotated && compression?.includes('zlib')) throw new Error('refused, as it should be');
      if (find !== 'orders1' || isRotated) return;
      isRotated = true;
      throw new Error('cut off, as it should be');
    };
    const server = await serveWire(new Map([['rotated', generateShop({ bytes: MIB, documentBytes: 250, collections: 2 })]]), {
      onCommand,
    });
    try {
      await edge.services.clusters.register({
        projectId,
        name: 'rotated',
        uri: `${server.uri}?compressors=zlib`,
      });
      const { id } = await edge.services.snapshots.take(projectId, 'rotated');
      await expect(takeSnapshot(edge.parts, id, NEVER)).rejects.toThrow(RetryLater);
      const cluster = await edge.services.clusters.get(projectId, 'rotated');
      await edge.services.clusters.change(cluster, { uri: `${server.uri}?compressors=none` });
      await takeSnapshot(edge.parts, id, NEVER);
      expect(await findSnapshot(edge.parts.db, id)).toMatchObject({ status: 'COMPLETED', failures: 1 });
    } finally {
      await server.close();
    }
  });
});
