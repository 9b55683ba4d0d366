import http from 'node:http';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildServer } from '../../src/api/server.ts';
import { verifySnapshot } from '../../src/backup/work/verify-snapshot.ts';
import { DigestCredentials } from '../../src/cli/digest-client.ts';
import { HOUR } from '../../src/clock.ts';
import { byIndex, countOfJobs, pageOfJobs } from '../../src/db/jobs.ts';
import { beginVerification } from '../../src/db/verifications.ts';
import { type Edge, startEdge } from '../kit/edge.ts';
import { addShop, type EdgeShop } from '../kit/edge-shop.ts';
import { generateShop } from '../kit/wire-server/generator.ts';
import { serveWire } from '../kit/wire-server/server.ts';

/** What the console reads, over HTTP. */
let edge: Edge;
let shop: EdgeShop;
let native: string;

beforeAll(async () => {
  edge = await startEdge();
  shop = await addShop(edge);
  native = `/api/lifeboat/v1/projects/${edge.first.projectId}`;
});
afterAll(async () => {
  await edge[Symbol.asyncDispose]();
  await shop[Symbol.asyncDispose]();
});

const get = async (path: string) => (await edge.ask('GET', native + path)).body;
const refused = async (path: string) => (await edge.ask('GET', native + path)).body.errorCode;

describe('the collections of a snapshot', () => {
  const collections = (query = '') => get(`/clusters/shop/snapshots/${shop.snapshotId}/collections${query}`);

  it('are what its manifest says, page by page', async () => {
    const snapshot = await get(`/clusters/shop/snapshots/${shop.snapshotId}`);
    const { results, totalCount } = await collections();
    expect(totalCount).toBe(snapshot.collections);
    const sum = (field: string) => results.reduce((total: number, c: Record<string, number>) => total + c[field]!, 0);
    expect([sum('documents'), sum('logicalBytes'), sum('storedBytes')]).toEqual([
      snapshot.documents,
      snapshot.logicalBytes,
      snapshot.storedBytes,
    ]);
    expect(await collections('?itemsPerPage=1&pageNum=2')).toEqual({ results: [results[1]], totalCount });
  });

  it('are searched by namespace, whatever the case', async () => {
    const [first] = (await collections()).results;
    expect((await collections(`?search=${`${first.database}.${first.collection}`.toUpperCase()}`)).results).toEqual([first]);
    expect(await collections('?search=nothing-like-it')).toEqual({ results: [], totalCount: 0 });
  });

  it('are refused of a snapshot that is not COMPLETED', async () => {
    const { id } = (await edge.ask('POST', `${native}/clusters/shop/snapshots`)).body;
    expect(await refused(`/clusters/shop/snapshots/${id}/collections`)).toBe('CANNOT_DOWNLOAD_INCOMPLETE_SNAPSHOT');
    await edge.ask('POST', `${native}/clusters/shop/snapshots/${id}/cancel`);
  });
});

describe('the snapshots of a cluster', () => {
  it('are listed by status, by date and in either order', async () => {
    const all = await get('/clusters/shop/snapshots');
    expect(all.totalCount).toBeGreaterThan(1);
    expect((await get('/clusters/shop/snapshots?order=desc')).results).toEqual([...all.results].reverse());
    expect((await get('/clusters/shop/snapshots?status=COMPLETED')).results.map(({ id }: { id: string }) => id)).toEqual([shop.snapshotId]);
    expect((await get('/clusters/shop/snapshots?status=COMPLETED,FAILED')).totalCount).toBe(all.totalCount);
    expect((await get('/clusters/shop/snapshots?from=2026-03-02')).totalCount).toBe(0);
    const { finishedAt } = (await get('/clusters/shop/snapshots?status=COMPLETED')).results[0];
    expect((await get(`/clusters/shop/snapshots?status=COMPLETED&finishedBefore=${finishedAt}`)).totalCount).toBe(0);
    const later = new Date(Date.parse(finishedAt) + 1).toISOString();
    expect((await get(`/clusters/shop/snapshots?status=COMPLETED&finishedBefore=${later}`)).totalCount).toBe(1);
    expect((await get('/clusters/shop/snapshots?from=2026-03-01&to=2026-03-02T00:00:00Z')).totalCount).toBe(all.totalCount);
  });

  it.each(['order=up', 'status=DONE', 'from=yesterday', 'to=2026-99-99', 'finishedBefore=then'])('are refused with %s', async (query) => {
    expect(await refused(`/clusters/shop/snapshots?${query}`)).toBe('INVALID_QUERY_PARAMETER');
  });
});

describe('a test of a connection', () => {
  const test = async (uri: string) => (await edge.ask('POST', `${native}/connectionTests`, { body: { uri } })).body;

  it('tells what the deployment is and what a snapshot of it would be, and keeps nothing', async () => {
    const wire = await serveWire(new Map([['shop', generateShop({ bytes: 10_000, documentBytes: 250, collections: 1 })]]), {
      replicaSet: true,
    });
    const clusters = (await get('/clusters')).totalCount;
    try {
      expect(await test(wire.uri)).toMatchObject({
        reachable: true,
        topology: 'replicaSet',
        consistency: { label: 'point-in-time' },
        missingRights: [],
        databases: 1,
      });
    } finally {
      await wire.close();
    }
    expect((await get('/clusters')).totalCount).toBe(clusters);
  });

  it('says why it cannot be reached, and what to try', async () => {
    const answer = await test('mongodb://user:secret@127.0.0.1:9/');
    expect(answer).toMatchObject({ reachable: false, code: 'source-unavailable', hint: expect.stringContaining('port') });
    expect(JSON.stringify(answer)).not.toContain('secret');
    expect(await test('postgres://localhost')).toMatchObject({ reachable: false, code: 'bad-connection-string' });
  });
});

describe('a snapshot', () => {
  const at = () => `${native}/clusters/shop/snapshots/${shop.snapshotId}`;

  it('is verified by a job, which says what it found', async () => {
    const { status, body } = await edge.ask('POST', `${at()}/verify`);
    expect([status, body.verification.status]).toEqual([202, 'QUEUED']);
    expect((await edge.ask('POST', `${at()}/verify`)).body.verification).toEqual(body.verification);
    await verifySnapshot(edge.parts, shop.snapshotId, new AbortController().signal);
    expect(await get(`/clusters/shop/snapshots/${shop.snapshotId}`)).toMatchObject({
      verified: { ok: true, damaged: 0 },
      verification: { status: 'COMPLETED' },
    });
  });

  it('is verified although many workers in turn were stopped in good order while they had the job, and given up when so many were lost', async () => {
    await edge.ask('POST', `${at()}/verify`);
    // As many as may be lost, and more.
    for (let n = 0; n < 12; n += 1) await expect(verifySnapshot(edge.parts, shop.snapshotId, AbortSignal.abort())).rejects.toThrow();
    await verifySnapshot(edge.parts, shop.snapshotId, new AbortController().signal);
    expect(await get(`/clusters/shop/snapshots/${shop.snapshotId}`)).toMatchObject({ verification: { status: 'COMPLETED' } });

    await edge.ask('POST', `${at()}/verify`);
    for (let n = 0; n < 10; n += 1) await beginVerification(edge.parts.db, shop.snapshotId);
    await verifySnapshot(edge.parts, shop.snapshotId, new AbortController().signal);
    expect(await get(`/clusters/shop/snapshots/${shop.snapshotId}`)).toMatchObject({
      verification: { status: 'FAILED', failure: { code: 'worker-lost' } },
    });
  });

  it('that is damaged says so, and the overview with it', async () => {
    const objects = [];
    for await (const { key } of edge.parts.vault.access.blobs.list('chunks/')) objects.push(key);
    await edge.parts.vault.access.blobs.put(objects[0]!, Buffer.from('nothing of a chunk'));
    await edge.ask('POST', `${at()}/verify`);
    await verifySnapshot(edge.parts, shop.snapshotId, new AbortController().signal);
    expect((await get(`/clusters/shop/snapshots/${shop.snapshotId}`)).verified).toMatchObject({ ok: false, damaged: 1 });
    const { clusters, attention, vault } = await get('/overview');
    expect(clusters.map(({ name }: { name: string }) => name)).toEqual(['shop', 'copy']);
    expect(clusters[0]).toMatchObject({ lastCompletedSnapshot: { id: shop.snapshotId }, sizes: [{ logicalBytes: expect.any(Number) }] });
    expect(attention.map(({ code, clusterName }: Record<string, string>) => [code, clusterName])).toEqual(
      expect.arrayContaining([
        ['snapshot-damaged', 'shop'],
        ['no-snapshot', 'copy'],
        ['key-not-exported', undefined],
      ]),
    );
    expect(vault.snapshots).toBe(1);
    const reader = await edge.makeKey({ roleName: 'GROUP_READ_ONLY', projectId: edge.first.projectId });
    const shown = (await edge.ask('GET', `${native}/overview`, { credentials: reader })).body;
    expect([shown.vault, JSON.stringify(shown).includes('key-not-exported')]).toEqual([undefined, false]);
  });

  it('gets another description and another expiry, and is held', async () => {
    const change = { description: 'before the move', expiresAt: '2027-01-01T00:00:00Z', hold: true };
    const { status, body } = await edge.ask('PATCH', at(), { body: change });
    expect(status).toBe(200);
    expect(body).toMatchObject({ ...change, expiresAt: '2027-01-01T00:00:00.000Z' });
    expect((await edge.ask('DELETE', at())).body.errorCode).toBe('SNAPSHOT_HELD');
    expect((await edge.ask('PATCH', at(), { body: { description: null, hold: false } })).body.description).toBeUndefined();
    for (const expiresAt of ['2020-01-01T00:00:00Z', 'tomorrow', '2027-13-01T00:00:00Z'])
      expect((await edge.ask('PATCH', at(), { body: { expiresAt } })).body.errorCode).toBe('INVALID_VALUE');
  });

  it('is downloaded by a link of known size, until it expires', async () => {
    const { status, body } = await edge.ask('POST', `${at()}/downloads`);
    expect(status).toBe(201);
    expect(body).toMatchObject({ bytes: expect.any(Number), fileName: expect.stringMatching(/^shop-.*\.tar\.gz$/) });
    const path = `/clusters/shop/snapshots/${shop.snapshotId}/downloads/${body.id}`;
    expect(await get(path)).toEqual(body);
    const head = await edge.send('HEAD', new URL(body.url).pathname);
    expect(head.headers['content-length']).toBe(String(body.bytes));
    expect(await refused(path.replace(shop.snapshotId, 'a'.repeat(24)))).toBe('TENANT_RESTORE_NOT_FOUND');
    const now = edge.clock.now();
    edge.clock.set(new Date(now.getTime() + 5 * HOUR));
    expect((await get(path)).url).toBeUndefined();
    edge.clock.set(now);
  });
});

describe('a cluster', () => {
  it('gets another connection string to the same deployment; another one only where that is meant', async () => {
    const wire = await serveWire(new Map());
    const other = await serveWire(new Map());
    try {
      const made = await edge.ask('POST', `${native}/clusters`, { body: { name: 'spare', uri: wire.uri } });
      const path = `${native}/clusters/spare`;
      expect((await edge.ask('PATCH', path, { body: { uri: `${wire.uri}?appName=other`, tier: 'M10' } })).body.tier).toBe('M10');
      expect((await edge.ask('PATCH', path, { body: { uri: other.uri } })).body.errorCode).toBe('OTHER_DEPLOYMENT');
      const { id } = (await edge.ask('POST', `${path}/snapshots`)).body;
      await sql`UPDATE snapshots SET status = 'RUNNING' WHERE id = ${id}`.execute(edge.foundation.db);
      expect((await edge.ask('PATCH', path, { body: { uri: other.uri, force: true } })).body.errorCode).toBe('CLUSTER_BUSY');
      await sql`UPDATE snapshots SET status = 'COMPLETED' WHERE id = ${id}`.execute(edge.foundation.db);
      const moved = (await edge.ask('PATCH', path, { body: { uri: other.uri, force: true } })).body;
      expect(moved.deployment).not.toBe(made.body.deployment);

      expect((await edge.ask('DELETE', path)).status).toBe(204);
      expect(await refused('/clusters/spare')).toBe('CLUSTER_NOT_FOUND');
      const again = await edge.ask('POST', `${native}/clusters`, { body: { name: 'spare', uri: wire.uri } });
      expect([again.status, again.body.id, again.body.deployment]).toEqual([201, made.body.id, made.body.deployment]);
      expect((await get('/clusters/spare/snapshots')).totalCount).toBe(1);
    } finally {
      await edge.ask('DELETE', `${native}/clusters/spare`);
      await wire.close();
      await other.close();
    }
  });
});

describe('the jobs of a project', () => {
  const JOBS = Number(process.env.JOBS ?? 20_000);
  /** A snapshot each minute and as many restores, over four clusters. */
  beforeAll(async () => {
    const { db } = edge.foundation;
    const { projectId } = edge.first;
    await db.transaction().execute(async (transaction) => {
      // Nobody listens.
      await sql`SET LOCAL session_replication_role = replica`.execute(transaction);
      await sql`
        INSERT INTO clusters (id, project_id, name, tier, uri_sealed, deployment, mongodb_version, topology, created_at)
        SELECT repeat('c', 16) || lpad(to_hex(n), 8, '0'), ${projectId}, 'many-' || n, 'FLEX', '', 'x', '8.0.0', 'replicaSet', now() FROM generate_series(1, 4) AS n`.execute(
        transaction,
      );
      await sql`
        INSERT INTO snapshots (id, project_id, cluster_id, cluster_name, status, scheduled_at, expires_at)
        SELECT repeat('5', 16) || lpad(to_hex(n), 8, '0'), ${projectId}, repeat('c', 16) || lpad(to_hex(1 + n % 4), 8, '0'), 'many-' || 1 + n % 4,
          CASE WHEN n % 1000 = 0 THEN 'FAILED' ELSE 'COMPLETED' END, timestamptz '2025-01-01' + n * interval '1 minute', now()
        FROM generate_series(1, ${JOBS / 2}::int) AS n`.execute(transaction);
      await sql`
        INSERT INTO restore_jobs (id, project_id, cluster_id, cluster_name, snapshot_id, delivery_type, status, target_project_id, target_cluster_id,
          target_cluster_name, snapshot_finished_at, scheduled_at, expires_at)
        SELECT repeat('9', 16) || lpad(to_hex(n), 8, '0'), ${projectId}, repeat('c', 16) || lpad(to_hex(1 + n % 4), 8, '0'), 'many-' || 1 + n % 4, repeat('5', 16) || lpad(to_hex(n), 8, '0'),
          CASE n % 10 WHEN 0 THEN 'DRILL' WHEN 1 THEN 'DOWNLOAD' ELSE 'RESTORE' END, 'COMPLETED', ${projectId}, repeat('c', 16) || lpad(to_hex(1), 8, '0'),
          'many-1', now(), timestamptz '2025-01-01' + n * interval '1 minute' + interval '1 second', now()
        FROM generate_series(1, ${JOBS / 2}::int) AS n`.execute(transaction);
    });
    await sql`VACUUM ANALYZE snapshots`.execute(db);
    await sql`VACUUM ANALYZE restore_jobs`.execute(db);
  });

  const jobs = (query: string) => get(`/jobs?${query}`);
  const many = 'clusterName=many-1,many-2,many-3,many-4';

  it('are all kinds in one order, newest first, and every page is the next part of it', async () => {
    const { results, totalCount } = await jobs(`${many}&itemsPerPage=20`);
    expect(totalCount).toBe(JOBS);
    expect(results.map((job: { kind: string }) => job.kind).slice(0, 4)).toEqual(['drill', 'snapshot', 'restore', 'snapshot']);
    const dates = results.map((job: { scheduledAt: string }) => job.scheduledAt);
    expect(dates).toEqual([...dates].sort().reverse());
    expect((await jobs(`${many}&itemsPerPage=5&pageNum=4`)).results).toEqual(results.slice(15));
    expect((await jobs(`${many}&itemsPerPage=500&pageNum=${JOBS / 500}`)).results).toHaveLength(500);
    expect((await jobs(`${many}&itemsPerPage=500&pageNum=${JOBS / 500 + 1}`)).results).toEqual([]);
  });

  it.each([
    ['kind=snapshot', JOBS / 2],
    ['kind=drill', JOBS / 20],
    ['kind=drill,download', JOBS / 10],
    ['kind=snapshot&status=FAILED', JOBS / 2000],
    ['kind=restore&status=FAILED', 0],
    ['kind=snapshot&clusterName=many-2', JOBS / 8],
    ['kind=restore&search=MANY-1', (JOBS / 2) * 0.8],
    [`search=${'5'.repeat(16)}000003E8`, 2],
    ['search=no-such-thing', 0],
  ])('are counted with the filter %s', async (query, count) => {
    const { results, totalCount } = await jobs(`${query}${query.includes('clusterName') ? '' : `&${many}`}`);
    expect(totalCount).toBe(count);
    expect(results).toHaveLength(Math.min(100, count));
  });

  it('show what a snapshot and a restore have of their own', async () => {
    const [snapshot] = (await jobs('clusterName=shop&kind=snapshot&status=COMPLETED')).results;
    expect(snapshot).toMatchObject({ kind: 'snapshot', id: shop.snapshotId, clusterName: 'shop', cancelled: false });
    expect(snapshot.documents).toBeGreaterThan(0);
    const [restore] = (await jobs(`kind=restore&${many}`)).results;
    expect(restore).toMatchObject({ kind: 'restore', targetClusterName: 'many-1', snapshotId: expect.stringMatching(/^5+/) });
  });

  it.each(['kind=backup', 'status=DONE', 'pageNum=0', `search=${'x'.repeat(201)}`])('are refused with %s', async (query) => {
    expect(await refused(`/jobs?${query}`)).toBe('INVALID_QUERY_PARAMETER');
  });

  it('are found by the indexes alone, also the last page of a search, and only the rows of the page are read', async () => {
    const { projectId } = edge.first;
    const filter = { kinds: [], statuses: ['COMPLETED'], clusterNames: [], search: 'many' };
    for (const statement of [pageOfJobs(projectId, filter, { number: JOBS / 100, size: 100 }), countOfJobs(projectId, filter)]) {
      const explained = sql<Record<string, string>>`EXPLAIN (ANALYZE, TIMING OFF) ${statement}`;
      const plan = (await byIndex(edge.foundation.db, (transaction) => explained.execute(transaction))).rows
        .map((row) => Object.values(row)[0])
        .join('\n');
      expect(plan).toMatch(/Index Only Scan using snapshots_of_project/);
      expect(plan).toMatch(/Index Only Scan using restore_jobs_of_project/);
      expect(plan).not.toMatch(/Seq Scan on (snapshots|restore_jobs)\b|external merge|Gather/);
      // What is sorted is a page.
      expect(Math.max(0, ...[...plan.matchAll(/Sort .*actual rows=(\d+)/g)].map(([, rows]) => Number(rows)))).toBeLessThanOrEqual(100);
      if (process.env.SHOW_PLANS) process.stdout.write(`${plan}\n`);
    }
  });
});

describe('the stream of changes', () => {
  let base: string;
  let path: string;
  beforeAll(async () => {
    base = await edge.server.listen({ port: 0, host: '127.0.0.1' });
    path = `${native}/stream`;
  });

  const authorization = async (credentials?: DigestCredentials) => {
    const { first } = edge;
    const key = credentials ?? new DigestCredentials(first.publicKey, first.privateKey);
    key.accept((await edge.send('GET', path)).headers['www-authenticate'] ?? null);
    return key.authorization('GET', path)!;
  };

  /** Everything that came so far, and what its end was. */
  async function open(headers: Record<string, string> = {}, credentials?: DigestCredentials) {
    const request = http.get(`${base}${path}`, {
      agent: false,
      headers: { ...(headers.cookie === undefined && { authorization: await authorization(credentials) }), ...headers },
    });
    const response = await new Promise<http.IncomingMessage>((resolve, reject) => request.once('response', resolve).once('error', reject));
    let text = '';
    response.setEncoding('utf8').on('data', (piece) => {
      text += piece;
    });
    const ended = new Promise<void>((resolve) => response.once('end', resolve).once('error', () => resolve()));
    return { response, ended, text: () => text, close: () => request.destroy() };
  }
  const take = async () => (await edge.ask('POST', `${native}/clusters/shop/snapshots`)).body.id as string;

  it('tells each change of the project, and only of that, once it has said to read everything', async () => {
    const stream = await open({ 'accept-encoding': 'gzip' });
    expect(stream.response.headers).toMatchObject({ 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    expect(stream.response.headers['content-encoding']).toBeUndefined();
    await expect.poll(stream.text).toContain('event: resync');
    const id = await take();
    await edge.ask('POST', `${native}/clusters/shop/snapshots/${id}/cancel`);
    await expect.poll(stream.text).toContain('"status":"TENANT_SNAPSHOT_FAILED"');
    const told = [...stream.text().matchAll(/id: (\d+)\nevent: change\ndata: (.*)\n\n/g)].map(([, number, data]) => ({
      number: Number(number),
      ...JSON.parse(data!),
    }));
    const numbers = told.map(({ number }) => number);
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
    const ofIt = told.filter((one) => one.id === id);
    expect(ofIt.map(({ status }) => status)).toEqual(['PENDING', 'QUEUED', 'QUEUED', 'FAILED']);
    expect(ofIt[0]).toMatchObject({ kind: 'snapshot', clusterName: 'shop', progress: { documents: 0, bytes: 0 } });

    const back = await open({ 'last-event-id': String(numbers.at(-2)) });
    await expect.poll(back.text).toContain(`id: ${numbers.at(-1)}`);
    expect(back.text()).not.toContain('resync');
    stream.close();
    back.close();
  });

  it('begins again after its connection to PostgreSQL is lost, and says to read everything', async () => {
    const stream = await open();
    await sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'lifeboat changes' AND datname = current_database()`.execute(
      edge.foundation.db,
    );
    await expect.poll(stream.text, { timeout: 10_000 }).toContain('event: resync');
    const id = await take();
    await expect.poll(stream.text).toContain(id);
    stream.close();
  });

  it('tells of clusters, schedules and events too, of parked clusters nothing', async () => {
    const stream = await open();
    const { db } = edge.foundation;
    await sql`UPDATE clusters SET tier = 'M10' WHERE name = 'copy'`.execute(db);
    await sql`UPDATE clusters SET mongodb_version = mongodb_version`.execute(db);
    await sql`INSERT INTO backup_schedules (cluster_id, schedule, updated_at) SELECT id, '{}', now() FROM clusters WHERE name = 'copy'`.execute(
      db,
    );
    await expect.poll(stream.text).toMatch(/"kind":"schedule".*"clusterName":"copy"/);
    expect(stream.text().match(/"kind":"cluster"/g)).toHaveLength(1);
    stream.close();
  });

  it('answers HEAD with its headers alone', async () => {
    expect((await edge.ask('HEAD', path)).status).toBe(200);
  });

  it('is refused to strangers, to who has no role there, and where one has twenty already', async () => {
    expect((await edge.send('GET', path)).status).toBe(401);
    expect((await edge.ask('GET', path, { credentials: await edge.makeKey() })).body.errorCode).toBe('NOT_IN_GROUP');
    const key = await edge.makeKey({ roleName: 'GROUP_READ_ONLY', projectId: edge.first.projectId });
    const streams = [];
    for (let n = 0; n < 20; n++) streams.push(await open({}, key));
    const tooMany = await edge.ask('GET', path, { credentials: key });
    expect([tooMany.status, tooMany.body.errorCode]).toEqual([429, 'TOO_MANY_STREAMS']);
    streams[0]!.close();
    await expect.poll(async () => (await edge.ask('HEAD', path, { credentials: key })).status).toBe(200);
    for (const stream of streams) stream.close();
  });

  /** A server that looks after its streams all the time. */
  async function quickly(work: () => Promise<void>) {
    const quick = await buildServer(edge.services, { limits: { recheck: 50, heartbeat: 50 } });
    const usual = base;
    base = await quick.listen({ port: 0, host: '127.0.0.1' });
    await work().finally(() => quick.close());
    base = usual;
  }

  it('ends with its session, which it does not keep alive', async () => {
    const user = { username: 'watcher', password: 'a rope, a ring & a whistle' };
    const users = `/api/lifeboat/v1/organizations/${edge.first.organizationId}/users`;
    expect((await edge.ask('POST', users, { body: { ...user, roles: [{ roleName: 'ORG_READ_ONLY' }] } })).status).toBe(201);
    const cookie = (await edge.send('POST', '/api/lifeboat/v1/session', { body: user })).headers['set-cookie']!.split(';')[0]!;
    const now = edge.clock.now();
    const later = (hours: number) => new Date(now.getTime() + hours * HOUR);
    await quickly(async () => {
      const stream = await open({ cookie });
      for (const hours of [4, 8, 11]) {
        edge.clock.set(later(hours));
        const beats = stream.text().length;
        await expect.poll(() => stream.text().length).toBeGreaterThan(beats + 8);
      }
      edge.clock.set(later(13));
      await stream.ended;
    }).finally(() => edge.clock.set(now));
  });

  it('ends when the role is gone', async () => {
    const key = await edge.makeKey({ roleName: 'GROUP_READ_ONLY', projectId: edge.first.projectId });
    await quickly(async () => {
      const stream = await open({}, key);
      await expect.poll(() => stream.text().match(/^: $/gm)?.length ?? 0).toBeGreaterThan(2);
      await sql`DELETE FROM api_key_roles WHERE role_name = 'GROUP_READ_ONLY'`.execute(edge.foundation.db);
      await stream.ended;
    });
  });

  it('ends at once when the server stops', async () => {
    const stream = await open();
    const [stopped] = await Promise.all([edge.server.close().then(() => 'stopped'), stream.ended]);
    expect(stopped).toBe('stopped');
  });
});
