import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { S3Blobs } from '../../src/vault/s3-blobs.ts';
import { contentsOf } from '../kit/contents.ts';
import { FaultProxy } from '../kit/fault-proxy.ts';
import { type Identity, Lifeboat } from '../kit/lifeboat.ts';
import { type MongoServer, startOwnMongo } from '../kit/mongo.ts';
import { accessOf, placeOf, type S3Server, startS3 } from '../kit/s3.ts';
import { fillOldData, fillSmallShop } from '../kit/small-shop.ts';
import { keysOf, noise } from '../kit/vaults.ts';

/** The main job once more, with the vault in S3: what differs from a disk, and that nothing else does. */

interface Job {
  id: string;
  status: string;
  newBytes: number;
  failure?: { code: string; message: string };
}

let source: MongoServer;
let target: MongoServer;
let server: S3Server;
/** Between Lifeboat and the server, where that is our own. */
let line: FaultProxy | null = null;
let store: string;
/** The store, past the line. */
let blobs: S3Blobs;
let lifeboat: Lifeboat;
let identity: Identity;
let snapshot: Job;
/** The snapshot's, all of which the deployment still has. */
let chunks: string[];

beforeAll(async () => {
  [source, target, server] = await Promise.all([startOwnMongo('ferretdb'), startOwnMongo('ferretdb'), startS3()]);
  await fillSmallShop(source.uri);
  await fillOldData(target.uri);
  line = server.own && (await FaultProxy.start(server.own.port, 'bytes'));
  store = server.newStore(line?.port);
  blobs = await S3Blobs.open({ ...placeOf(server.newStore()), prefix: placeOf(store).prefix }, accessOf(server));
  lifeboat = await Lifeboat.create({ LIFEBOAT_STORE: store, LIFEBOAT_WORKERS: '1', ...server.environment });
  identity = await lifeboat.init();
  await lifeboat.serve();
  await lifeboat.json('clusters', 'add', 'shop', '--uri', source.uri);
  await lifeboat.json('clusters', 'add', 'copy', '--uri', target.uri);
});

afterAll(async () => {
  await lifeboat?.remove();
  await line?.close();
  await Promise.all([source?.stop(), target?.stop(), server?.stop()]);
});

describe('a vault in S3', () => {
  it('takes a snapshot, and stores nothing new where nothing has changed', async () => {
    snapshot = await lifeboat.json<Job>('snapshots', 'take', 'shop', '--wait');
    expect(snapshot).toMatchObject({ status: 'COMPLETED', documents: 2800 });
    chunks = await keysOf(blobs, 'chunks/');
    expect(await lifeboat.json<Job>('snapshots', 'take', 'shop', '--wait')).toMatchObject({ status: 'COMPLETED', newBytes: 0 });
    const { findings } = await lifeboat.json<{ findings: { subject: string }[] }>('doctor');
    expect(findings.find(({ subject }) => subject === 'vault')).toMatchObject({ state: 'good', finding: 'opens with this key, encrypted' });
  });

  it('restores it into another deployment', async () => {
    const job = await lifeboat.json<Job>(
      'restores',
      'start',
      'shop',
      '--snapshot',
      snapshot.id,
      '--target',
      'copy',
      '--no-safety-snapshot',
      '--wait',
    );
    expect(job.status).toBe('COMPLETED');
    expect(await contentsOf(target.uri)).toEqual(await contentsOf(source.uri));
  });

  it('hands out a download, any part of it, and an extract from the bucket and the key alone', async () => {
    const file = join(lifeboat.folder, 'shop.tar.gz');
    await lifeboat.json('snapshots', 'download', 'shop', snapshot.id, '--out', file);
    const whole = readFileSync(file);
    const url = await downloadUrl();
    const rest = await fetch(url, { headers: { range: `bytes=${whole.length - 1000}-` } });
    expect([rest.status, sha256(Buffer.from(await rest.arrayBuffer()))]).toEqual([206, sha256(whole.subarray(-1000))]);
    const { stdout } = await lifeboat.run('key', 'export');
    const keyFile = join(lifeboat.folder, 'exported.key');
    await writeFile(keyFile, stdout);
    const out = join(lifeboat.folder, 'extracted');
    const report = await lifeboat.json('extract', store, snapshot.id, '--key-file', keyFile, '--out', out);
    expect(report).toMatchObject({ ok: true, documents: 2800 });
    const elsewhere = await lifeboat.run('extract', server.newStore(), '--key-file', keyFile);
    expect([elsewhere.code, elsewhere.stderr]).toEqual([1, expect.stringContaining('holds no vault')]);
    await rm(keyFile);
  });

  it('finds damage with verify, and mends with repair what the deployment still has', async () => {
    expect(await lifeboat.json('verify')).toMatchObject({ ok: true, surplus: [] });
    const [changed, lost] = chunks;
    const bytes = await blobs.get(changed!);
    bytes[bytes.length >> 1]! ^= 1;
    await blobs.put(changed!, bytes);
    await blobs.delete(lost!);
    const report = await lifeboat.run('verify', '--json');
    expect(report.code).toBe(1);
    expect(JSON.parse(report.stdout)).toMatchObject({ damaged: [{ object: changed }], missing: [{ object: lost }] });
    expect(await lifeboat.json('repair')).toMatchObject({ ok: true });
    expect(await lifeboat.json('verify')).toMatchObject({ ok: true });
  });

  it('collects what no snapshot uses', async () => {
    await blobs.put(`chunks/aa/aa${'0'.repeat(62)}-${'0'.repeat(16)}`, Buffer.from('left by a run that failed'));
    expect(await lifeboat.json<{ deleted: number }>('gc')).toMatchObject({ deleted: 1 });
    expect(await lifeboat.json('verify')).toMatchObject({ ok: true, surplus: [] });
  });

  it('completes a snapshot while the server is away for a restart', async () => {
    if (!server.own || !line) return;
    await addNoise(source.uri);
    // In the middle of its first chunk.
    const begun = line.inject({ bytes: 500_000, act: 'cut' });
    const { id } = await lifeboat.json<Job>('snapshots', 'take', 'shop');
    await begun.first;
    await server.own.kill();
    await new Promise((resolve) => setTimeout(resolve, 1500));
    await server.own.restart();
    const ended = async () => (await lifeboat.json<Job[]>('snapshots', 'list', 'shop')).find((one) => one.id === id)!.status;
    await expect.poll(ended, { timeout: 60_000, interval: 300 }).toMatch(/COMPLETED|FAILED/);
    expect(await ended()).toBe('COMPLETED');
    expect(await lifeboat.json('verify')).toMatchObject({ ok: true });
  });

  it('opens under a new master key, and never where a vault was and none is', async () => {
    await lifeboat.stop();
    await lifeboat.json('key', 'rotate');
    expect(await lifeboat.json('verify')).toMatchObject({ ok: true });
    Object.assign(lifeboat.environment, { LIFEBOAT_STORE: server.newStore() });
    const empty = await lifeboat.run('verify');
    expect([empty.code, empty.stderr]).toEqual([1, expect.stringContaining('A vault was here')]);
    Object.assign(lifeboat.environment, { LIFEBOAT_STORE: store, AWS_SECRET_ACCESS_KEY: 'another' });
    const refused = await lifeboat.run('doctor');
    expect([refused.code, refused.stdout]).toEqual([1, expect.stringMatching(/bad {3}vault: .*SignatureDoesNotMatch/)]);
    Object.assign(lifeboat.environment, server.environment);
  });

  it('tells its credentials to no log', async () => {
    expect(lifeboat.log).toContain('listening on');
    for (const secret of Object.values(server.environment)) expect(lifeboat.log).not.toContain(secret);
  });
});

/** 3 MB that do not compress. */
async function addNoise(uri: string): Promise<void> {
  const client = new MongoClient(uri);
  const noisy = Array.from({ length: 30 }, (_, n) => ({ n, bytes: noise(n, 100_000) }));
  await client.db('later').collection('noise').insertMany(noisy);
  await client.close();
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

async function downloadUrl(): Promise<string> {
  const words = ['-s', '--digest', '--user', `${identity.publicKey}:${identity.privateKey}`, '-H', 'Content-Type: application/json'];
  const url = `${lifeboat.url}/api/atlas/v1.0/groups/${identity.projectId}/clusters/shop/backup/tenant/download`;
  return JSON.parse(execFileSync('curl', [...words, '-d', JSON.stringify({ snapshotId: snapshot.id }), url]).toString()).snapshotUrl;
}
