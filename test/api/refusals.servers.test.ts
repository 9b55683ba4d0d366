import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Edge, type EdgeAnswer, startEdge } from '../kit/edge.ts';
import { addShop, type EdgeShop } from '../kit/edge-shop.ts';

const NOBODY = '5cc9b501e5dc7c8ab1e45d65';

let edge: Edge;
let shop: EdgeShop;

beforeAll(async () => {
  edge = await startEdge();
  shop = await addShop(edge);
});
afterAll(async () => {
  await edge[Symbol.asyncDispose]();
  await shop[Symbol.asyncDispose]();
});

/** The status and the code, which body and header give alike. */
function refusalOf({ status, headers, body }: EdgeAnswer): [number, string] {
  expect(Object.keys(body)).toEqual(['detail', 'error', 'errorCode', 'parameters', 'reason']);
  expect(body).toMatchObject({ error: status, detail: expect.any(String), reason: expect.any(String), parameters: expect.any(Array) });
  expect(headers['x-error-code']).toBe(body.errorCode);
  expect(headers['content-type']).toBe('application/json');
  return [status, body.errorCode];
}

const fill = (text: string) => text.replaceAll('GROUP', edge.first.projectId).replaceAll('SNAPSHOT', shop.snapshotId);
const TENANT = '/api/atlas/v1.0/groups/GROUP/clusters/shop/backup/tenant';
const NATIVE = '/api/lifeboat/v1/projects/GROUP/clusters/shop/restoreJobs';

describe('a text that PostgreSQL could not hold', () => {
  it.each([
    ['/api/atlas/v1.0/groups/GROUP/clusters/no%00pe/backup/tenant/snapshots', 404, 'CLUSTER_NOT_FOUND'],
    ['/api/atlas/v1.0/groups/GROUP/clusters/no%20pe/backup/tenant/snapshots', 404, 'CLUSTER_NOT_FOUND'],
    ['/api/lifeboat/v1/projects/GROUP/clusters/no%00pe', 404, 'CLUSTER_NOT_FOUND'],
    ['/api/atlas/v1.0/groups/no%00pe/clusters/shop/backup/tenant/snapshots', 404, 'INVALID_GROUP_ID'],
    [`${TENANT}/snapshots/no%00pe`, 404, 'INVALID_SNAPSHOT_ID'],
    [`${TENANT}/restores/no%00pe`, 404, 'INVALID_JOB_ID'],
  ])('in %s is %i %s', async (path, status, code) => {
    expect(refusalOf(await edge.ask('GET', fill(path)))).toEqual([status, code]);
  });

  it.each([
    ['a NUL', `${TENANT}/restore`, '{"snapshotId":"SNAPSHOT","targetDeploymentItemName":"st\\u0000aging"}', 'targetDeploymentItemName'],
    ['a NUL', NATIVE, '{"snapshotId":"SNAPSHOT","targetClusterName":"copy","nsInclude":["a\\u0000b"]}', 'nsInclude'],
    ['half a surrogate pair', NATIVE, '{"snapshotId":"SNAPSHOT","targetClusterName":"copy","nsInclude":["a\\ud800"]}', 'nsInclude'],
  ])('%s in a body is INVALID_JSON_ATTRIBUTE: %s %s', async (_what, path, body, attribute) => {
    const answer = await edge.ask('POST', fill(path), { body: fill(body) });
    expect(refusalOf(answer)).toEqual([400, 'INVALID_JSON_ATTRIBUTE']);
    expect(answer.body.parameters).toEqual([attribute]);
  });

  it('is no defect: nothing is logged as unexpected', () => {
    expect(edge.log()).not.toContain('unexpectedly');
  });
});

describe('a URL that cannot be read', () => {
  const URLS = [
    '/api/atlas/v1.0/groups/%zz',
    '/api/atlas/v1.0/groups/%FF',
    `/api/atlas/v1.0/groups/${'x'.repeat(2000)}/clusters/shop/backup/tenant/snapshots`,
  ];

  it.each(URLS)('is told to strangers below /api as any other: %s', async (path) => {
    const answer = await edge.ask('GET', path, { credentials: null });
    expect([answer.status, answer.body.errorCode]).toEqual([401, 'UNEXPECTED_ERROR']);
    expect(answer.headers['www-authenticate']).toMatch(/^Digest /);
    expect(answer.headers['x-content-type-options']).toBe('nosniff');
  });

  it.each([...URLS, '/%zz', '/healthz%'])('is a resource that is not there: %s', async (path) => {
    const answer = await edge.ask('GET', path);
    expect(refusalOf(answer)).toEqual([404, 'RESOURCE_NOT_FOUND']);
    expect(answer.body.parameters).toEqual([path.slice(0, 300)]);
    expect(answer.headers['x-content-type-options']).toBe('nosniff');
  });

  it.each([`/api/lifeboat/v1/downloads/${NOBODY}/%zz/shop.tar.gz`, `/api/lifeboat/v1/downloads/${NOBODY}/${'x'.repeat(2000)}/shop.tar.gz`])(
    'below the downloads is a download that is not there, without a challenge: %s',
    async (path) => {
      expect(refusalOf(await edge.ask('GET', path, { credentials: null }))).toEqual([404, 'DOWNLOAD_NOT_FOUND']);
    },
  );
});

describe('what HTTP itself asks for', () => {
  it.each([
    ['DELETE', `${TENANT}/restores`, 'GET, HEAD'],
    ['PUT', `${TENANT}/restore`, 'POST'],
    ['GET', `${TENANT}/download`, 'POST'],
    ['DELETE', NATIVE, 'GET, HEAD, POST'],
    ['POST', '/healthz', 'GET, HEAD'],
  ])('%s %s is 405 and says what is allowed: %s', async (method, path, allow) => {
    const answer = await edge.ask(method, fill(path));
    expect(refusalOf(answer)).toEqual([405, 'METHOD_NOT_ALLOWED']);
    expect(answer.headers.allow).toBe(allow);
  });

  it('a body in an encoding is 415, which says that none is taken', async () => {
    const body = gzipSync(fill('{"snapshotId":"SNAPSHOT","targetDeploymentItemName":"copy"}'));
    for (const path of [`${TENANT}/restore`, NATIVE]) {
      const answer = await edge.ask('POST', fill(path), { body, headers: { 'content-encoding': 'gzip' } });
      expect(refusalOf(answer)).toEqual([415, 'UNSUPPORTED_CONTENT_ENCODING']);
      expect(answer.headers['accept-encoding']).toBe('identity');
    }
    const plain = { body: '{', headers: { 'content-encoding': 'identity' } };
    expect(refusalOf(await edge.ask('POST', fill(`${TENANT}/restore`), plain))).toEqual([400, 'MALFORMED_JSON']);
  });
});

describe('an error', () => {
  it('lists no parameter that its sentence has no place for', async () => {
    const { body } = await edge.ask('GET', `/api/atlas/v1.0/groups/${NOBODY}/clusters/shop/backup/tenant/snapshots`);
    expect(body).toMatchObject({ errorCode: 'NOT_IN_GROUP', parameters: [] });
  });

  it('is the same for a target project that is malformed, not there or forbidden', async () => {
    const owner = await edge.makeKey({ roleName: 'GROUP_OWNER', projectId: edge.first.projectId });
    for (const targetProjectId of ['xyz', NOBODY]) {
      const body = { snapshotId: shop.snapshotId, targetDeploymentItemName: 'copy', targetProjectId };
      expect(refusalOf(await edge.ask('POST', fill(`${TENANT}/restore`), { body, credentials: owner }))).toEqual([
        403,
        'CANNOT_RESTORE_TO_TARGET',
      ]);
    }
  });
});
