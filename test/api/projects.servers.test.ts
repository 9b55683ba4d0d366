import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addClusterRow, type RunningApi, startApi } from '../kit/api.ts';

const V = { version: '2025-03-12' };
const V2 = '/api/atlas/v2';

let api: RunningApi;
let project: string;

beforeAll(async () => {
  api = await startApi();
  project = `${V2}/groups/${api.first.projectId}`;
  for (const [name, tier] of [
    ['big', 'M10'],
    ['small', 'M2'],
    ['flex', 'FLEX'],
  ] as const)
    await addClusterRow(api, name, tier);
});
afterAll(() => api?.[Symbol.asyncDispose]());

describe('projects', () => {
  it('are made with a Location, found by id and by name, renamed, and gone once deleted', async () => {
    const body = { name: 'second', orgId: api.first.organizationId, tags: [{ key: 'team', value: 'web' }] };
    const made = await api.ask('POST', `${V2}/groups`, { ...V, body });
    expect(made).toMatchObject({ status: 201, body: { ...body, clusterCount: 0 } });
    const url = `${V2}/groups/${made.body.id}`;
    expect(made.headers.get('location')).toBe(api.url + url);
    expect((await api.ask('POST', `${V2}/groups`, { ...V, body })).body.errorCode).toBe('GROUP_ALREADY_EXISTS');
    expect((await api.ask('GET', `${V2}/groups/byName/second`, V)).body).toEqual((await api.ask('GET', url, V)).body);
    expect((await api.ask('PATCH', url, { ...V, body: { name: 'renamed' } })).body.name).toBe('renamed');
    expect((await api.ask('DELETE', url, V)).status).toBe(202);
    const events = await api.db
      .selectFrom('events')
      .select(['type', 'actorName'])
      .where('projectId', '=', made.body.id)
      .orderBy('id')
      .execute();
    expect(events).toEqual(['GROUP_CREATED', 'GROUP_DELETED'].map((type) => ({ type, actorName: api.first.publicKey })));
    expect((await api.ask('GET', url, V)).body.errorCode).toBe('GROUP_NOT_FOUND');
    expect((await api.ask('GET', `${V2}/groups/byName/renamed`, V)).body.errorCode).toBe('GROUP_NAME_NOT_FOUND');
  });

  it('that are renamed to the same name at once: one is, the other is told', async () => {
    const make = async (name: string) =>
      (await api.ask('POST', `${V2}/groups`, { ...V, body: { name, orgId: api.first.organizationId } })).body.id;
    const ids = [await make('one'), await make('two')];
    const renamed = await Promise.all(ids.map((id) => api.ask('PATCH', `${V2}/groups/${id}`, { ...V, body: { name: 'same' } })));
    expect(renamed.map(({ status }) => status).sort()).toEqual([200, 409]);
    for (const id of ids) expect((await api.ask('DELETE', `${V2}/groups/${id}`, V)).status).toBe(202);
  });

  it('are found by a name that is a part of hundreds of others', async () => {
    const { organizationId } = api.first;
    await sql`
      INSERT INTO projects (id, organization_id, name, created_at)
      SELECT lpad(to_hex(n), 24, '0'), ${organizationId}, CASE WHEN n = 600 THEN 'part' ELSE 'part ' || n END, now()
      FROM generate_series(1, 600) AS n`.execute(api.db);
    expect((await api.ask('GET', `${V2}/groups/byName/part`, V)).body).toMatchObject({ id: '258'.padStart(24, '0') });
    const stranger = await api.makeKey([]);
    const refused = await api.ask('GET', `${V2}/groups/byName/part`, { ...V, credentials: stranger });
    expect(refused.body.errorCode).toBe('GROUP_NAME_NOT_FOUND');
    await sql`DELETE FROM projects WHERE name LIKE 'part%'`.execute(api.db);
  });

  it('are listed to those who have a role in them, and are not deleted while they have clusters', async () => {
    const { organizationId, projectId } = api.first;
    const reader = await api.makeKey([{ roleName: 'GROUP_READ_ONLY', organizationId, projectId }]);
    const stranger = await api.makeKey([]);
    expect((await api.ask('GET', `${V2}/groups`, { ...V, credentials: reader })).body).toMatchObject({
      totalCount: 1,
      results: [{ clusterCount: 3 }],
    });
    expect((await api.ask('GET', `${V2}/groups`, { ...V, credentials: stranger })).body).toMatchObject({ totalCount: 0, results: [] });
    expect((await api.ask('GET', '/api/atlas/v1.0/groups')).body.totalCount).toBe(1);
    expect((await api.ask('GET', `${V2}/orgs/${organizationId}/groups`, V)).body.totalCount).toBe(1);
    expect((await api.ask('DELETE', project, V)).body.errorCode).toBe('CANNOT_CLOSE_GROUP_ACTIVE_ATLAS_CLUSTERS');
  });

  it('have what Terraform reads beside them', async () => {
    const read = async (name: string) => (await api.ask('GET', `${project}/${name}`, V)).body;
    expect([await read('limits'), await read('managedSlowMs')]).toEqual([[], true]);
    expect(await read('teams')).toMatchObject({ results: [], totalCount: 0 });
    expect((await read('ipAddresses')).services.clusters).toHaveLength(3);
    await api.ask('PATCH', `${project}/settings`, { ...V, body: { isDataExplorerEnabled: false } });
    expect(await read('settings')).toMatchObject({ isDataExplorerEnabled: false, isPerformanceAdvisorEnabled: true });
  });
});

describe('clusters', () => {
  it('look in each version as that version has them, with the dates of its end', async () => {
    const at = (version: string, name = 'big') => api.ask('GET', `${project}/clusters/${name}`, { version });
    const newest = await at('2024-08-05');
    expect(newest.body.replicationSpecs[0].regionConfigs[0].electableSpecs).toMatchObject({ instanceSize: 'M10', diskSizeGB: 10 });
    expect(newest.headers.get('sunset')).toBeNull();
    const middle = await at('2023-02-01', 'small');
    expect(middle.body).toMatchObject({ diskSizeGB: 2, replicationSpecs: [{ numShards: 1, regionConfigs: [{ providerName: 'TENANT' }] }] });
    expect(middle.headers.get('deprecation')).toBe('Mon, 5 Aug 2024 00:00:00 GMT');
    const oldest = await at('2023-01-01');
    const v1 = await api.ask('GET', `/api/atlas/v1.0/groups/${api.first.projectId}/clusters/big`);
    expect(oldest.body.providerSettings).toEqual(v1.body.providerSettings);
  });

  it('are not made of nothing: the refusal says what to configure', async () => {
    const region = { electableSpecs: { instanceSize: 'M10' }, priority: 7, providerName: 'AWS', regionName: 'US_EAST_1' };
    const body = { name: 'new', replicationSpecs: [{ regionConfigs: [region] }] };
    const answer = await api.ask('POST', `${project}/clusters`, { ...V, body });
    expect(answer).toMatchObject({ status: 400, body: { errorCode: 'NO_DEPLOYMENT', parameters: ['new'] } });
    expect(answer.body.detail).toMatch(/clusters add new --uri URI --parked.*LIFEBOAT_DATABASE_SERVER/);
  });

  it('of one kind do not become another by a PATCH', async () => {
    const to = (instanceSize: string, providerName: string) => {
      const region = { backingProviderName: 'AWS', electableSpecs: { instanceSize }, providerName, regionName: 'US_EAST_1' };
      return { ...V, body: { replicationSpecs: [{ regionConfigs: [region] }] } };
    };
    const codes = [
      await api.ask('PATCH', `${project}/clusters/small`, to('M10', 'AWS')),
      await api.ask('PATCH', `${project}/clusters/big`, to('M2', 'TENANT')),
      await api.ask('PATCH', `${project}/clusters/flex`, to('M10', 'AWS')),
    ].map(({ status, body }) => [status, body.errorCode]);
    expect(codes).toEqual([
      [400, 'TENANT_CLUSTER_UPDATE_UNSUPPORTED'],
      [400, 'INVALID_ATTRIBUTE'],
      [400, 'CANNOT_USE_FLEX_CLUSTER_IN_CLUSTER_API'],
    ]);
  });

  it('of the tier FLEX are refused on v2 and left out of its list; v1.0, which is older, shows them', async () => {
    expect((await api.ask('GET', `${project}/clusters/flex`, V)).body.errorCode).toBe('CANNOT_USE_FLEX_CLUSTER_IN_CLUSTER_API');
    expect((await api.ask('GET', `${project}/clusters`, V)).body.totalCount).toBe(2);
    expect((await api.ask('GET', `/api/atlas/v1.0/groups/${api.first.projectId}/clusters`)).body.totalCount).toBe(3);
    expect((await api.ask('GET', `${V2}/clusters`, V)).body).toMatchObject({ totalCount: 1, results: [{ clusters: [{}, {}, {}] }] });
  });
});

it('the extras of the Atlas CLI answer without credentials', async () => {
  const version = await fetch(`${api.url}/api/private/unauth/nds/defaultMongoDBMajorVersion`);
  expect([version.headers.get('content-type'), await version.text()]).toEqual([expect.stringContaining('text/plain'), '8.0']);
  expect(await (await fetch(`${api.url}/api/private/ipinfo`)).json()).toEqual({ currentIpv4Address: '127.0.0.1' });
});
