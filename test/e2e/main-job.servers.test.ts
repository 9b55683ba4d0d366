import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { goTool } from '../../scripts/build-tools.ts';
import { contentsOf } from '../kit/contents.ts';
import { type Identity, Lifeboat } from '../kit/lifeboat.ts';
import { type MongoServer, startMongo } from '../kit/mongo.ts';
import { fillOldData, fillSmallShop } from '../kit/small-shop.ts';

interface Job {
  id: string;
  status: string;
  failure?: { code: string; message: string };
  verification?: { documents: number; removed: string[] };
}

let source: MongoServer;
let target: MongoServer;
let third: MongoServer;
let lifeboat: Lifeboat;
let identity: Identity;
let snapshot: Job & { consistency: string; documents: number; newBytes: number };
let folder: string;
/** One of the snapshot's. */
let chunk: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lifeboat-main-job-'));
  [source, target, third] = await Promise.all([startMongo('ferretdb'), startMongo('ferretdb'), startMongo('ferretdb')]);
  await fillSmallShop(source.uri);
  await fillOldData(target.uri);
  lifeboat = await Lifeboat.create();
  identity = await lifeboat.init();
  await lifeboat.serve();
  await lifeboat.json('clusters', 'add', 'shop', '--uri', source.uri);
  await lifeboat.json('clusters', 'add', 'copy', '--uri', target.uri);
});

afterAll(async () => {
  await lifeboat?.remove();
  await Promise.all([source?.stop(), target?.stop(), third?.stop()]);
  rmSync(folder, { recursive: true, force: true });
});

describe('the main job', () => {
  it('takes a snapshot of a live deployment and says how consistent it is', async () => {
    snapshot = await lifeboat.json('snapshots', 'take', 'shop', '--wait');
    expect(snapshot).toMatchObject({ status: 'COMPLETED', documents: 2800, collections: 4, consistency: 'quiesced' });
    expect(await lifeboat.json('snapshots', 'list', 'shop')).toMatchObject([{ id: snapshot.id, status: 'COMPLETED' }]);
    // While the vault holds nothing else: safety snapshots add chunks of their own.
    const stored = await readdir(join(lifeboat.folder, 'data', 'vault'), { recursive: true });
    chunk = stored.find((name) => /^chunks\/.*[0-9a-f]{32}/.test(name))!;
  });

  it('stores nothing new when nothing has changed', async () => {
    const again = await lifeboat.json<typeof snapshot>('snapshots', 'take', 'shop', '--wait');
    expect(again).toMatchObject({ status: 'COMPLETED', newBytes: 0 });
    const vault = await lifeboat.json<{ snapshots: number; ratio: number }>('vault', 'status');
    expect(vault).toMatchObject({ snapshots: 2, ratio: expect.any(Number) });
  });

  it('restores it into a second deployment: same bytes, same indexes, same options, and nothing else is left', async () => {
    const job = await lifeboat.json<Job>('restores', 'start', 'shop', '--snapshot', snapshot.id, '--target', 'copy', '--wait');
    expect(job).toMatchObject({ status: 'COMPLETED', verification: { documents: 2800 } });
    expect(job.verification!.removed.sort()).toEqual(['attic.gone', 'shop.gone']);
    expect(await contentsOf(target.uri)).toEqual(await contentsOf(source.uri));
  });

  it('restores one collection under another name and leaves the rest alone', async () => {
    const before = await contentsOf(target.uri);
    const job = await lifeboat.json<Job>(
      ...['restores', 'start', 'shop', '--snapshot', snapshot.id, '--target', 'copy', '--wait'],
      ...['--ns-include', 'warehouse.*', '--ns-from', 'warehouse.*', '--ns-to', 'recovered.*'],
    );
    expect(job.status).toBe('COMPLETED');
    const after = await contentsOf(target.uri);
    expect(after['recovered.stock']?.sha256).toBe(before['warehouse.stock']?.sha256);
    expect(Object.keys(after).sort()).toEqual([...Object.keys(before), 'recovered.stock'].sort());
  });

  it('hands out an archive that GNU tar unpacks and mongorestore loads, with the same bytes and indexes', async () => {
    const file = join(folder, 'shop.tar.gz');
    await lifeboat.json('snapshots', 'download', 'shop', snapshot.id, '--out', file);
    execFileSync('tar', ['xzf', file, '-C', folder]);
    const [root] = (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isDirectory());
    const mongorestore = await goTool('mongorestore');
    // Its createIndexes sends `ns`, which FerretDB refuses: the indexes are compared by the metadata files.
    execFileSync(mongorestore, ['--uri', third.uri, '--noIndexRestore', '--quiet', join(folder, root!.name)]);
    const [ours, theirs] = [await contentsOf(source.uri), await contentsOf(third.uri)];
    expect(Object.keys(theirs)).toEqual(Object.keys(ours));
    for (const [namespace, { sha256 }] of Object.entries(ours)) expect(theirs[namespace]?.sha256, namespace).toBe(sha256);
    const metadata = JSON.parse(readFileSync(join(folder, root!.name, 'shop', 'orders.metadata.json'), 'utf8'));
    expect(metadata.indexes.map((index: { name: string }) => index.name).sort()).toEqual(['_id_', 'by number', 'text_1_n_-1']);
  });

  it('resumes a download that was cut at any byte to the same whole', async () => {
    const whole = readFileSync(join(folder, 'shop.tar.gz'));
    const sha256 = createHash('sha256').update(whole).digest('hex');
    for (const cut of [1, 511, 513, Math.floor(whole.length / 3), Math.floor(whole.length / 2) + 7, whole.length - 1]) {
      const url = await downloadUrl();
      const etag = (await fetch(url, { method: 'HEAD' })).headers.get('etag')!;
      const rest = await fetch(url, { headers: { range: `bytes=${cut}-`, 'if-range': etag } });
      expect(rest.status).toBe(206);
      const joined = Buffer.concat([whole.subarray(0, cut), Buffer.from(await rest.arrayBuffer())]);
      expect(createHash('sha256').update(joined).digest('hex')).toBe(sha256);
    }
  });

  it('never logs the token of a download', () => {
    expect(lifeboat.log).toContain('/api/lifeboat/v1/downloads/:jobId');
    for (const token of tokens) expect(lifeboat.log).not.toContain(token);
  });

  it('tells by its events what became of it, and who asked', async () => {
    const words = ['-s', '--digest', '--user', `${identity.publicKey}:${identity.privateKey}`];
    const url = `${lifeboat.url}/api/atlas/v1.0/groups/${identity.projectId}/events`;
    const { results } = JSON.parse(execFileSync('curl', [...words, url]).toString()) as { results: Record<string, string>[] };
    const told = results.toReversed().map((event) => event.eventTypeName);
    expect(told.slice(0, 4)).toEqual([
      'CLUSTER_CREATED',
      'CLUSTER_CREATED',
      'TENANT_SNAPSHOT_STARTED_AUDIT',
      'TENANT_SNAPSHOT_COMPLETED_AUDIT',
    ]);
    const asked = told.indexOf('TENANT_RESTORE_REQUESTED_AUDIT');
    expect(told.indexOf('TENANT_RESTORE_COMPLETED_AUDIT')).toBeGreaterThan(asked);
    expect(told).toContain('TENANT_SNAPSHOT_DOWNLOAD_REQUESTED_AUDIT');
    const request = results.find((event) => event.eventTypeName === 'TENANT_RESTORE_REQUESTED_AUDIT');
    expect(request).toMatchObject({ publicKey: identity.publicKey, remoteAddress: '127.0.0.1', groupId: identity.projectId });
  });

  it('finds a flipped byte with verify (exit code 1), and refuses to restore it before the target is touched', async () => {
    expect((await lifeboat.run('verify')).code).toBe(0);
    const path = join(lifeboat.folder, 'data', 'vault', chunk);
    const bytes = await readFile(path);
    const broken = Buffer.from(bytes);
    broken[Math.floor(bytes.length / 2)]! ^= 1;
    await writeFile(path, broken);
    const before = await contentsOf(target.uri);
    const report = await lifeboat.run('verify', '--json');
    expect(report.code).toBe(1);
    expect(JSON.parse(report.stdout).damaged).toMatchObject([{ object: chunk }]);
    // The snapshot that is taken first where a restore replaces anything would have mended it: the target holds the same documents.
    const start = ['restores', 'start', 'shop', '--snapshot', snapshot.id, '--target', 'copy', '--no-safety-snapshot', '--wait', '--json'];
    const { code, stdout } = await lifeboat.run(...start);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ status: 'FAILED', failure: { code: 'object-damaged' } });
    expect(await contentsOf(target.uri)).toEqual(before);
    await rm(path);
    const refused = await lifeboat.run(...start);
    const failure = { code: 'snapshot-damaged', message: expect.stringContaining(chunk) };
    expect(JSON.parse(refused.stdout)).toMatchObject({ status: 'FAILED', failure });
  });

  it('reads again with repair what the deployment still has, and the snapshot is whole', async () => {
    const { repaired } = await lifeboat.json<{ repaired: string[] }>('repair');
    expect(repaired).toContain(snapshot.id);
    expect((await lifeboat.run('verify')).code).toBe(0);
    expect(await lifeboat.json('repair')).toMatchObject({ ok: true, found: { damaged: [], missing: [] }, repaired: [] });
  });
});

const tokens: string[] = [];

async function downloadUrl(): Promise<string> {
  const { stdout } = {
    stdout: execFileSync('curl', [
      ...['-s', '--digest', '--user', `${identity.publicKey}:${identity.privateKey}`, '-H', 'Content-Type: application/json'],
      ...['-d', JSON.stringify({ snapshotId: snapshot.id })],
      `${lifeboat.url}/api/atlas/v1.0/groups/${identity.projectId}/clusters/shop/backup/tenant/download`,
    ]).toString(),
  };
  const { snapshotUrl } = JSON.parse(stdout);
  tokens.push(snapshotUrl.split('/').at(-2));
  return snapshotUrl;
}
