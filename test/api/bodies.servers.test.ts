import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Edge, type EdgeAnswer, type EdgeRequest, startEdge } from '../kit/edge.ts';
import { addShop, type EdgeShop } from '../kit/edge-shop.ts';

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

const fill = (text: string) => text.replaceAll('GROUP', edge.first.projectId).replaceAll('SNAPSHOT', shop.snapshotId);
const outcomeOf = ({ status, body }: EdgeAnswer) => [status, body.errorCode, body.parameters];
const TENANT = '/api/atlas/v1.0/groups/GROUP/clusters/shop/backup/tenant';

function post(route: 'restore' | 'download', request: EdgeRequest): Promise<EdgeAnswer> {
  const body = typeof request.body === 'string' ? fill(request.body) : request.body;
  return edge.ask('POST', fill(`${TENANT}/${route}`), { ...request, body });
}

describe('a body that is wrong', () => {
  const deep = (levels: number) => `{"snapshotId":${'['.repeat(levels)}${']'.repeat(levels)}}`;

  it.each<[string, string | Buffer, string, string[]]>([
    ['empty', '', 'INVALID_JSON', []],
    ['no JSON', '{"snapshotId":', 'MALFORMED_JSON', []],
    ['a form', 'snapshotId=SNAPSHOT', 'MALFORMED_JSON', []],
    ['a list', '[{"snapshotId":"SNAPSHOT"}]', 'INVALID_JSON', []],
    ['a number', '7', 'INVALID_JSON', []],
    ['null', 'null', 'INVALID_JSON', []],
    ['a text', '"SNAPSHOT"', 'INVALID_JSON', []],
    ['not UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), 'MALFORMED_JSON', []],
    ['too deep', deep(40), 'INVALID_JSON', []],
    ['deep enough to break a stack', deep(100_000), 'INVALID_JSON', []],
    ['with a number for a text', '{"snapshotId":7}', 'INVALID_JSON_ATTRIBUTE', ['snapshotId']],
    ['with an object for a text', '{"snapshotId":{"$ne":null}}', 'INVALID_JSON_ATTRIBUTE', ['snapshotId']],
    ['with an attribute that is unknown', '{"snapshotId":"SNAPSHOT","surprise":1}', 'INVALID_ATTRIBUTE', ['surprise']],
    ['with a prototype', '{"snapshotId":"SNAPSHOT","__proto__":{"a":1}}', 'INVALID_ATTRIBUTE', ['__proto__']],
    ['without what is required', '{}', 'MISSING_ATTRIBUTE', ['snapshotId']],
    ['with null for what is required', '{"snapshotId":null}', 'MISSING_ATTRIBUTE', ['snapshotId']],
    [
      'with nothing for the target',
      '{"snapshotId":"SNAPSHOT","targetDeploymentItemName":""}',
      'MISSING_ATTRIBUTE',
      ['targetDeploymentItemName'],
    ],
  ])('%s is 400', async (_what, body, code, parameters) => {
    expect(outcomeOf(await post('restore', { body }))).toEqual([400, code, parameters]);
  });

  it('as it is larger than 256 KiB is 413, whatever is in it', async () => {
    const body = `{"snapshotId":"${'x'.repeat(256 * 1024)}"}`;
    expect(outcomeOf(await post('restore', { body }))).toEqual([413, 'REQUEST_TOO_LARGE', ['262144']]);
  });

  it('starts nothing', async () => {
    const { body } = await edge.ask('GET', fill(`${TENANT}/restores`));
    expect(body.totalCount).toBe(0);
  });

  it.each<[string, string, number, string]>([
    ['a number for a text', '{"snapshotId":7,"targetClusterName":"copy"}', 400, 'INVALID_VALUE'],
    ['a text for a list', '{"snapshotId":"SNAPSHOT","targetClusterName":"copy","nsInclude":"shop.*"}', 400, 'INVALID_VALUE'],
    ['an attribute that is unknown', '{"snapshotId":"SNAPSHOT","targetClusterName":"copy","surprise":1}', 400, 'INVALID_VALUE'],
    ['no JSON', '{', 400, 'MALFORMED_JSON'],
    ['a list', '[]', 400, 'INVALID_JSON'],
  ])('is refused by the native routes as well: %s', async (_what, body, status, code) => {
    const path = fill('/api/lifeboat/v1/projects/GROUP/clusters/shop/restoreJobs');
    expect(outcomeOf(await edge.ask('POST', path, { body: fill(body) })).slice(0, 2)).toEqual([status, code]);
  });
});

describe('a body that is taken', () => {
  it.each<[string, string]>([
    ['as the page has it', '{"snapshotId":"SNAPSHOT"}'],
    ['with an empty target, as the Go SDK sends it', '{"snapshotId":"SNAPSHOT","targetDeploymentItemName":""}'],
    ['with null for what is optional', '{"snapshotId":"SNAPSHOT","targetProjectId":null}'],
    [
      'with what is read-only, which counts for nothing',
      '{"snapshotId":"SNAPSHOT","id":1,"status":"FAILED","links":[],"deliveryType":"RESTORE"}',
    ],
    ['with a name twice, of which the last counts', '{"snapshotId":"xyz","snapshotId":"SNAPSHOT"}'],
  ])('%s', async (_how, body) => {
    const answer = await post('download', { body });
    expect(answer).toMatchObject({ status: 200, body: { deliveryType: 'DOWNLOAD', status: 'COMPLETED', snapshotId: shop.snapshotId } });
  });

  it.each([
    ['application/json', 200],
    ['application/json; charset=utf-8', 200],
    ['Application/JSON', 200],
    ['application/vnd.atlas.2023-01-01+json', 200],
    ['text/plain', 415],
    ['application/x-www-form-urlencoded', 415],
    ['application/xml', 415],
    ['application/jsonp', 415],
    ['multipart/form-data; boundary=x', 415],
    ['nonsense', 415],
  ])('of the type %s is %i', async (type, status) => {
    const answer = await post('download', { body: '{"snapshotId":"SNAPSHOT"}', headers: { 'content-type': type } });
    expect([answer.status, answer.body.errorCode]).toEqual([status, status === 200 ? undefined : 'UNSUPPORTED_MEDIA_TYPE']);
  });

  it('of no type at all is taken for JSON', async () => {
    const answer = await post('download', { body: Buffer.from(fill('{"snapshotId":"SNAPSHOT"}')), headers: { 'content-type': '' } });
    expect(answer.status).toBe(200);
  });
});

describe('an id that is none', () => {
  const GROUPS = ['xyz', 'A'.repeat(24), 'a'.repeat(23), 'a'.repeat(25), '%20', 'a%2Fb'];

  it.each(GROUPS)('for a project is INVALID_GROUP_ID: %s', async (id) => {
    const answer = await edge.ask('GET', `/api/atlas/v1.0/groups/${id}/clusters/shop/backup/tenant/restores`);
    expect(outcomeOf(answer)).toEqual([404, 'INVALID_GROUP_ID', [decodeURIComponent(id)]]);
  });

  it.each([
    ['restores', 'INVALID_JOB_ID'],
    ['snapshots', 'INVALID_SNAPSHOT_ID'],
  ])('for one of the %s is %s', async (collection, code) => {
    for (const id of GROUPS) {
      const answer = await edge.ask('GET', fill(`${TENANT}/${collection}/${id}`));
      expect(outcomeOf(answer)).toEqual([404, code, [decodeURIComponent(id)]]);
    }
  });

  it('in a body is told as in a path', async () => {
    expect(outcomeOf(await post('download', { body: '{"snapshotId":"xyz"}' }))).toEqual([404, 'INVALID_SNAPSHOT_ID', ['xyz']]);
  });
});
