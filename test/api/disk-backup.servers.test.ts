import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { insertProject } from '../../src/db/projects.ts';
import { findSnapshot } from '../../src/db/snapshots.ts';
import { newId } from '../../src/ids.ts';
import { addClusterRow, addRestoreRow, addSnapshotRow, type RunningApi, startApi } from '../kit/api.ts';
import { type MongoServer, startMongo } from '../kit/mongo.ts';

const V = { version: '2023-02-01' };
const DAY = 86_400_000;

let api: RunningApi;
let mongo: MongoServer;
let backup: string;
let clusters: string;
let big: { id: string; name: string };
let snapshotId: string;

beforeAll(async () => {
  mongo = await startMongo('ferretdb');
  api = await startApi();
  clusters = `/api/atlas/v2/groups/${api.first.projectId}/clusters`;
  backup = `${clusters}/big/backup`;
  big = { id: await addClusterRow(api, 'big', 'M10'), name: 'big' };
  const native = `/api/lifeboat/v1/projects/${api.first.projectId}/clusters`;
  const target = await api.ask('POST', native, { body: { name: 'target', uri: mongo.uri, tier: 'M10' } });
  snapshotId = await addSnapshotRow(api, big, target.body.mongodbVersion);
});
afterAll(async () => {
  await api?.[Symbol.asyncDispose]();
  await mongo?.stop();
});

describe('snapshots of a dedicated cluster', () => {
  it('are taken on demand, kept as long as was asked, and described', async () => {
    const taken = await api.ask('POST', `${backup}/snapshots`, { ...V, body: { retentionInDays: 3, description: 'before the move' } });
    expect(taken).toMatchObject({ status: 200, body: { status: 'queued', snapshotType: 'onDemand', description: 'before the move' } });
    expect(taken.headers.get('content-type')).toContain('2023-01-01');
    expect(Date.parse(taken.body.expiresAt) - Date.parse(taken.body.createdAt)).toBe(3 * DAY);
    const listed = await api.ask('GET', `${backup}/snapshots`, V);
    expect(listed.body.results.map(({ id }: { id: string }) => id)).toEqual([snapshotId, taken.body.id]);
    const refused = await api.ask('DELETE', `${backup}/snapshots/${taken.body.id}`, V);
    expect(refused).toMatchObject({ status: 400, body: { errorCode: 'UNFINISHED_ON_DEMAND_SNAPSHOT' } });
  });

  it('are kept for another time when their retention is changed', async () => {
    const body = { retentionUnit: 'WEEKS', retentionValue: 2 };
    const { createdAt, expiresAt } = (await api.ask('PATCH', `${backup}/snapshots/${snapshotId}`, { ...V, body })).body;
    expect(Date.parse(expiresAt) - Date.parse(createdAt)).toBe(14 * DAY);
  });

  it('are gone for users when they are deleted, and left to garbage collection', async () => {
    const id = await addSnapshotRow(api, big);
    expect(await api.ask('DELETE', `${backup}/snapshots/${id}`, V)).toMatchObject({ status: 204, text: '' });
    expect((await api.ask('GET', `${backup}/snapshots/${id}`, V)).body.errorCode).toBe('SNAPSHOT_NOT_FOUND');
    expect((await findSnapshot(api.db, id))!.deletedAt).not.toBeNull();
    const events = `/api/atlas/v2/groups/${api.first.projectId}/events?eventType=TENANT_SNAPSHOT_DELETED_AUDIT`;
    expect((await api.ask('GET', events, V)).body.results).toMatchObject([{ publicKey: api.first.publicKey }]);
  });
});

describe('restore jobs of a dedicated cluster', () => {
  it('are automated, wait, and are cancelled by DELETE', async () => {
    const target = { targetClusterName: 'target', targetGroupId: api.first.projectId };
    const body = { deliveryType: 'automated', snapshotId, ...target };
    const created = await api.ask('POST', `${backup}/restoreJobs`, { ...V, body });
    expect(created).toMatchObject({ status: 200, body: { ...body, cancelled: false, failed: false, expired: false, deliveryUrl: [] } });
    const one = `${backup}/restoreJobs/${created.body.id}`;
    expect(await api.ask('DELETE', one, V)).toMatchObject({ status: 204, text: '' });
    expect((await api.ask('GET', one, V)).body).toMatchObject({ cancelled: true, failed: false, finishedAt: expect.any(String) });
    expect((await api.ask('DELETE', `${backup}/restoreJobs/${newId(new Date())}`, V)).body.errorCode).toBe('RESTORE_JOB_NOT_FOUND');
    const done = await addRestoreRow(api, big, snapshotId);
    expect((await api.ask('DELETE', `${backup}/restoreJobs/${done}`, V)).body.errorCode).toBe('RESTORE_JOB_NOT_CANCELLABLE');
  });

  it('are downloads with their URL, without a target', async () => {
    const { body } = await api.ask('POST', `${backup}/restoreJobs`, { ...V, body: { deliveryType: 'download', snapshotId } });
    expect(body).toMatchObject({ deliveryType: 'download', deliveryUrl: [expect.stringMatching(/\.tar\.gz$/)], expired: false });
    expect(body).not.toHaveProperty('targetClusterName');
  });

  it('are told of with who asked for them and who cancelled them', async () => {
    const types = 'TENANT_RESTORE_REQUESTED_AUDIT,TENANT_SNAPSHOT_DOWNLOAD_REQUESTED_AUDIT,TENANT_RESTORE_FAILED';
    const { body } = await api.ask('GET', `/api/atlas/v2/groups/${api.first.projectId}/events?eventType=${types}`, V);
    const told = body.results.map((event: { eventTypeName: string; publicKey?: string }) => [event.eventTypeName, event.publicKey]);
    expect(told.toReversed()).toEqual([
      ['TENANT_RESTORE_REQUESTED_AUDIT', api.first.publicKey],
      ['TENANT_RESTORE_FAILED', api.first.publicKey],
      ['TENANT_SNAPSHOT_DOWNLOAD_REQUESTED_AUDIT', api.first.publicKey],
    ]);
  });

  it('into a project that is closed to the caller are neither gone on with nor undone', async () => {
    const id = await addRestoreRow(api, big, snapshotId);
    const elsewhere = newId(new Date());
    const createdAt = new Date();
    await insertProject(api.db, { id: elsewhere, organizationId: api.first.organizationId, name: 'Closed', createdAt });
    const states = { status: 'FAILED', targetProjectId: elsewhere, safetySnapshotId: snapshotId };
    await api.db.updateTable('restoreJobs').set(states).where('id', '=', id).execute();
    const credentials = await api.makeKey([
      { roleName: 'GROUP_OWNER', organizationId: api.first.organizationId, projectId: api.first.projectId },
    ]);
    for (const action of ['resume', 'undo']) {
      const path = `/api/lifeboat/v1/projects/${api.first.projectId}/clusters/big/restoreJobs/${id}/${action}`;
      const { status, body } = await api.ask('POST', path, { credentials });
      expect([action, status, body.errorCode]).toEqual([action, 403, 'CANNOT_RESTORE_TO_TARGET']);
    }
  });

  it.each([
    [{ deliveryType: 'pointInTime', pointInTimeUTCSeconds: 1_700_000_000 }, 'VALIDATION_ERROR'],
    [{ deliveryType: 'surprise' }, 'INVALID_ENUM_VALUE'],
    [{ deliveryType: 'automated' }, 'MISSING_ATTRIBUTE'],
    [{}, 'MISSING_ATTRIBUTE'],
  ])('are refused for %j: 400 %s', async (body, code) => {
    expect(await api.ask('POST', `${backup}/restoreJobs`, { ...V, body })).toMatchObject({ status: 400, body: { errorCode: code } });
  });
});

describe('the backup schedule', () => {
  const S = { version: '2024-08-05' };

  it("is Atlas' default until it is changed, keeps what is set, and has no policies once it is deleted", async () => {
    const first = (await api.ask('GET', `${backup}/schedule`, S)).body;
    expect(first).toMatchObject({ clusterName: 'big', restoreWindowDays: 7, policies: [{ policyItems: expect.any(Array) }] });
    expect((await api.ask('GET', `${backup}/schedule`, S)).body).toEqual(first);
    const [hourly] = first.policies[0].policyItems;
    const policies = [{ id: first.policies[0].id, policyItems: [{ ...hourly, frequencyInterval: 12 }] }];
    const changed = await api.ask('PATCH', `${backup}/schedule`, {
      ...S,
      body: { policies, referenceHourOfDay: 4, updateSnapshots: true },
    });
    expect(changed.body).toMatchObject({ policies, referenceHourOfDay: 4 });
    expect((await api.ask('GET', `${backup}/schedule`, S)).body).toEqual(changed.body);
    expect(await api.ask('DELETE', `${backup}/schedule`, S)).toMatchObject({ status: 200, body: { policies: [], referenceHourOfDay: 4 } });
  });

  it('takes no exports, which Lifeboat does not make', async () => {
    const answer = await api.ask('PATCH', `${backup}/schedule`, { ...S, body: { autoExportEnabled: true } });
    expect(answer).toMatchObject({ status: 400, body: { errorCode: 'INVALID_JSON_ATTRIBUTE', parameters: ['autoExportEnabled'] } });
  });
});

describe('which cluster has which backup routes', () => {
  it('M2 answers the dedicated list and get, to which the Atlas CLI falls back, and nothing more', async () => {
    const small = { id: await addClusterRow(api, 'small', 'M2'), name: 'small' };
    const id = await addSnapshotRow(api, small);
    expect((await api.ask('GET', `${clusters}/small/backup/snapshots/${id}`, V)).body).toMatchObject({ id, status: 'completed' });
    expect((await api.ask('GET', `${clusters}/small/backup/restoreJobs`, V)).status).toBe(200);
    const refused = await api.ask('POST', `${clusters}/small/backup/snapshots`, { ...V, body: {} });
    expect(refused).toMatchObject({ status: 400, body: { errorCode: 'INCORRECT_BACKUP_API_ENDPOINT' } });
  });

  it('FLEX is told to use the Flex routes, M10 not to use the tenant ones', async () => {
    await addClusterRow(api, 'flex', 'FLEX');
    expect((await api.ask('GET', `${clusters}/flex/backup/snapshots`, V)).body).toMatchObject({
      error: 400,
      errorCode: 'CANNOT_USE_FLEX_CLUSTER_IN_CLUSTER_API',
      parameters: ['flex'],
    });
    expect((await api.ask('GET', `${backup}/tenant/snapshots`, V)).body.errorCode).toBe('INCORRECT_BACKUP_API_ENDPOINT');
  });
});
