import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DigestCredentials } from '../../src/cli/digest-client.ts';
import { insertOrganization } from '../../src/db/organizations.ts';
import { insertProject } from '../../src/db/projects.ts';
import { newId } from '../../src/ids.ts';
import { type ApiAnswer, type RunningApi, startApi } from '../kit/api.ts';

const NOBODY = '1'.repeat(24);
const KEY = /^[a-z]{8}$/;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

let api: RunningApi;
let org: string;
let group: string;

beforeAll(async () => {
  api = await startApi();
  org = `/api/atlas/v2/orgs/${api.first.organizationId}`;
  group = `/api/atlas/v2/groups/${api.first.projectId}`;
});
afterAll(() => api?.[Symbol.asyncDispose]());

const ask = (method: string, path: string, body?: unknown, credentials?: DigestCredentials): Promise<ApiAnswer> =>
  api.ask(method, path, { version: '2024-08-05', body, ...(credentials && { credentials }) });
const get = (path: string, credentials?: DigestCredentials) => ask('GET', path, undefined, credentials);
const code = ({ status, body }: ApiAnswer) => [status, body?.errorCode];
const credentialsOf = ({ publicKey, privateKey }: { publicKey: string; privateKey: string }) =>
  new DigestCredentials(publicKey, privateKey);
const onOrganization = (roleName: 'ORG_OWNER' | 'ORG_MEMBER' | 'ORG_READ_ONLY' | 'ORG_BILLING_ADMIN') => [
  { roleName, organizationId: api.first.organizationId, projectId: null },
];

async function anotherOrganization(): Promise<{ organizationId: string; projectId: string }> {
  const createdAt = new Date();
  const organizationId = newId(createdAt);
  const projectId = newId(createdAt);
  await insertOrganization(api.db, { id: organizationId, name: 'Elsewhere', createdAt });
  await insertProject(api.db, { id: projectId, organizationId, name: 'Theirs', createdAt });
  return { organizationId, projectId };
}

describe('the root', () => {
  it("tells on both versions whose key asks, with the key's roles and access list", async () => {
    const apiKey = { publicKey: api.first.publicKey, accessList: [], roles: [{ orgId: api.first.organizationId, roleName: 'ORG_OWNER' }] };
    for (const path of ['/api/atlas/v2', '/api/atlas/v1.0']) {
      const { status, body } = await get(path);
      expect([status, body]).toMatchObject([200, { appName: 'MongoDB Atlas', throttling: false, build: expect.any(String), apiKey }]);
    }
  });
});

describe('organizations', () => {
  it('are listed and shown to their members, and renamed by their owners', async () => {
    const { body } = await get('/api/atlas/v2/orgs');
    expect(body).toMatchObject({ totalCount: 1, results: [{ id: api.first.organizationId, name: 'Org' }] });
    expect((await get('/api/atlas/v2/orgs?name=nowhere')).body.totalCount).toBe(0);
    expect((await ask('PATCH', org, { name: 'Renamed' })).body).toMatchObject({ name: 'Renamed' });
    expect((await get(org)).body).toMatchObject({ name: 'Renamed' });
    expect(code(await ask('PATCH', org, { name: 'a/b' }))).toEqual([400, 'INVALID_JSON_ATTRIBUTE']);
  });

  it('tell a missing one, a foreign one and one that may only be read apart', async () => {
    const { organizationId } = await anotherOrganization();
    expect(code(await get(`/api/atlas/v2/orgs/${NOBODY}`))).toEqual([404, 'ORG_NOT_FOUND']);
    expect(code(await get('/api/atlas/v2/orgs/xyz'))).toEqual([404, 'INVALID_ORG_ID']);
    expect(code(await get(`/api/atlas/v2/orgs/${organizationId}`))).toEqual([401, 'USER_CANNOT_ACCESS_ORG']);
    const reader = await api.makeKey(onOrganization('ORG_READ_ONLY'));
    expect((await get(`${org}/apiKeys`, reader)).status).toBe(200);
    expect(code(await ask('POST', `${org}/apiKeys`, { desc: 'x', roles: ['ORG_OWNER'] }, reader))).toEqual([401, 'USER_UNAUTHORIZED']);
  });
});

describe('API keys', () => {
  it('show their private half once, in the answer that made them', async () => {
    const twice = ['ORG_READ_ONLY', 'ORG_READ_ONLY'];
    const { status, body: made } = await ask('POST', `${org}/apiKeys`, { desc: 'For scripts', roles: twice });
    expect(made.roles).toHaveLength(1);
    expect(status).toBe(200);
    expect(made).toMatchObject({ desc: 'For scripts', publicKey: expect.stringMatching(KEY), privateKey: expect.stringMatching(UUID) });
    const masked = `********-****-****-${made.privateKey.slice(-12)}`;
    const { body: shown } = await get(`${org}/apiKeys/${made.id}`);
    expect(shown).toEqual({ ...made, privateKey: masked });
    const { body: listed } = await get(`${org}/apiKeys?itemsPerPage=500`);
    expect(listed.results).toContainEqual(shown);
    expect(JSON.stringify(listed)).not.toContain(made.privateKey);
    expect((await get(org, credentialsOf(made))).status).toBe(200);
  });

  it('change, and lose what their roles gave at the next request', async () => {
    const { body: made } = await ask('POST', `${org}/apiKeys`, { desc: 'Changing', roles: ['ORG_OWNER'] });
    const own = credentialsOf(made);
    expect((await get(`${group}/apiKeys`, own)).status).toBe(200);
    const { body } = await ask('PATCH', `${org}/apiKeys/${made.id}`, { desc: 'Less', roles: ['ORG_READ_ONLY'] });
    expect(body).toMatchObject({ desc: 'Less', roles: [{ roleName: 'ORG_READ_ONLY' }] });
    expect(code(await get(`${group}/apiKeys`, own))).toEqual([401, 'USER_UNAUTHORIZED']);
    expect((await ask('DELETE', `${org}/apiKeys/${made.id}`)).status).toBe(204);
    expect(code(await get(org, own))).toEqual([401, 'UNEXPECTED_ERROR']);
    expect(code(await get(`${org}/apiKeys/${made.id}`))).toEqual([400, 'API_KEY_NOT_FOUND']);
  });

  it('cannot leave an organization without an owner', async () => {
    const { results } = (await get(`${org}/apiKeys?itemsPerPage=500`)).body;
    const first = results.find((key: { publicKey: string }) => key.publicKey === api.first.publicKey);
    expect(code(await ask('DELETE', `${org}/apiKeys/${first.id}`))).toEqual([403, 'CANNOT_DEMOTE_LAST_ORG_OWNER']);
    expect(code(await ask('PATCH', `${org}/apiKeys/${first.id}`, { roles: ['ORG_MEMBER'] }))).toEqual([
      403,
      'CANNOT_DEMOTE_LAST_ORG_OWNER',
    ]);
    expect((await get(org)).status).toBe(200);
  });

  it('of a project are made, assigned, changed and taken out by its owner, who can give no more than the project', async () => {
    const { body: owner } = await ask('POST', `${group}/apiKeys`, { desc: 'Owner', roles: ['GROUP_OWNER'] });
    const roles = [
      { orgId: api.first.organizationId, roleName: 'ORG_MEMBER' },
      { groupId: api.first.projectId, roleName: 'GROUP_OWNER' },
    ];
    expect(owner.roles).toEqual(roles);
    const own = credentialsOf(owner);
    const more = await ask('POST', `${group}/apiKeys`, { desc: 'x', roles: ['GROUP_READ_ONLY', 'ORG_OWNER'] }, own);
    expect(code(more)).toEqual([401, 'USER_UNAUTHORIZED']);
    const { body: member } = await ask('POST', `${org}/apiKeys`, { desc: 'Member', roles: ['ORG_MEMBER'] });
    expect(code(await get(`${group}/accessList`, credentialsOf(member)))).toEqual([401, 'USER_UNAUTHORIZED']);
    const path = `${group}/apiKeys/${member.id}`;
    expect((await ask('POST', path, [{ roles: ['GROUP_READ_ONLY'] }], own)).status).toBe(200);
    expect((await get(`${group}/accessList`, credentialsOf(member))).status).toBe(200);
    expect((await ask('PATCH', path, { roles: ['GROUP_BACKUP_MANAGER'] }, own)).body.roles).toContainEqual({
      groupId: api.first.projectId,
      roleName: 'GROUP_BACKUP_MANAGER',
    });
    expect((await get(`${group}/apiKeys`, own)).body.results.map(({ id }: { id: string }) => id)).toEqual([owner.id, member.id]);
    expect((await ask('DELETE', path, undefined, own)).status).toBe(204);
    expect(code(await get(`${group}/accessList`, credentialsOf(member)))).toEqual([401, 'USER_UNAUTHORIZED']);
    expect(code(await ask('DELETE', path, undefined, own))).toEqual([400, 'API_KEY_NOT_FOUND']);
    expect((await get(org, credentialsOf(member))).status).toBe(200);
  });

  it('of one organization are out of reach for another', async () => {
    const { organizationId } = await anotherOrganization();
    const { body: made } = await ask('POST', `${org}/apiKeys`, { desc: 'Ours', roles: ['ORG_MEMBER'] });
    expect(code(await get(`/api/atlas/v2/orgs/${organizationId}/apiKeys/${made.id}`))).toEqual([401, 'USER_CANNOT_ACCESS_ORG']);
  });

  it.each<[unknown, string]>([
    [{ roles: ['ORG_OWNER'] }, 'MISSING_ATTRIBUTE'],
    [{ desc: 'x' }, 'MISSING_ATTRIBUTE'],
    [{ desc: 'x', roles: [] }, 'INVALID_JSON_ATTRIBUTE'],
    [{ desc: 'x', roles: ['KING'] }, 'INVALID_ENUM_VALUE'],
    [{ desc: 'x', roles: ['GROUP_OWNER'] }, 'INVALID_ENUM_VALUE'],
    [{ desc: 'x', roles: 'ORG_OWNER' }, 'INVALID_JSON_ATTRIBUTE'],
    [{ desc: 'x'.repeat(251), roles: ['ORG_OWNER'] }, 'INVALID_JSON_ATTRIBUTE'],
    [{ desc: 'x', roles: ['ORG_OWNER'], surprise: 1 }, 'INVALID_ATTRIBUTE'],
    ['[]', 'INVALID_JSON'],
    ['{', 'MALFORMED_JSON'],
  ])('refuse the body %j: %s', async (body, expected) => {
    expect(code(await ask('POST', `${org}/apiKeys`, body))).toEqual([400, expected]);
  });

  it('say which value is none of those there are, as Atlas does', async () => {
    const { body } = await ask('POST', `${org}/apiKeys`, { desc: 'x', roles: ['ORG_MEMBER', 'KING'] });
    expect(body).toMatchObject({ parameters: ['KING'], detail: 'An invalid enumeration value KING was specified.' });
    const many = await ask('POST', `${org}/apiKeys`, { desc: 'x', roles: ['K'.repeat(10_000)] });
    expect(many.body.parameters[0]).toHaveLength(100);
  });
});

describe('access lists', () => {
  it('of a key take addresses and blocks, each once, and show them whole', async () => {
    const { body: made } = await ask('POST', `${org}/apiKeys`, { desc: 'Listed', roles: ['ORG_MEMBER'] });
    const path = `${org}/apiKeys/${made.id}/accessList`;
    const entries = [{ ipAddress: '203.0.113.7' }, { cidrBlock: '10.1.2.3/8' }, { cidrBlock: '2001:db8::/32' }];
    const { status, body } = await ask('POST', path, entries);
    expect([status, body.totalCount]).toEqual([200, 3]);
    expect((await ask('POST', path, entries)).body.totalCount).toBe(3);
    expect(body.results).toContainEqual(expect.objectContaining({ ipAddress: '203.0.113.7', cidrBlock: '203.0.113.7/32' }));
    expect((await get(`${path}/10.0.0.0%2F8`)).body).toMatchObject({ cidrBlock: '10.0.0.0/8' });
    expect((await ask('DELETE', `${path}/203.0.113.7`)).status).toBe(204);
    expect(code(await ask('DELETE', `${path}/203.0.113.7`))).toEqual([404, 'WHITELIST_NOT_FOUND']);
    expect(code(await get(`${path}/nonsense`))).toEqual([400, 'INVALID_PATH_PARAMETER']);
    for (const wrong of ['1.2.3', '1.2.3.4/33', 'example.com', '0x7f.1'])
      expect(code(await ask('POST', path, [{ cidrBlock: wrong }]))).toEqual([400, 'INVALID_ATTRIBUTE']);
    expect(code(await ask('POST', path, [{ ipAddress: '10.0.0.0/8' }]))).toEqual([400, 'INVALID_ATTRIBUTE']);
    expect(code(await ask('POST', path, [{}]))).toEqual([400, 'MISSING_ATTRIBUTE']);
    expect(code(await ask('POST', path, {}))).toEqual([400, 'INVALID_JSON']);
  });

  it('of a project are kept and shown with their comments, until their date', async () => {
    const path = `${group}/accessList`;
    const soon = '2999-01-01T00:00:00Z';
    const { status, body } = await ask('POST', path, [
      { ipAddress: '203.0.113.9', comment: 'office' },
      { cidrBlock: '198.51.100.0/24', deleteAfterDate: soon },
      { awsSecurityGroup: 'sg-12345' },
    ]);
    expect([status, body.totalCount]).toEqual([201, 3]);
    const groupId = api.first.projectId;
    expect(body.results).toContainEqual(
      expect.objectContaining({ groupId, ipAddress: '203.0.113.9', cidrBlock: '203.0.113.9/32', comment: 'office' }),
    );
    expect((await get(`${path}/198.51.100.0%2F24`)).body).toMatchObject({ deleteAfterDate: soon });
    expect((await get(`${path}/203.0.113.9/status`)).body).toEqual({ STATUS: 'ACTIVE' });
    expect((await ask('POST', path, [{ ipAddress: '203.0.113.9', comment: 'moved' }])).body.totalCount).toBe(3);
    expect((await get(`${path}/203.0.113.9`)).body.comment).toBe('moved');
    await ask('POST', path, [{ ipAddress: '203.0.113.10', deleteAfterDate: '2020-01-01T00:00:00Z' }]);
    expect((await get(path)).body.totalCount).toBe(3);
    expect((await ask('DELETE', `${path}/sg-12345`)).status).toBe(204);
    for (const wrong of ['2030-06-30T23:59:60Z', '2030-02-30T00:00:00Z', 'soon'])
      expect((await ask('POST', path, [{ ipAddress: '203.0.113.11', deleteAfterDate: wrong }])).status, wrong).toBe(400);
    const missing = await get(`${path}/203.0.113.99`);
    expect(code(missing)).toEqual([404, 'ATLAS_NETWORK_PERMISSION_ENTRY_NOT_FOUND']);
    expect(missing.body.parameters).toEqual(['203.0.113.99/32', groupId]);
  });
});

describe('events', () => {
  const types = (answer: ApiAnswer) => answer.body.results.map((event: { eventTypeName: string }) => event.eventTypeName);

  it('tell who did what, newest first, in the organization and in the project', async () => {
    const { body: made } = await ask('POST', `${org}/apiKeys`, { desc: 'Told', roles: ['ORG_MEMBER'] });
    await ask('POST', `${org}/apiKeys/${made.id}/accessList`, [{ ipAddress: '203.0.113.1' }]);
    await ask('DELETE', `${org}/apiKeys/${made.id}`);
    const listed = await get(`${org}/events?includeRaw=true&itemsPerPage=3`);
    expect(types(listed)).toEqual(['API_KEY_DELETED', 'API_KEY_ACCESS_LIST_ENTRY_ADDED', 'API_KEY_CREATED']);
    const [newest] = listed.body.results;
    expect(newest).toMatchObject({ publicKey: api.first.publicKey, remoteAddress: '127.0.0.1', orgId: api.first.organizationId });
    expect(newest.raw.description).toContain(made.publicKey);
    expect((await get(`${org}/events/${newest.id}`)).body).toMatchObject({ id: newest.id, eventTypeName: 'API_KEY_DELETED' });
    expect(code(await get(`${group}/events/${newest.id}`))).toEqual([404, 'EVENT_NOT_FOUND']);
  });

  it('are filtered by type, cluster and date, and the links of their pages keep the filters', async () => {
    const path = `${group}/events`;
    const added = await get(`${path}?eventType=NETWORK_PERMISSION_ENTRY_ADDED&itemsPerPage=2&includeCount=false`);
    expect(new Set(types(added))).toEqual(new Set(['NETWORK_PERMISSION_ENTRY_ADDED']));
    expect(added.body).not.toHaveProperty('totalCount');
    const next = added.body.links.find(({ rel }: { rel: string }) => rel === 'next').href;
    expect(next).toBe(`${api.url}${path}?eventType=NETWORK_PERMISSION_ENTRY_ADDED&includeCount=false&itemsPerPage=2&pageNum=2`);
    const others = await get(`${path}?excludedEventType=NETWORK_PERMISSION_ENTRY_ADDED&excludedEventType=NETWORK_PERMISSION_ENTRY_UPDATED`);
    expect(types(others)).not.toContain('NETWORK_PERMISSION_ENTRY_ADDED');
    expect(types(others)).toContain('NETWORK_PERMISSION_ENTRY_REMOVED');
    expect((await get(`${path}?maxDate=2020-01-01T00:00:00Z`)).body.totalCount).toBe(0);
    expect((await get(`${path}?minDate=2020-01-01T00:00:00Z`)).body.totalCount).toBeGreaterThan(3);
    expect((await get(`${path}?clusterNames=none`)).body.totalCount).toBe(0);
    expect(code(await get(`${path}?minDate=yesterday`))).toEqual([400, 'INVALID_QUERY_PARAMETER']);
  });
});

describe('service accounts', () => {
  const NEW = { name: 'Terraform', description: 'Applies', roles: ['ORG_READ_ONLY'], secretExpiresAfterHours: 8 };

  it('of an organization live from their making to their deletion', async () => {
    const path = `${org}/serviceAccounts`;
    const { status, body: made } = await ask('POST', path, NEW);
    expect(status).toBe(201);
    expect(made).toMatchObject({
      clientId: expect.stringMatching(/^mdb_sa_id_[a-f0-9]{24}$/),
      name: 'Terraform',
      roles: ['ORG_READ_ONLY'],
    });
    expect(made.secrets).toMatchObject([{ secret: expect.stringMatching(/^mdb_sa_sk_.{40}$/) }]);
    const one = `${path}/${made.clientId}`;
    expect((await get(one)).body.secrets).toMatchObject([
      { id: made.secrets[0].id, maskedSecretValue: `mdb_sa_sk_...${made.secrets[0].secret.slice(-4)}` },
    ]);
    expect((await get(path)).text).not.toContain(made.secrets[0].secret);
    expect((await ask('PATCH', one, { description: 'Plans', roles: ['ORG_MEMBER'] })).body).toMatchObject({
      name: 'Terraform',
      description: 'Plans',
      roles: ['ORG_MEMBER'],
    });
    const { status: added, body: second } = await ask('POST', `${one}/secrets`, { secretExpiresAfterHours: 24 });
    expect([added, second.secret]).toEqual([201, expect.stringMatching(/^mdb_sa_sk_/)]);
    expect((await ask('DELETE', `${one}/secrets/${made.secrets[0].id}`)).status).toBe(204);
    expect(code(await ask('DELETE', `${one}/secrets/${made.secrets[0].id}`))).toEqual([404, 'SERVICE_ACCOUNT_SECRET_NOT_FOUND']);
    expect((await get(one)).body.secrets.map(({ id }: { id: string }) => id)).toEqual([second.id]);
    expect((await ask('DELETE', one)).status).toBe(204);
    expect(code(await get(one))).toEqual([404, 'SERVICE_ACCOUNT_NOT_FOUND']);
  });

  it('of a project show their roles there, and are no way to more than the project', async () => {
    expect(code(await ask('POST', `${group}/serviceAccounts`, { ...NEW, roles: [] }))).toEqual([400, 'INVALID_JSON_ATTRIBUTE']);
    const { body: made } = await ask('POST', `${group}/serviceAccounts`, { ...NEW, roles: ['GROUP_READ_ONLY', 'GROUP_READ_ONLY'] });
    expect(made.roles).toEqual(['GROUP_READ_ONLY']);
    expect(made.roles).toEqual(['GROUP_READ_ONLY']);
    const one = `${group}/serviceAccounts/${made.clientId}`;
    expect((await get(`${org}/serviceAccounts/${made.clientId}`)).body.roles).toEqual(['ORG_MEMBER']);
    expect((await get(`${org}/serviceAccounts/${made.clientId}/groups`)).body.results).toEqual([{ groupId: api.first.projectId }]);
    expect((await ask('PATCH', one, { roles: ['GROUP_OWNER'] })).body.roles).toEqual(['GROUP_OWNER']);
    const { body: owner } = await ask('POST', `${org}/serviceAccounts`, { ...NEW, roles: ['ORG_OWNER'] });
    const invited = `${group}/serviceAccounts/${owner.clientId}`;
    expect((await ask('POST', `${invited}:invite`, { roles: ['GROUP_READ_ONLY'] })).body.roles).toEqual(['GROUP_READ_ONLY']);
    expect(code(await ask('POST', invited, { roles: ['GROUP_READ_ONLY'] }))).toEqual([404, 'RESOURCE_NOT_FOUND']);
    const { body: keeper } = await ask('POST', `${group}/apiKeys`, { desc: 'Keeper', roles: ['GROUP_OWNER'] });
    const own = credentialsOf(keeper);
    const climb = await ask('POST', `${invited}/secrets`, { secretExpiresAfterHours: 8 }, own);
    expect(code(climb)).toEqual([401, 'USER_UNAUTHORIZED']);
    expect((await ask('POST', `${one}/secrets`, { secretExpiresAfterHours: 8 }, own)).status).toBe(201);
    expect((await ask('DELETE', invited, undefined, own)).status).toBe(204);
    expect(code(await get(invited, own))).toEqual([404, 'SERVICE_ACCOUNT_NOT_FOUND']);
    expect((await get(`${org}/serviceAccounts/${owner.clientId}`)).body.roles).toEqual(['ORG_OWNER']);
    await ask('DELETE', `${org}/serviceAccounts/${owner.clientId}`);
  });

  it.each<[unknown, string]>([
    [{ ...NEW, secretExpiresAfterHours: 7 }, 'INVALID_JSON_ATTRIBUTE'],
    [{ ...NEW, secretExpiresAfterHours: 8761 }, 'INVALID_JSON_ATTRIBUTE'],
    [{ ...NEW, roles: ['GROUP_OWNER'] }, 'INVALID_ENUM_VALUE'],
    [{ ...NEW, name: '<b>' }, 'INVALID_JSON_ATTRIBUTE'],
    [{ ...NEW, name: undefined }, 'MISSING_ATTRIBUTE'],
  ])('refuse the body %j: %s', async (body, expected) => {
    expect(code(await ask('POST', `${org}/serviceAccounts`, body))).toEqual([400, expected]);
  });
});
