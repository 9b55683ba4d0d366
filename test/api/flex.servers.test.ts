import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../src/ids.ts';
import { addClusterRow, addRestoreRow, addSnapshotRow, type RunningApi, startApi } from '../kit/api.ts';
import { type MongoServer, startMongo } from '../kit/mongo.ts';

const V = { version: '2024-11-13' };
const PROVIDER = { backingProviderName: 'AWS', regionName: 'EU_WEST_1' };

let api: RunningApi;
let mongo: MongoServer;
let flex: string;
let native: string;

beforeAll(async () => {
  mongo = await startMongo('ferretdb');
  api = await startApi({ LIFEBOAT_DATABASE_SERVER: mongo.uri });
  flex = `/api/atlas/v2/groups/${api.first.projectId}/flexClusters`;
  native = `/api/lifeboat/v1/projects/${api.first.projectId}/clusters`;
});
afterAll(async () => {
  await api?.[Symbol.asyncDispose]();
  await mongo?.stop();
});

describe('a Flex cluster created through the API', () => {
  it('adopts the deployment that was parked under its name, and only once', async () => {
    await api.ask('POST', native, { body: { name: 'shop', uri: `${mongo.uri}?directConnection=true`, tier: 'M10', parked: true } });
    expect((await api.ask('GET', `${flex}/shop`, V)).body.errorCode).toBe('CLUSTER_NOT_FOUND');
    const body = { name: 'shop', providerSettings: PROVIDER, tags: [{ key: 'team', value: 'web' }] };
    const created = await api.ask('POST', flex, { ...V, body });
    expect(created).toMatchObject({
      status: 201,
      body: {
        name: 'shop',
        stateName: 'IDLE',
        connectionStrings: { standard: `${mongo.uri}?directConnection=true` },
        providerSettings: { providerName: 'FLEX', ...PROVIDER },
        tags: body.tags,
        terminationProtectionEnabled: false,
      },
    });
    expect(created.headers.get('content-type')).toBe('application/vnd.atlas.2024-11-13+json;charset=utf-8');
    expect((await api.ask('GET', `${flex}/shop`, V)).body).toEqual(created.body);
    expect((await api.ask('POST', flex, { ...V, body })).body.errorCode).toBe('DUPLICATE_CLUSTER_NAME');
  });

  it('keeps its tags and its protection, is not deleted while protected, and may be created again after it was', async () => {
    const patched = await api.ask('PATCH', `${flex}/shop`, { ...V, body: { terminationProtectionEnabled: true, tags: [] } });
    expect(patched.body).toMatchObject({ terminationProtectionEnabled: true, tags: [] });
    const refused = await api.ask('DELETE', `${flex}/shop`, V);
    expect([refused.status, refused.body.errorCode]).toEqual([409, 'CANNOT_TERMINATE_CLUSTER_WHEN_TERMINATION_PROTECTION_ENABLED']);
    await api.ask('PATCH', `${flex}/shop`, { ...V, body: { terminationProtectionEnabled: false } });
    expect(await api.ask('DELETE', `${flex}/shop`, V)).toMatchObject({ status: 204, text: '' });
    expect((await api.ask('GET', `${flex}/shop`, V)).body).toMatchObject({ error: 404, errorCode: 'CLUSTER_NOT_FOUND' });
    expect((await api.ask('POST', flex, { ...V, body: { name: 'shop', providerSettings: PROVIDER } })).status).toBe(201);
  });

  it('becomes a database of its own on the database server when nothing is registered', async () => {
    const { status, body } = await api.ask('POST', flex, { ...V, body: { name: 'fresh', providerSettings: PROVIDER } });
    expect([status, body.connectionStrings.standard]).toEqual([201, expect.stringMatching(/\/lifeboat_[0-9a-f]{24}$/)]);
  });

  it.each([
    ['no name', { providerSettings: PROVIDER }, 'MISSING_ATTRIBUTE', ['name']],
    ['a provider that is none', { name: 'x', providerSettings: { ...PROVIDER, backingProviderName: 'X' } }, 'INVALID_ENUM_VALUE', ['X']],
    ['an attribute that is none', { name: 'x', providerSettings: PROVIDER, surprise: 1 }, 'INVALID_ATTRIBUTE', ['surprise']],
    ['a name that is none', { name: '-x-', providerSettings: PROVIDER }, 'INVALID_JSON_ATTRIBUTE', ['name']],
    ['a tag without a value', { name: 'x', providerSettings: PROVIDER, tags: [{ key: 'a' }] }, 'MISSING_ATTRIBUTE', ['tags.0.value']],
  ])('is refused with %s: 400', async (_what, body, code, parameters) => {
    const answer = await api.ask('POST', flex, { ...V, body });
    expect(answer).toMatchObject({ status: 400, body: { errorCode: code, parameters } });
  });

  it('is refused to who may only read', async () => {
    const { organizationId, projectId } = api.first;
    const credentials = await api.makeKey([{ roleName: 'GROUP_READ_ONLY', organizationId, projectId }]);
    const answer = await api.ask('POST', flex, { ...V, credentials, body: { name: 'x', providerSettings: PROVIDER } });
    expect(answer).toMatchObject({ status: 401, body: { errorCode: 'USER_UNAUTHORIZED' } });
  });
});

describe('the backups of a Flex cluster', () => {
  it('are snapshots and jobs that name their instance; a restore expires after 6 h, and every route says so', async () => {
    const cluster = { id: await addClusterRow(api, 'books', 'FLEX'), name: 'books' };
    const target = await api.ask('POST', native, { body: { name: 'target', uri: mongo.uri } });
    const snapshotId = await addSnapshotRow(api, cluster, target.body.mongodbVersion);
    const id = await addRestoreRow(api, cluster, snapshotId);
    const backup = `${flex}/books/backup`;
    expect((await api.ask('GET', `${backup}/snapshots`, V)).body).toMatchObject({ results: [{ id: snapshotId }], totalCount: 1 });
    expect((await api.ask('GET', `${backup}/snapshots/${snapshotId}`, V)).body).toHaveProperty('expiration');
    const job = (await api.ask('GET', `${backup}/restoreJobs/${id}`, V)).body;
    expect(job).toMatchObject({ id, instanceName: 'books', status: 'COMPLETED' });
    expect(job).not.toHaveProperty('clusterName');
    const nobody = newId(new Date());
    expect((await api.ask('GET', `${backup}/restoreJobs/${nobody}`, V)).body.errorCode).toBe('RESTORE_JOB_NOT_FOUND');
    expect((await api.ask('GET', `${backup}/snapshots/${nobody}`, V)).body.errorCode).toBe('SNAPSHOT_NOT_FOUND');
    const restored = await api.ask('POST', `${backup}/restoreJobs`, {
      ...V,
      body: { snapshotId, targetDeploymentItemName: 'target', targetProjectId: api.first.projectId, instanceName: 'books' },
    });
    expect(restored).toMatchObject({ status: 200, body: { status: 'PENDING', targetDeploymentItemName: 'target' } });
    const { expirationDate, restoreScheduledDate } = restored.body;
    expect(Date.parse(expirationDate) - Date.parse(restoreScheduledDate)).toBe(6 * 3_600_000);
    const tenant = `/api/atlas/v1.0/groups/${api.first.projectId}/clusters/books/backup/tenant/restores/${restored.body.id}`;
    expect((await api.ask('GET', tenant)).body.expirationDate).toBe(expirationDate);
    const download = await api.ask('POST', `${backup}/download`, { ...V, body: { snapshotId } });
    expect(download.body).toMatchObject({ deliveryType: 'DOWNLOAD', snapshotUrl: expect.any(String) });
  });

  it('tell another kind of cluster as Atlas does, and one that is not there', async () => {
    await addClusterRow(api, 'small', 'M2');
    const codes = await Promise.all(
      ['small', 'none'].map(async (name) => (await api.ask('GET', `${flex}/${name}/backup/restoreJobs`, V)).body),
    );
    expect(codes).toMatchObject([
      { error: 400, errorCode: 'CANNOT_USE_NON_FLEX_CLUSTER_IN_FLEX_API', parameters: ['small'] },
      { error: 404, errorCode: 'CLUSTER_NOT_FOUND', parameters: ['none', api.first.projectId] },
    ]);
  });
});
