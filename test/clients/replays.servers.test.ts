/**
 * The calls of the Atlas CLI and of the Terraform provider, one after the other, with the headers and bodies that were recorded of them. Each test is a
 * command or a resource; what it expects is what the program reads from the answers, and what it decides by.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pause } from '../../src/clock.ts';
import { type ClientWorld, startClientWorld } from '../kit/client-world.ts';
import { type GoAnswer, type GoTransport, goDigest, goToken, revokeToken } from '../kit/go-transport.ts';

const userAgent = 'go-atlas-sdk-admin/20250312005.0.0';
const SETTLED = ['COMPLETED', 'FAILED'];
/** The Atlas CLI always pages. */
const PAGE = 'includeCount=true&itemsPerPage=100&pageNum=1';
const OF = {
  flex: '2024-11-13',
  backup: '2023-01-01',
  clusters: '2023-02-01',
  newest: '2024-08-05',
  changes: '2024-10-23',
  groups: '2023-01-01',
};

let world: ClientWorld;
let group: string;
let v2: string;

beforeAll(async () => {
  world = await startClientWorld({ databaseServer: true });
  group = world.identity.projectId;
  v2 = `/api/atlas/v2/groups/${group}`;
});
afterAll(() => world?.remove());

const codeOf = ({ status, body }: GoAnswer) => [status, body.errorCode];

async function poll(ask: () => Promise<GoAnswer>, isDone: (body: GoAnswer['body']) => boolean): Promise<GoAnswer['body']> {
  for (;;) {
    const { status, body } = await ask();
    expect(status).toBe(200);
    if (isDone(body)) return body;
    await pause(50);
  }
}

describe('the Atlas CLI', () => {
  let call: GoTransport;
  beforeAll(() => {
    call = goDigest(world.lifeboat.url, world.identity, userAgent);
  });

  it('projects list, projects describe', async () => {
    const all = await call('GET', `/api/atlas/v2/groups?${PAGE}`, { version: OF.groups });
    expect(all.body).toMatchObject({ totalCount: 1, results: [{ id: group, name: expect.any(String) }] });
    const inOrganization = await call('GET', `/api/atlas/v2/orgs/${world.identity.orgId}/groups?${PAGE}`, { version: OF.groups });
    expect(inOrganization.body.results[0].id).toBe(group);
    expect((await call('GET', v2, { version: OF.groups })).body).toMatchObject({ id: group, orgId: world.identity.orgId });
  });

  it('clusters list, with and without --tier FLEX', async () => {
    const dedicated = await call('GET', `${v2}/clusters?${PAGE}`, { version: OF.clusters });
    for (const cluster of dedicated.body.results)
      expect(cluster).toMatchObject({ id: expect.any(String), mongoDBVersion: expect.any(String), stateName: 'IDLE' });
    expect(dedicated.body.results.map(({ name }: { name: string }) => name)).toContain('big');
    const flex = await call('GET', `${v2}/flexClusters?${PAGE}`, { version: OF.flex });
    expect(flex.body.results.map(({ name }: { name: string }) => name)).toContain('shop');
  });

  it('clusters describe: a refusal by name sends it to the Flex routes', async () => {
    expect((await call('GET', `${v2}/clusters/big`, { version: OF.clusters })).body.name).toBe('big');
    expect(codeOf(await call('GET', `${v2}/clusters/shop`, { version: OF.clusters }))).toEqual([
      400,
      'CANNOT_USE_FLEX_CLUSTER_IN_CLUSTER_API',
    ]);
    expect((await call('GET', `${v2}/flexClusters/shop`, { version: OF.flex })).body).toMatchObject({ name: 'shop', stateName: 'IDLE' });
  });

  /** `backups snapshots|restores list|describe`: the Flex routes, and by these codes the dedicated ones. */
  async function withFallback(name: string, rest: string): Promise<GoAnswer> {
    const query = rest.split('/').length === 1 ? `?${PAGE}` : '';
    const first = await call('GET', `${v2}/flexClusters/${name}/backup/${rest}${query}`, { version: OF.flex });
    const falls = ['CANNOT_USE_NON_FLEX_CLUSTER_IN_FLEX_API', 'FEATURE_UNSUPPORTED', 'CLUSTER_NOT_FOUND'].includes(first.body?.errorCode);
    return falls ? call('GET', `${v2}/clusters/${name}/backup/${rest}${query}`, { version: OF.backup }) : first;
  }

  it('backups snapshots list, describe', async () => {
    const listed = await withFallback('shop', 'snapshots');
    expect(listed.body.results[0]).toMatchObject({ id: world.snapshotId, status: 'COMPLETED' });
    const one = (await withFallback('shop', `snapshots/${world.snapshotId}`)).body;
    expect(Object.keys(one)).toEqual(expect.arrayContaining(['id', 'status', 'mongoDBVersion', 'startTime', 'finishTime', 'expiration']));
    expect((await withFallback('small', 'snapshots')).body).toMatchObject({ results: [], totalCount: 0 });
    expect(codeOf(await withFallback('none', 'snapshots'))).toEqual([404, 'CLUSTER_NOT_FOUND']);
  });

  it('backups restores start automated of a Flex cluster, watch, list, describe', async () => {
    expect(codeOf(await call('GET', `${v2}/clusters/shop`, { version: OF.newest }))).toEqual([
      400,
      'CANNOT_USE_FLEX_CLUSTER_IN_CLUSTER_API',
    ]);
    const started = await call('POST', `${v2}/flexClusters/shop/backup/restoreJobs`, {
      version: OF.flex,
      // The read-only instanceName goes with it.
      body: { instanceName: 'shop', snapshotId: world.snapshotId, targetDeploymentItemName: 'copy', targetProjectId: group },
    });
    expect(started).toMatchObject({ status: 200, body: { status: 'PENDING', instanceName: 'shop' } });
    const { id } = started.body;
    const ended = await poll(
      () => withFallback('shop', `restoreJobs/${id}`),
      ({ status }) => SETTLED.includes(status),
    );
    expect(ended).toMatchObject({ id, status: 'COMPLETED', restoreFinishedDate: expect.any(String) });
    const [newest] = (await withFallback('shop', 'restoreJobs')).body.results;
    expect(newest).toMatchObject({ id, snapshotId: world.snapshotId, targetDeploymentItemName: 'copy', deliveryType: 'RESTORE' });
    expect(newest.expirationDate).toEqual(expect.any(String));
  });

  it('backups snapshots create of a dedicated cluster, watch; restores start automated, watch', async () => {
    const body = { retentionInDays: 2, description: 'by hand' };
    const taken = await call('POST', `${v2}/clusters/big/backup/snapshots`, { version: OF.backup, body });
    expect(taken).toMatchObject({ status: 200, body: { description: 'by hand', snapshotType: 'onDemand' } });
    const { id: snapshotId } = taken.body;
    const one = () => withFallback('big', `snapshots/${snapshotId}`);
    expect((await poll(one, ({ status }) => ['completed', 'failed'].includes(status))).status).toBe('completed');
    expect((await call('GET', `${v2}/clusters/big`, { version: OF.newest })).status).toBe(200);
    const started = await call('POST', `${v2}/clusters/big/backup/restoreJobs`, {
      version: OF.backup,
      body: { deliveryType: 'automated', snapshotId, targetClusterName: 'big-copy', targetGroupId: group },
    });
    const { id } = started.body;
    const ended = await poll(
      () => withFallback('big', `restoreJobs/${id}`),
      ({ finishedAt, failed }) => finishedAt || failed,
    );
    expect(ended).toMatchObject({ id, failed: false, cancelled: false, targetClusterName: 'big-copy' });
  });

  it('backups snapshots download: the link leads to the file without credentials, at once', async () => {
    const made = await call('POST', `${v2}/flexClusters/shop/backup/download`, {
      version: OF.flex,
      body: { snapshotId: world.snapshotId },
    });
    const file = await fetch(made.body.snapshotUrl, { headers: { 'user-agent': userAgent } });
    expect(file.status).toBe(200);
    const bytes = Buffer.from(await file.arrayBuffer());
    expect([...bytes.subarray(0, 2)]).toEqual([0x1f, 0x8b]);
  });

  it('api sharedTierSnapshots and sharedTierRestoreJobs', async () => {
    const tenant = `${v2}/clusters/shop/backup/tenant`;
    const version = '2023-01-01';
    expect((await call('GET', `${tenant}/snapshots`, { version })).body.results[0].id).toBe(world.snapshotId);
    expect((await call('GET', `${tenant}/snapshots/${world.snapshotId}`, { version })).body.status).toBe('COMPLETED');
    // The SDK has no way to leave the name out.
    const download = { snapshotId: world.snapshotId, targetDeploymentItemName: '' };
    expect((await call('POST', `${tenant}/download`, { version, body: download })).body.deliveryType).toBe('DOWNLOAD');
    const restore = { snapshotId: world.snapshotId, targetDeploymentItemName: 'copy', targetProjectId: group };
    const { id } = (await call('POST', `${tenant}/restore`, { version, body: restore })).body;
    const ended = await poll(
      () => call('GET', `${tenant}/restores/${id}`, { version }),
      ({ status }) => SETTLED.includes(status),
    );
    expect(ended).toMatchObject({ id, status: 'COMPLETED', clusterName: 'shop' });
    expect((await call('GET', `${tenant}/restores`, { version })).body.results[0].id).toBe(id);
  });

  it('setup: what it asks beside the documented API', async () => {
    const bare = (path: string, init?: RequestInit) => fetch(world.lifeboat.url + path, init);
    expect(await (await bare('/api/private/ipinfo')).json()).toEqual({ currentIpv4Address: '127.0.0.1' });
    const version = await bare('/api/private/unauth/nds/defaultMongoDBMajorVersion');
    expect([version.headers.get('content-type'), await version.text()]).toEqual(['text/plain', '8.0']);
    const telemetry = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '[{"source":"atlascli"}]' };
    expect((await bare('/api/private/unauth/telemetry/events', telemetry)).status).toBe(204);
  });

  it('clusters upgrade, which is left of v1.0: a shared cluster becomes a dedicated one and answers on those routes', async () => {
    const v1 = `/api/atlas/v1.0/groups/${group}/clusters`;
    const { body: shared } = await call('GET', `${v1}/small`);
    expect(shared.providerSettings).toMatchObject({ providerName: 'TENANT', instanceSizeName: 'M2' });
    // It sends back what it read, with the size it wants.
    const providerSettings = { providerName: 'AWS', instanceSizeName: 'M10', regionName: 'US_EAST_1' };
    const upgraded = await call('POST', `${v1}/tenantUpgrade`, { body: { ...shared, providerSettings } });
    expect(upgraded).toMatchObject({ status: 200, body: { name: 'small', providerSettings } });
    expect((await call('GET', `${v2}/clusters/small/backup/schedule`, { version: OF.newest })).status).toBe(200);
    expect(codeOf(await call('POST', `${v1}/tenantUpgrade`, { body: { ...shared, providerSettings } }))).toEqual([
      400,
      'INVALID_ATTRIBUTE',
    ]);
  });
});

describe('the Terraform provider', () => {
  let call: GoTransport;
  beforeAll(() => {
    call = goDigest(world.lifeboat.url, world.identity, userAgent);
  });

  it('mongodbatlas_shared_tier_snapshot(s) and _restore_job(s)', async () => {
    const tenant = `${v2}/clusters/shop/backup/tenant`;
    const version = '2023-01-01';
    const snapshots = (await call('GET', `${tenant}/snapshots`, { version })).body;
    expect(snapshots).toMatchObject({
      totalCount: 1,
      results: [{ id: world.snapshotId, mongoDBVersion: expect.any(String), status: 'COMPLETED' }],
    });
    for (const date of ['expiration', 'startTime', 'finishTime', 'scheduledTime']) expect(snapshots.results[0]).toHaveProperty(date);
    expect((await call('GET', `${tenant}/snapshots/${world.snapshotId}`, { version })).body.id).toBe(world.snapshotId);
    const jobs = (await call('GET', `${tenant}/restores`, { version })).body;
    expect(jobs.totalCount).toBeGreaterThan(0);
    const { body: job } = await call('GET', `${tenant}/restores/${jobs.results[0].id}`, { version });
    // A job without an id ends the provider with a panic.
    expect(job).toMatchObject({
      id: jobs.results[0].id,
      targetProjectId: group,
      snapshotId: world.snapshotId,
      deliveryType: expect.any(String),
    });
  });

  it('mongodbatlas_flex_snapshots and _flex_restore_jobs: pages by their number alone, until it has totalCount of them', async () => {
    for (const [name, what, least] of [
      ['shop', 'snapshots', 1],
      ['busy', 'restoreJobs', 1200],
    ] as const) {
      const found = new Set<string>();
      for (let page = 1; ; page += 1) {
        const { body } = await call('GET', `${v2}/flexClusters/${name}/backup/${what}?pageNum=${page}`, { version: OF.flex });
        for (const { id } of body.results) found.add(id);
        if (body.results.length === 0 || found.size >= body.totalCount) break;
      }
      expect(found.size).toBeGreaterThanOrEqual(least);
    }
  });

  it('mongodbatlas_project as a resource and as a data source', async () => {
    const version = OF.groups;
    const made = await call('POST', '/api/atlas/v2/groups', {
      version,
      body: { name: 'by-terraform', orgId: world.identity.orgId, withDefaultAlertsSettings: true },
    });
    expect(made).toMatchObject({ status: 201, body: { name: 'by-terraform', clusterCount: 0 } });
    const url = `/api/atlas/v2/groups/${made.body.id}`;
    expect((await call('GET', '/api/atlas/v2/groups/byName/by-terraform', { version })).body.id).toBe(made.body.id);
    expect((await call('GET', `${url}/teams?pageNum=1`, { version })).body).toMatchObject({ results: [], totalCount: 0 });
    expect((await call('GET', `${url}/limits`, { version })).body).toEqual([]);
    expect((await call('GET', `${url}/settings`, { version })).body.isDataExplorerEnabled).toBe(true);
    expect((await call('GET', `${url}/ipAddresses`, { version })).body.services.clusters).toEqual([]);
    expect((await call('GET', `${url}/users?pageNum=1`, { version: '2025-02-19' })).body.totalCount).toBe(0);
    expect((await call('PATCH', `${url}/settings`, { version, body: { isDataExplorerEnabled: false } })).body.isDataExplorerEnabled).toBe(
      false,
    );
    expect((await call('DELETE', `${url}/managedSlowMs/disable`, { version })).status).toBe(204);
    expect((await call('GET', `${url}/managedSlowMs`, { version })).body).toBe(false);
    expect((await call('PATCH', url, { version, body: { name: 'renamed' } })).body.name).toBe('renamed');
    expect((await call('DELETE', url, { version })).status).toBe(202);
    expect(codeOf(await call('GET', url, { version }))).toEqual([404, 'GROUP_NOT_FOUND']);
  });

  it('mongodbatlas_flex_cluster: created, read until IDLE, changed, deleted and gone', async () => {
    const version = OF.flex;
    const providerSettings = { backingProviderName: 'AWS', regionName: 'US_EAST_1' };
    const made = await call('POST', `${v2}/flexClusters`, {
      version,
      body: { name: 'tf-flex', providerSettings, terminationProtectionEnabled: false, tags: [{ key: 'env', value: 'ci' }] },
    });
    expect(made).toMatchObject({ status: 201, body: { name: 'tf-flex', providerSettings: { providerName: 'FLEX', ...providerSettings } } });
    const url = `${v2}/flexClusters/tf-flex`;
    await poll(
      () => call('GET', url, { version }),
      ({ stateName }) => stateName === 'IDLE',
    );
    expect((await call('PATCH', url, { version, body: { tags: [], terminationProtectionEnabled: false } })).body.tags).toEqual([]);
    expect((await call('DELETE', url, { version })).status).toBe(204);
    expect(codeOf(await call('GET', url, { version }))).toEqual([404, 'CLUSTER_NOT_FOUND']);
  });

  it('mongodbatlas_advanced_cluster, as a service account that gives its token back', async () => {
    const accounts = `/api/atlas/v2/orgs/${world.identity.orgId}/serviceAccounts`;
    const wanted = { name: 'terraform', description: 'Terraform', roles: ['ORG_OWNER'], secretExpiresAfterHours: 8 };
    const { body: account } = await call('POST', accounts, { version: '2024-08-05', body: wanted });
    const who = { clientId: account.clientId, secret: account.secrets[0].secret };
    const { token, call: asAccount } = await goToken(world.lifeboat.url, who, userAgent);
    const electableSpecs = { instanceSize: 'M10', nodeCount: 3 };
    const region = { electableSpecs, priority: 7, providerName: 'AWS', regionName: 'EU_WEST_1' };
    const replicationSpecs = [{ regionConfigs: [region], zoneName: 'ZoneName managed by Terraform' }];
    const made = await asAccount('POST', `${v2}/clusters`, {
      version: OF.changes,
      body: { name: 'tf-big', clusterType: 'REPLICASET', backupEnabled: true, replicationSpecs, tags: [{ key: 'env', value: 'ci' }] },
    });
    expect(made).toMatchObject({ status: 201, body: { name: 'tf-big', replicationSpecs: [{ regionConfigs: [region] }] } });
    const url = `${v2}/clusters/tf-big`;
    const read = await poll(
      () => asAccount('GET', url, { version: OF.newest }),
      ({ stateName }) => stateName === 'IDLE',
    );
    const larger = structuredClone(read.replicationSpecs);
    larger[0].regionConfigs[0].electableSpecs.instanceSize = 'M20';
    const patched = await asAccount('PATCH', url, { version: OF.changes, body: { replicationSpecs: larger, tags: [] } });
    expect(patched).toMatchObject({ status: 200, body: { tags: [], replicationSpecs: larger } });
    expect(await asAccount('DELETE', `${url}?retainBackups=false`, { version: '2023-02-01' })).toMatchObject({ status: 202, body: {} });
    expect(codeOf(await asAccount('GET', url, { version: OF.newest }))).toEqual([404, 'CLUSTER_NOT_FOUND']);
    await revokeToken(world.lifeboat.url, who, token, userAgent);
    expect((await fetch(world.lifeboat.url + v2, { headers: { authorization: `Bearer ${token}` } })).status).toBe(401);
  });
});
