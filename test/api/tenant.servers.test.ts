import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addClusterRow, addRestoreRow, addSnapshotRow, type RunningApi, startApi } from '../kit/api.ts';

const V = { version: '2023-01-01' };
const NOBODY = '5cc9b501e5dc7c8ab1e45d65';

let api: RunningApi;
let shop: { id: string; name: string };
let snapshotId: string;
let restoreId: string;
let tenant: string;

beforeAll(async () => {
  api = await startApi();
  shop = { id: await addClusterRow(api, 'shop', 'M2'), name: 'shop' };
  snapshotId = await addSnapshotRow(api, shop);
  restoreId = await addRestoreRow(api, shop, snapshotId);
  tenant = `/api/atlas/v2/groups/${api.first.projectId}/clusters/shop/backup/tenant`;
});
afterAll(() => api[Symbol.asyncDispose]());

describe('the tenant routes of v2', () => {
  it("render the table's names alone, under the version's media type, with the sunset of the family", async () => {
    const { status, headers, body } = await api.ask('GET', `${tenant}/restores/${restoreId}`, V);
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('application/vnd.atlas.2023-01-01+json;charset=utf-8');
    expect(headers.get('sunset')).toBe('Thu, 15 Jan 2026 00:00:00 GMT');
    expect(Object.keys(body)).toEqual([
      'clusterName',
      'deliveryType',
      'expirationDate',
      'id',
      'projectId',
      'restoreFinishedDate',
      'restoreScheduledDate',
      'snapshotFinishedDate',
      'snapshotId',
      'status',
      'targetDeploymentItemName',
      'targetProjectId',
    ]);
  });

  it('show a snapshot with its expiration, which v1.0 does not', async () => {
    const v2 = await api.ask('GET', `${tenant}/snapshots/${snapshotId}`, V);
    const v1 = await api.ask('GET', `${tenant.replace('v2', 'v1.0')}/snapshots/${snapshotId}`);
    expect(v2.body).toEqual({ ...v1.body, expiration: expect.stringMatching(/Z$/) });
    expect(v1.headers.get('content-type')).toBe('application/json');
    expect(v1.headers.get('sunset')).toBeNull();
  });

  it('answer a download at once, with an empty target as the Go SDK sends it', async () => {
    const body = { snapshotId, targetDeploymentItemName: '' };
    const answer = await api.ask('POST', `${tenant}/download`, { ...V, body });
    expect(answer).toMatchObject({
      status: 200,
      body: { deliveryType: 'DOWNLOAD', status: 'COMPLETED', snapshotUrl: expect.stringMatching(/\.tar\.gz$/) },
    });
  });

  it('answer a later version with their own, and none or an earlier one with 406', async () => {
    const later = await api.ask('GET', `${tenant}/snapshots`, { version: '2025-03-12' });
    expect(later.headers.get('content-type')).toContain('2023-01-01');
    for (const headers of [{ accept: 'application/json' }, { accept: 'application/vnd.atlas.2022-01-01+json' }]) {
      const { status, headers: answered, body } = await api.ask('GET', `${tenant}/snapshots`, { headers });
      expect({ status, code: answered.get('x-error-code'), type: answered.get('content-type'), body }).toEqual({
        status: 406,
        code: 'INVALID_VERSION_DATE',
        type: 'application/json',
        body: {
          detail: 'Invalid accept header or version date.',
          error: 406,
          errorCode: 'INVALID_VERSION_DATE',
          parameters: [],
          reason: 'Not Acceptable',
        },
      });
    }
  });

  it('tell a project that is not there from a foreign one, which v1.0 does not', async () => {
    const stranger = await api.makeKey([]);
    const ask = async (base: string, id: string) => {
      const path = `/api/atlas/${base}/groups/${id}/clusters/shop/backup/tenant/restores`;
      const { status, body } = await api.ask('GET', path, { ...V, credentials: stranger });
      return [status, body.errorCode];
    };
    expect(await ask('v2', NOBODY)).toEqual([404, 'GROUP_NOT_FOUND']);
    expect(await ask('v2', api.first.projectId)).toEqual([401, 'USER_UNAUTHORIZED']);
    expect(await ask('v1.0', NOBODY)).toEqual([401, 'NOT_IN_GROUP']);
    expect(await ask('v1.0', api.first.projectId)).toEqual([401, 'NOT_IN_GROUP']);
  });

  it('wrap one thing as content when envelope is asked for, and give a list its status', async () => {
    const single = await api.ask('GET', `${tenant}/restores/${restoreId}?envelope=true`, V);
    expect(single.body).toEqual({ status: 200, content: expect.objectContaining({ id: restoreId }) });
    const many = await api.ask('GET', `${tenant}/restores?envelope=true`, V);
    expect(many.body).toMatchObject({ status: 200, results: expect.any(Array) });
  });
});
