import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ATLAS_ROUTES } from '../../src/api/atlas/routes.ts';
import { NATIVE } from '../../src/api/native/route.ts';
import { NATIVE_ROUTES } from '../../src/api/native/routes.ts';
import type { RoleName } from '../../src/backup/roles.ts';
import { runRestore } from '../../src/backup/work/run-restore.ts';
import { after, MINUTE } from '../../src/clock.ts';
import { MAY } from '../fixtures/atlas/roles.ts';
import { type Edge, PUBLIC_URL, startEdge } from '../kit/edge.ts';
import { addShop, type EdgeShop } from '../kit/edge-shop.ts';

let edge: Edge;
let shop: EdgeShop;
let tenant: string;
/** COMPLETED, and the oldest of all jobs. */
let restoreId: string;
/** A snapshot that waits: no worker takes it. */
let waitingId: string;
/** In the order in which they were made: three at one moment, then one. */
let downloadIds: string[];
let snapshotIds: string[];

beforeAll(async () => {
  edge = await startEdge();
  shop = await addShop(edge);
  const { projectId } = edge.first;
  const { restores, snapshots } = edge.services;
  tenant = `/api/atlas/v1.0/groups/${projectId}/clusters/shop/backup/tenant`;
  const { snapshotId } = shop;
  passMinutes(1);
  restoreId = (await restores.start({ projectId, clusterName: 'shop', snapshotId, targetClusterName: 'copy' })).id;
  passMinutes(1);
  await runRestore(edge.parts, restoreId, new AbortController().signal);
  downloadIds = [];
  for (const minutes of [1, 0, 0, 1]) {
    passMinutes(minutes);
    downloadIds.push((await restores.startDownload({ projectId, clusterName: 'shop', snapshotId })).id);
  }
  snapshotIds = [snapshotId];
  for (const minutes of [0, 0, 1]) {
    passMinutes(minutes);
    snapshotIds.push((await snapshots.take(projectId, 'shop')).id);
  }
  waitingId = snapshotIds.at(-1)!;
});
afterAll(async () => {
  await edge[Symbol.asyncDispose]();
  await shop[Symbol.asyncDispose]();
});

function passMinutes(minutes: number): void {
  edge.clock.set(after(edge.clock.now(), minutes * MINUTE));
}

describe('a restore job on v1.0', () => {
  it("carries the names of the page's table and of its example, and nothing else", async () => {
    const { body } = await edge.ask('GET', `${tenant}/restores/${restoreId}`);
    const dates = { scheduled: '2026-03-01T10:01:00Z', finished: '2026-03-01T10:02:00Z', snapshot: '2026-03-01T10:00:00Z' };
    expect(body).toEqual({
      clusterName: 'shop',
      deliveryType: 'RESTORE',
      expirationDate: '2026-03-01T14:01:00Z',
      finishedDate: dates.finished,
      id: restoreId,
      projectId: edge.first.projectId,
      restoreFinishedDate: dates.finished,
      restoreScheduledDate: dates.scheduled,
      snapshotFinishedDate: dates.snapshot,
      snapshotId: shop.snapshotId,
      status: 'COMPLETED',
      submittedAt: dates.scheduled,
      targetDeploymentItemName: 'copy',
      targetProjectId: edge.first.projectId,
      timestamp: dates.snapshot,
    });
  });

  it('is written in one line, or as the page writes it when pretty: "key" : value, keys sorted', async () => {
    const plain = await edge.ask('GET', `${tenant}/restores/${restoreId}`);
    const pretty = await edge.ask('GET', `${tenant}/restores/${restoreId}?pretty=true`);
    expect(plain.text).toBe(JSON.stringify(plain.body));
    const names = Object.keys(plain.body);
    expect(names).toEqual([...names].sort());
    expect(pretty.text).toBe(`{\n${names.map((name) => `  "${name}" : "${plain.body[name]}"`).join(',\n')}\n}`);
    expect(pretty.headers).toMatchObject({
      'content-type': 'application/json',
      'strict-transport-security': 'max-age=300',
      vary: 'Accept-Encoding',
    });
  });

  it('leaves out what has no value', async () => {
    const { body } = await edge.ask('GET', `${tenant}/snapshots/${waitingId}`);
    expect(body).toEqual({ id: waitingId, scheduledTime: '2026-03-01T10:05:00Z', status: 'QUEUED' });
    const download = await edge.ask('GET', `${tenant}/restores/${downloadIds[0]}`);
    expect(download.body).toMatchObject({ deliveryType: 'DOWNLOAD', targetDeploymentItemName: 'shop', snapshotUrl: expect.any(String) });
    expect(download.text).not.toContain('null');
  });
});

describe('an envelope', () => {
  it('holds one thing under both names, and says the status', async () => {
    const { body } = await edge.ask('GET', `${tenant}/restores/${restoreId}`);
    const wrapped = await edge.ask('GET', `${tenant}/restores/${restoreId}?envelope=true`);
    expect([wrapped.status, wrapped.body]).toEqual([200, { content: body, envelope: body, status: 200 }]);
  });

  it('of an error of v2 holds it under one name', async () => {
    const { body } = await edge.ask('GET', `${tenant.replace('v1.0', 'v2')}/restores/${restoreId}?envelope=true`);
    expect(body).toEqual({ status: 406, content: expect.objectContaining({ errorCode: 'INVALID_VERSION_DATE' }) });
  });

  it('of a list is the list and its status; of an error the error under both names', async () => {
    const list = await edge.ask('GET', `${tenant}/restores?envelope=true`);
    expect(Object.keys(list.body)).toEqual(['links', 'results', 'status', 'totalCount']);
    const error = await edge.ask('GET', `${tenant}/restores/xyz?envelope=true`);
    expect(error.body).toMatchObject({ status: 404, content: { errorCode: 'INVALID_JOB_ID' }, envelope: { error: 404 } });
  });
});

describe('a list', () => {
  const idsOf = (body: { results: { id: string }[] }) => body.results.map(({ id }) => id);

  it('of restore jobs has the newest first, of snapshots the oldest, those of one moment by id', async () => {
    const restores = await edge.ask('GET', `${tenant}/restores`);
    expect(idsOf(restores.body)).toEqual([restoreId, ...downloadIds].reverse());
    const snapshots = await edge.ask('GET', `${tenant}/snapshots`);
    expect(idsOf(snapshots.body)).toEqual(snapshotIds);
  });

  /** Five jobs, two on a page. */
  it.each<[number, number, string[]]>([
    [1, 2, ['self', 'next']],
    [2, 2, ['self', 'previous', 'next']],
    [3, 1, ['self', 'previous']],
    [4, 0, ['self', 'previous']],
  ])('on page %i holds %i and links to %j', async (number, count, rels) => {
    const { body } = await edge.ask('GET', `${tenant}/restores?itemsPerPage=2&pageNum=${number}`);
    const base = `${PUBLIC_URL}${tenant}/restores?includeCount=true`;
    const hrefs: Record<string, string> = {
      self: `${base}&pageNum=${number}&itemsPerPage=2`,
      previous: `${base}&itemsPerPage=2&pageNum=${number - 1}`,
      next: `${base}&itemsPerPage=2&pageNum=${number + 1}`,
    };
    expect(body.links).toEqual(rels.map((rel) => ({ href: hrefs[rel], rel })));
    expect([body.results.length, body.totalCount]).toEqual([count, 5]);
  });

  it('without the count says so in its links, and still leads on', async () => {
    const { body } = await edge.ask('GET', `${tenant}/snapshots?itemsPerPage=3&includeCount=false`);
    expect(body).not.toHaveProperty('totalCount');
    expect(body.links.map(({ rel }: { rel: string }) => rel)).toEqual(['self', 'next']);
    for (const { href } of body.links) expect(href).toContain('?includeCount=false&');
  });

  it('of a cluster without any is empty, with defaults in its link', async () => {
    const { body } = await edge.ask('GET', `${tenant.replace('/shop/', '/copy/')}/snapshots`);
    const href = `${PUBLIC_URL}${tenant.replace('/shop/', '/copy/')}/snapshots?includeCount=true&pageNum=1&itemsPerPage=100`;
    expect(body).toEqual({ links: [{ href, rel: 'self' }], results: [], totalCount: 0 });
  });

  it.each([
    'pageNum=0',
    'pageNum=-1',
    'pageNum=x',
    'pageNum=1e3',
    'itemsPerPage=0',
    'itemsPerPage=501',
    'includeCount=maybe',
    'pretty=1',
    'envelope=yes',
    'pageNum=1&pageNum=2',
  ])('refuses ?%s', async (query) => {
    const { status, body } = await edge.ask('GET', `${tenant}/restores?${query}`);
    expect([status, body.errorCode, body.parameters]).toEqual([400, 'INVALID_QUERY_PARAMETER', [query.split('=')[0]]]);
  });
});

describe('an answer in gzip', () => {
  const GZIP = { headers: { 'accept-encoding': 'gzip' } };

  it('is for who asks, where it is worth it, and is the same within; HEAD says so too', async () => {
    const path = `${tenant}/restores`;
    const [plain, small, head] = [await edge.ask('GET', path), await edge.ask('GET', path, GZIP), await edge.ask('HEAD', path, GZIP)];
    expect(plain.headers['content-encoding']).toBeUndefined();
    expect(small.headers).toMatchObject({
      'content-encoding': 'gzip',
      vary: 'Accept-Encoding',
      'content-length': String(small.bytes.length),
    });
    expect(small.text).toBe(plain.text);
    expect(small.bytes.length).toBeLessThan(plain.bytes.length / 2);
    expect(head.headers).toMatchObject({ 'content-encoding': 'gzip', 'content-length': String(small.bytes.length) });
    expect(head.bytes).toHaveLength(0);
    const one = await edge.ask('GET', `${path}/${restoreId}`, GZIP);
    expect([one.headers['content-encoding'], one.headers.vary]).toEqual([undefined, 'Accept-Encoding']);
  });

  it('is for the served document, and never a download', async () => {
    const document = await edge.send('GET', '/api/openapi.json', GZIP);
    expect(document.headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'Accept-Encoding' });
    const { body } = await edge.ask('GET', `${tenant}/restores/${downloadIds[0]}`);
    const path = new URL(body.snapshotUrl).pathname;
    const [plain, asked] = [await edge.send('GET', path), await edge.send('GET', path, GZIP)];
    expect(asked.headers['content-encoding']).toBeUndefined();
    expect(asked.bytes.equals(plain.bytes)).toBe(true);
  });
});

describe('the description of the API', () => {
  it('is there without credentials, for machines and as a page that may load and run nothing', async () => {
    const json = await edge.send('GET', '/api/openapi.json');
    expect([json.status, json.body.openapi]).toEqual([200, '3.1.0']);
    const page = await edge.send('GET', '/api/docs');
    expect(page).toMatchObject({ status: 200, headers: { 'content-type': 'text/html; charset=utf-8' } });
    expect(page.headers['content-security-policy']).toMatch(/^default-src 'none'; style-src 'sha256-/);
    for (const { tags } of Object.values(json.body.paths['/api/atlas/v2/groups']) as { tags: string[] }[])
      expect(page.text).toContain(tags[0]);
  });
});

describe('HEAD', () => {
  it.each([() => '/snapshots', () => `/snapshots/${shop.snapshotId}`, () => '/restores', () => `/restores/${restoreId}`])(
    'answers a readable route with the headers of GET alone (%#)',
    async (route) => {
      const [get, head] = [await edge.ask('GET', tenant + route()), await edge.ask('HEAD', tenant + route())];
      expect([head.status, head.text]).toEqual([200, '']);
      expect(head.headers['content-type']).toBe(get.headers['content-type']);
      expect(head.headers['content-length']).toBe(get.headers['content-length']);
    },
  );

  it.each(['/restore', '/download'])('is not for %s', async (route) => {
    const { status, headers } = await edge.ask('HEAD', tenant + route);
    expect([status, headers.allow]).toEqual([405, 'POST']);
  });
});

describe('a role', () => {
  /** What a key with it gets: the list, the URL of a download in it, a download of its own, a snapshot. */
  const LET_IN = 200;
  const DENIED = '401 USER_UNAUTHORIZED';
  const STRANGER = '401 NOT_IN_GROUP';

  it.each<[RoleName, { list: unknown; url: boolean; download: unknown; snapshot: unknown }]>([
    ['ORG_OWNER', { list: LET_IN, url: true, download: LET_IN, snapshot: 202 }],
    ['GROUP_OWNER', { list: LET_IN, url: true, download: LET_IN, snapshot: 202 }],
    ['GROUP_BACKUP_MANAGER', { list: LET_IN, url: true, download: DENIED, snapshot: 202 }],
    ['GROUP_CLUSTER_MANAGER', { list: LET_IN, url: false, download: DENIED, snapshot: DENIED }],
    ['GROUP_READ_ONLY', { list: LET_IN, url: false, download: DENIED, snapshot: DENIED }],
    ['ORG_READ_ONLY', { list: LET_IN, url: false, download: DENIED, snapshot: DENIED }],
    ['ORG_MEMBER', { list: STRANGER, url: false, download: STRANGER, snapshot: STRANGER }],
  ])('%s may do what Atlas says', async (roleName, expected) => {
    const projectId = roleName.startsWith('GROUP') ? edge.first.projectId : null;
    const credentials = await edge.makeKey({ roleName, projectId });
    const ask = async (method: string, path: string, body?: object) => {
      const { status, headers, body: answered } = await edge.ask(method, path, { credentials, body });
      // Who is known is not asked again who they are.
      expect(headers).not.toHaveProperty('www-authenticate');
      return { seen: answered, outcome: status < 400 ? status : `${status} ${answered.errorCode}` };
    };
    const list = await ask('GET', `${tenant}/restores`);
    const one = await ask('GET', `${tenant}/restores/${downloadIds[0]}`);
    const listed = (list.seen.results ?? []).filter((job: object) => 'snapshotUrl' in job);
    expect([listed.length > 0, 'snapshotUrl' in one.seen]).toEqual([expected.url, expected.url]);
    const download = await ask('POST', `${tenant}/download`, { snapshotId: shop.snapshotId });
    const snapshot = await ask('POST', `/api/lifeboat/v1/projects/${edge.first.projectId}/clusters/copy/snapshots`);
    expect({ list: list.outcome, url: expected.url, download: download.outcome, snapshot: snapshot.outcome }).toEqual(expected);
  });

  const ROUTES = [
    ...ATLAS_ROUTES.filter(({ scope }) => scope !== 'installation').map((route) => ({
      ...route,
      base: `/api/atlas/${route.v2 ? 'v2' : 'v1.0'}`,
    })),
    // A stream does not end: who is let in to it is looked at in console-reading.servers.test.ts.
    ...NATIVE_ROUTES.filter(({ handler }) => handler !== 'stream').map((route) => ({
      ...route,
      base: NATIVE,
      operationId: `native.${route.operationId}`,
    })),
  ];

  /** What each role may is `roles.test.ts`; between these lie all of its borders, and here every route keeps them. */
  it.each<RoleName>(['ORG_READ_ONLY', 'GROUP_BACKUP_MANAGER', 'GROUP_CLUSTER_MANAGER'])(
    '%s is let in by the routes whose role it has, and by no other',
    async (roleName) => {
      const { projectId, organizationId } = edge.first;
      const credentials = await edge.makeKey({ roleName, projectId: roleName.startsWith('GROUP') ? projectId : null });
      await edge.ask('GET', '/api/atlas/v1.0', { credentials });
      const there: Record<string, string> = { groupId: projectId, projectId, orgId: organizationId };
      const outcomes = ROUTES.map(async ({ method, base, path, takes, operationId }) => {
        // Nothing else that a path names is there, and no body can be read: who is let in changes nothing.
        const url = `${base}${path}`.replace(/(?<!:):(\w+)/g, (_, name) => there[name] ?? '0'.repeat(24)).replaceAll('::', ':');
        const headers = { accept: 'application/vnd.atlas.2025-03-12+json' };
        const { status, body } = await edge.ask(method, url, { credentials, headers, ...(takes && { body: '{' }) });
        const isRefused = status === 401 && /^(USER_UNAUTHORIZED|USER_CANNOT_ACCESS_ORG)$/.test(body.errorCode);
        return isRefused === MAY.get(operationId)!.includes(roleName) ? [`${operationId}: ${status} ${body?.errorCode}`] : [];
      });
      expect((await Promise.all(outcomes)).flat()).toEqual([]);
    },
  );
});
