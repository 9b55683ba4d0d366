import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { goTool, pythonWith } from '../../scripts/build-tools.ts';
import { type Identity, Lifeboat } from '../kit/lifeboat.ts';
import { type MongoServer, startMongo } from '../kit/mongo.ts';
import { fillSmallShop } from '../kit/small-shop.ts';

/** What each client prints: the answers of the six routes, and the SHA-256 of the archive it fetched. */
interface Answers {
  snapshots: { results: { id: string }[]; totalCount: number; links: unknown[] };
  snapshot: Record<string, string>;
  created: Record<string, string>;
  restore: Record<string, string>;
  restores: { results: { id: string }[]; totalCount: number };
  download: Record<string, string>;
  archiveSha256: string;
}

const run = promisify(execFile);
const DATE = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

let source: MongoServer;
let target: MongoServer;
let lifeboat: Lifeboat;
let identity: Identity;
let environment: NodeJS.ProcessEnv;
let snapshotId: string;

beforeAll(async () => {
  [source, target] = await Promise.all([startMongo('ferretdb'), startMongo('ferretdb')]);
  await fillSmallShop(source.uri);
  lifeboat = await Lifeboat.create();
  identity = await lifeboat.init();
  await lifeboat.serve();
  await lifeboat.json('clusters', 'add', 'shop', '--uri', source.uri);
  await lifeboat.json('clusters', 'add', 'copy', '--uri', target.uri);
  snapshotId = (await lifeboat.json<{ id: string }>('snapshots', 'take', 'shop', '--wait')).id;
  environment = {
    ...process.env,
    BASE: lifeboat.url,
    PUBLIC_KEY: identity.publicKey,
    PRIVATE_KEY: identity.privateKey,
    GROUP: identity.projectId,
    CLUSTER: 'shop',
    SNAPSHOT: snapshotId,
    TARGET: 'copy',
  };
});

afterAll(async () => {
  await lifeboat?.remove();
  await Promise.all([source?.stop(), target?.stop()]);
});

async function expectAtlasAnswers(answers: Answers): Promise<void> {
  const ids = { projectId: identity.projectId, targetProjectId: identity.projectId, snapshotId };
  expect(answers.snapshots.results.map(({ id }) => id)).toContain(snapshotId);
  expect(answers.snapshots).toMatchObject({ totalCount: 1 });
  expect(answers.snapshot).toMatchObject({ id: snapshotId, status: 'COMPLETED', mongoDBVersion: expect.stringMatching(/^\d+\.\d+\.\d+$/) });
  expect(answers.created).toMatchObject({
    ...ids,
    clusterName: 'shop',
    deliveryType: 'RESTORE',
    status: 'PENDING',
    targetDeploymentItemName: 'copy',
  });
  expect(answers.created).not.toHaveProperty('finishedDate');
  expect(answers.created).not.toHaveProperty('snapshotUrl');
  const { restore } = answers;
  expect(restore).toMatchObject({ id: answers.created.id, status: 'COMPLETED', restoreFinishedDate: expect.stringMatching(DATE) });
  expect(restore.finishedDate).toBe(restore.restoreFinishedDate);
  expect(restore.submittedAt).toBe(restore.restoreScheduledDate);
  expect(restore.timestamp).toBe(restore.snapshotFinishedDate);
  expect(Date.parse(restore.expirationDate!) - Date.parse(restore.restoreScheduledDate!)).toBe(4 * 3600 * 1000);
  expect(Number.parseInt(restore.id!.slice(0, 8), 16)).toBe(Date.parse(restore.restoreScheduledDate!) / 1000);
  expect(answers.download).toMatchObject({ ...ids, deliveryType: 'DOWNLOAD', status: 'COMPLETED', targetDeploymentItemName: 'shop' });
  expect(answers.download.snapshotUrl).toMatch(new RegExp(`^${lifeboat.url}/`));
  expect(answers.restores.results[0]!.id).toBe(answers.download.id);
  expect(answers.restores.results.map(({ id }) => id)).toContain(restore.id);
  const archive = Buffer.from(await (await fetch(answers.download.snapshotUrl!)).arrayBuffer());
  expect(answers.archiveSha256).toBe(createHash('sha256').update(archive).digest('hex'));
}

describe('a client that is not ours covers all six routes', () => {
  it('Python requests with HTTPDigestAuth', async () => {
    const python = await pythonWith('requests');
    const { stdout } = await run(python, [resolve(import.meta.dirname, 'requests/six_routes.py')], { env: environment });
    await expectAtlasAnswers(JSON.parse(stdout));
  });

  it("Go with MongoDB's own digest transport", async () => {
    const { stdout } = await run(await goTool('go-digest'), [], { env: environment });
    await expectAtlasAnswers(JSON.parse(stdout));
  });

  it('curl --digest', async () => {
    const base = `${lifeboat.url}/api/atlas/v1.0/groups/${identity.projectId}/clusters/shop/backup/tenant`;
    const curl = async (path: string, body?: object) => {
      const words = [
        '-sS',
        '--fail',
        '--digest',
        '--user',
        `${identity.publicKey}:${identity.privateKey}`,
        '-H',
        'Accept: application/json',
      ];
      if (body) words.push('-H', 'Content-Type: application/json', '-d', JSON.stringify(body));
      return JSON.parse((await run('curl', [...words, base + path])).stdout);
    };
    const snapshots = await curl('/snapshots');
    const snapshot = await curl(`/snapshots/${snapshotId}`);
    const created = await curl('/restore', { snapshotId, targetDeploymentItemName: 'copy', targetProjectId: identity.projectId });
    let restore = created;
    while (!['COMPLETED', 'FAILED'].includes(restore.status)) restore = await curl(`/restores/${created.id}`);
    const download = await curl('/download', { snapshotId });
    const restores = await curl('/restores');
    const { stdout } = await run('sh', ['-c', `curl -sS --fail "$0" | sha256sum`, download.snapshotUrl]);
    await expectAtlasAnswers({ snapshots, snapshot, created, restore, restores, download, archiveSha256: stdout.split(' ')[0]! });
  });
});
