import { execFileSync } from 'node:child_process';
import { createServer } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Identity, Lifeboat } from '../kit/lifeboat.ts';
import { type MongoServer, startMongo } from '../kit/mongo.ts';
import { fillSmallShop } from '../kit/small-shop.ts';

const NOBODY = '5cc9b501e5dc7c8ab1e45d65';

let source: MongoServer;
let gone: MongoServer;
let lifeboat: Lifeboat;
let identity: Identity;
let snapshotId: string;

beforeAll(async () => {
  [source, gone] = await Promise.all([startMongo('ferretdb'), startMongo('ferretdb')]);
  await fillSmallShop(source.uri);
  lifeboat = await Lifeboat.create();
  identity = await lifeboat.init();
  await lifeboat.serve();
  await lifeboat.json('clusters', 'add', 'shop', '--uri', source.uri);
  await lifeboat.json('clusters', 'add', 'gone', '--uri', gone.uri);
  await lifeboat.json('clusters', 'add', 'big', '--uri', source.uri, '--tier', 'M10');
  snapshotId = (await lifeboat.json<{ id: string }>('snapshots', 'take', 'shop', '--wait')).id;
  await gone.kill();
});

afterAll(async () => {
  await lifeboat?.remove();
  await Promise.all([source?.stop(), gone?.stop()]);
});

/** `METHOD path`, answered by the status and the error code. */
async function ask(
  method: string,
  path: string,
  body?: string,
  user = `${identity.publicKey}:${identity.privateKey}`,
): Promise<[number, string]> {
  const words = ['-s', '--digest', '--user', user, '-X', method, '-w', '\n%{http_code}', `${lifeboat.url}/api/atlas/v1.0${path}`];
  if (body !== undefined) words.push('-H', 'Content-Type: application/json', '--data-binary', '@-');
  const lines = execFileSync('curl', words, { input: body, maxBuffer: 1 << 24 })
    .toString()
    .split('\n');
  const status = Number(lines.pop());
  const answer = JSON.parse(lines.join('\n') || '{}');
  if (status >= 400)
    expect(answer).toMatchObject({ error: status, reason: expect.any(String), detail: expect.stringMatching(/\S\.$|\S$/) });
  return [status, answer.errorCode];
}

describe('the API', () => {
  it.each<[string, string, string | undefined, number, string]>([
    ['GET', '/groups/GROUP/clusters/none/backup/tenant/restores', undefined, 404, 'CLUSTER_NOT_FOUND'],
    ['GET', `/groups/${NOBODY}/clusters/shop/backup/tenant/restores`, undefined, 401, 'NOT_IN_GROUP'],
    ['GET', '/groups/xyz/clusters/shop/backup/tenant/restores', undefined, 404, 'INVALID_GROUP_ID'],
    ['GET', `/groups/GROUP/clusters/shop/backup/tenant/restores/${NOBODY}`, undefined, 404, 'TENANT_RESTORE_NOT_FOUND'],
    ['GET', '/groups/GROUP/clusters/shop/backup/tenant/restores/xyz', undefined, 404, 'INVALID_JOB_ID'],
    ['GET', `/groups/GROUP/clusters/shop/backup/tenant/snapshots/${NOBODY}`, undefined, 404, 'TENANT_SNAPSHOT_NOT_FOUND'],
    ['GET', '/groups/GROUP/clusters/shop/backup/tenant/snapshots/xyz', undefined, 404, 'INVALID_SNAPSHOT_ID'],
    ['GET', '/groups/GROUP/clusters/shop/backup/tenant/snapshots?itemsPerPage=501', undefined, 400, 'INVALID_QUERY_PARAMETER'],
    ['GET', '/groups/GROUP/clusters/big/backup/tenant/snapshots', undefined, 400, 'INCORRECT_BACKUP_API_ENDPOINT'],
    ['GET', '/groups/GROUP/nothing', undefined, 404, 'RESOURCE_NOT_FOUND'],
    ['DELETE', '/groups/GROUP/clusters/shop/backup/tenant/restores', undefined, 405, 'METHOD_NOT_ALLOWED'],
    ['POST', '/groups/GROUP/clusters/shop/backup/tenant/restore', '{', 400, 'MALFORMED_JSON'],
    ['POST', '/groups/GROUP/clusters/shop/backup/tenant/restore', '[]', 400, 'INVALID_JSON'],
    ['POST', '/groups/GROUP/clusters/shop/backup/tenant/restore', '{}', 400, 'MISSING_ATTRIBUTE'],
    ['POST', '/groups/GROUP/clusters/shop/backup/tenant/restore', '{"snapshotId":7}', 400, 'INVALID_JSON_ATTRIBUTE'],
    ['POST', '/groups/GROUP/clusters/shop/backup/tenant/restore', '{"surprise":1}', 400, 'INVALID_ATTRIBUTE'],
    [
      'POST',
      '/groups/GROUP/clusters/shop/backup/tenant/restore',
      '{"snapshotId":"SNAPSHOT","targetDeploymentItemName":"none"}',
      404,
      'CLUSTER_NOT_FOUND',
    ],
    [
      'POST',
      '/groups/GROUP/clusters/shop/backup/tenant/restore',
      '{"snapshotId":"SNAPSHOT","targetDeploymentItemName":"gone"}',
      400,
      'TENANT_RESTORE_DESTINATION_UNAVAILABLE',
    ],
    ['POST', '/groups/GROUP/clusters/shop/backup/tenant/download', `{"snapshotId":"${NOBODY}"}`, 404, 'TENANT_SNAPSHOT_NOT_FOUND'],
  ])('%s %s %s is %i %s', async (method, path, body, status, code) => {
    const fill = (text: string) => text.replace('GROUP', identity.projectId).replace('SNAPSHOT', snapshotId);
    expect(await ask(method, fill(path), body && fill(body))).toEqual([status, code]);
  });

  it('answers a wrong private key, an unknown key and no key alike: 401', async () => {
    const path = `/groups/${identity.projectId}/clusters/shop/backup/tenant/restores`;
    expect(await ask('GET', path, undefined, `${identity.publicKey}:wrong`)).toEqual([401, 'UNEXPECTED_ERROR']);
    expect(await ask('GET', path, undefined, 'nobodyxx:wrong')).toEqual([401, 'UNEXPECTED_ERROR']);
    expect((await fetch(`${lifeboat.url}/api/atlas/v1.0${path}`)).status).toBe(401);
  });

  it('refuses a body of more than 256 KiB with 413', async () => {
    const path = `/groups/${identity.projectId}/clusters/shop/backup/tenant/restore`;
    expect(await ask('POST', path, JSON.stringify({ snapshotId: 'x'.repeat(300_000) }))).toEqual([413, 'REQUEST_TOO_LARGE']);
  });

  it('refuses a second restore into a deployment that is being restored, under whichever name: 409', async () => {
    await lifeboat.json('clusters', 'add', 'also-shop', '--uri', source.uri);
    const body = (name: string) => JSON.stringify({ snapshotId, targetDeploymentItemName: name });
    const path = `/groups/${identity.projectId}/clusters/shop/backup/tenant/restore`;
    expect(await ask('POST', path, body('shop'))).toEqual([200, undefined]);
    expect(await ask('POST', path, body('also-shop'))).toEqual([409, 'ATLAS_CLUSTER_RESTORE_IN_PROGRESS']);
  });
});

describe('the command line', () => {
  it.each<[string[], number, RegExp]>([
    [['init'], 1, /already set up; nothing was changed/],
    [['clusters', 'add', 'x', '--uri', 'postgres://user:secret@host/'], 1, /connection string is not usable: it must begin with mongodb:/],
    [['clusters', 'add', 'bad name', '--uri', 'mongodb://127.0.0.1:1/'], 1, /letters, digits and dashes/],
    [['clusters', 'add', 'x', '--uri', 'mongodb://127.0.0.1:1/'], 1, /cannot be reached/],
    [['clusters', 'add'], 2, /missing required argument|required option/],
    [['snapshots', 'take', 'none'], 1, /No cluster named none/],
    [['restores', 'start', 'shop', '--snapshot', 'xyz', '--target', 'shop'], 1, /invalid snapshot ID xyz/],
    [['surprise'], 2, /unknown command/],
    [['serve'], 1, /Another Lifeboat \(process \d+\) already uses the data folder/],
  ])('lifeboat %j ends with %i and one clear sentence', async (words, code, sentence) => {
    const result = await lifeboat.run(...words);
    expect(result.code, result.stderr).toBe(code);
    expect(result.stderr).toMatch(sentence);
    expect(result.stderr).not.toMatch(/secret|at file:|node:internal/);
  });

  it('says that a port is in use, and by which setting it is changed', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => taken.once('listening', resolve));
    const { port } = taken.address() as { port: number };
    const other = await Lifeboat.create({ LIFEBOAT_LISTEN: `127.0.0.1:${port}` });
    const { code, stderr } = await other.run('serve');
    taken.close();
    await other.remove();
    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining(`The address 127.0.0.1:${port} is in use by another program. Set LIFEBOAT_LISTEN`),
    ]);
  });

  it('fails with usage (2) on a setting that makes no sense', async () => {
    const other = await Lifeboat.create({ LIFEBOAT_LISTEN: 'nonsense' });
    expect(await other.run('serve')).toMatchObject({ code: 2, stderr: expect.stringContaining('LIFEBOAT_LISTEN') });
    await other.remove();
  });
});
