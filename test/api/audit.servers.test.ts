import { type RawBuilder, sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AuditLog, audit } from '../../src/backup/audit-log.ts';
import { takeSnapshot } from '../../src/backup/work/take-snapshot.ts';
import { type Edge, startEdge } from '../kit/edge.ts';
import { addShop, type EdgeShop } from '../kit/edge-shop.ts';

let edge: Edge;
let shop: EdgeShop;
let log: AuditLog;
let native: string;
let group: string;

beforeAll(async () => {
  edge = await startEdge();
  shop = await addShop(edge);
  log = new AuditLog(edge.foundation.db, edge.clock);
  native = `/api/lifeboat/v1/projects/${edge.first.projectId}`;
  group = `/api/atlas/v2/groups/${edge.first.projectId}`;
});
afterAll(async () => {
  await edge[Symbol.asyncDispose]();
  await shop[Symbol.asyncDispose]();
});

const V2 = { accept: 'application/vnd.atlas.2025-03-12+json' };
const newest = async (count: number) => (await log.list(null, { number: 1, size: count })).results;
const end = async () => (await newest(1))[0]!.number;

/** What a request left, oldest first. */
async function leftBy(work: () => Promise<unknown>) {
  const before = await end();
  await work();
  return (await newest((await end()) - before)).reverse();
}

describe('a change', () => {
  const send = (method: string, path: string, body?: unknown) =>
    edge.ask(method, path, { headers: V2, ...(body !== undefined && { body }) });
  const org = () => `/api/atlas/v2/orgs/${edge.first.organizationId}`;

  /** Those without an event of Atlas', and some with one. */
  const CHANGES: [action: string, ask: () => Promise<{ status: number }>, entry: object][] = [
    ['SNAPSHOT_REQUESTED', () => send('POST', `${native}/clusters/shop/snapshots`), { clusterName: 'shop' }],
    ['ORGANIZATION_RENAMED', () => send('PATCH', org(), { name: 'Renamed' }), { subject: 'Renamed' }],
    ['GROUP_CHANGED', () => send('PATCH', group, { name: 'Other' }), { subject: 'name' }],
    ['GROUP_CHANGED', () => send('PATCH', `${group}/settings`, { isDataExplorerEnabled: false }), { subject: 'settings' }],
    ['API_KEY_CREATED', () => send('POST', `${org()}/apiKeys`, { desc: 'x', roles: ['ORG_MEMBER'] }), {}],
    [
      'NETWORK_PERMISSION_ENTRY_ADDED',
      () => send('POST', `${group}/accessList`, [{ ipAddress: '192.0.2.1' }]),
      { subject: '192.0.2.1/32' },
    ],
    ['TENANT_SNAPSHOT_DELETED_AUDIT', async () => ({ status: await deleteSpare() }), { clusterName: 'shop' }],
  ];
  const deleteSpare = async () => {
    const { id } = await edge.services.snapshots.take(edge.first.projectId, 'shop');
    await takeSnapshot(edge.parts, id, new AbortController().signal);
    await edge.services.snapshots.delete(edge.first.projectId, 'shop', id, { id: 'x', name: edge.first.publicKey, address: '127.0.0.1' });
    return 204;
  };

  it('that sends something out of the installation, or connects to what is not registered, leaves one, without path or password', async () => {
    const url = 'http://127.0.0.1:9/hook?token=s3cr3t';
    const { body: webhook } = await edge.ask('POST', `${native}/webhooks`, { body: { url } });
    const at = `${native}/webhooks/${webhook.id}`;
    const left = await leftBy(async () => {
      const { body: delivery } = await edge.ask('POST', `${at}/test`);
      expect((await edge.ask('POST', `${at}/deliveries/${delivery.id}/redeliver`)).status).toBe(204);
      expect((await edge.ask('POST', `${at}/deliveries/${'0'.repeat(8)}-0000-4000-8000-${'0'.repeat(12)}/redeliver`)).status).toBe(404);
      // The second leads nowhere: the address in it may be a piece of a password.
      for (const uri of ['mongodb://ada:s3cr3t@127.0.0.1:9,127.0.0.2:9/?replicaSet=rs0', 'mongodb://ada:s3@cr3t@127.0.0.1:9/'])
        expect((await edge.ask('POST', `${native}/connectionTests`, { body: { uri } })).body.reachable).toBe(false);
    });
    const by = expect.objectContaining({ name: edge.first.publicKey });
    const { projectId } = edge.first;
    const subject = `${webhook.id} http://127.0.0.1:9/…`;
    expect(left).toEqual([
      expect.objectContaining({ action: 'WEBHOOK_TESTED', projectId, subject, by }),
      expect.objectContaining({ action: 'WEBHOOK_REDELIVERED', projectId, subject, by }),
      expect.objectContaining({ action: 'CONNECTION_TESTED', projectId, subject: '127.0.0.1:9,127.0.0.2:9', by }),
    ]);
    await edge.ask('DELETE', at);
  });

  it.each(CHANGES)('leaves an entry %s that says who, from where and on what', async (action, ask, entry) => {
    let status = 0;
    const left = await leftBy(async () => {
      ({ status } = await ask());
    });
    expect(status).toBeLessThan(300);
    expect(left).toContainEqual(
      expect.objectContaining({
        action,
        result: 'done',
        by: expect.objectContaining({ name: edge.first.publicKey }),
        remoteAddress: '127.0.0.1',
        ...entry,
      }),
    );
  });

  it('that is refused or undone leaves none, and what is only read neither', async () => {
    const left = await leftBy(async () => {
      expect((await send('PATCH', org(), { name: '' })).status).toBe(400);
      expect((await send('DELETE', group)).status).toBe(409);
      expect((await send('GET', org())).status).toBe(200);
      await expect(
        edge.foundation.db.transaction().execute(async (transaction) => {
          await audit(transaction, edge.clock, { action: 'GROUP_CHANGED' });
          throw new Error('the change failed');
        }),
      ).rejects.toThrow('the change failed');
    });
    expect(left).toEqual([]);
  });

  it('that a role does not allow is told, once for each who and what', async () => {
    const reader = await edge.makeKey({ roleName: 'GROUP_READ_ONLY', projectId: edge.first.projectId });
    const left = await leftBy(async () => {
      for (const _ of [1, 2, 3]) {
        const { status } = await edge.ask('POST', `${native}/clusters/shop/snapshots`, { credentials: reader });
        expect([401, 403]).toContain(status);
      }
      await expect.poll(async () => (await newest(1))[0]!.action).toBe('REQUEST_DENIED');
    });
    expect(left.filter(({ action }) => action === 'REQUEST_DENIED')).toMatchObject([
      { subject: 'POST /api/lifeboat/v1/projects/:projectId/clusters/:clusterName/snapshots' },
    ]);
  });

  it('of many at once is appended one after the other', async () => {
    const before = await end();
    await Promise.all(Array.from({ length: 30 }, (_, n) => log.note({ action: 'GROUP_CHANGED', subject: `${n}` })));
    expect(await end()).toBe(before + 30);
    expect((await log.verify()).findings).toEqual([]);
  });

  it('is kept as it was said, whatever it says', async () => {
    await log.note({ action: 'GROUP_CHANGED', subject: 'nul\0 half\ud800 "quotes" \\ \u2028 é \u{1f6df}'.repeat(3), address: 'unknown' });
    expect((await log.verify()).findings).toEqual([]);
  });
});

describe('a download', () => {
  it('is told when it starts, with its address; a HEAD, a part that goes on and a link that is wrong are not', async () => {
    const { projectId } = edge.first;
    const job = await edge.services.restores.startDownload({ projectId, clusterName: 'shop', snapshotId: shop.snapshotId });
    const path = new URL(edge.services.downloads.url(job)!).pathname;
    const get = (method: string, url: string, headers = {}) => edge.send(method, url, { headers });
    const left = await leftBy(async () => {
      expect((await get('HEAD', path)).status).toBe(200);
      expect((await get('GET', path.replace(/-[^/]+/, '-forged'))).status).toBe(404);
      expect((await get('GET', path)).status).toBe(200);
      expect((await get('GET', path, { range: 'bytes=10-' })).status).toBe(206);
    });
    expect(left).toMatchObject([
      { action: 'DOWNLOAD_STARTED', by: null, remoteAddress: '127.0.0.1', subject: job.id, clusterName: 'shop' },
    ]);
  });
});

describe('failed sign-ins', () => {
  it('are told when an address is slowed down, and not one by one', async () => {
    const left = await leftBy(async () => {
      const authorization = 'Bearer nonsense';
      for (let n = 0; n < 60; n++) await edge.send('GET', '/api/atlas/v2/groups', { headers: { ...V2, authorization } });
    });
    expect(left.map(({ action, result, remoteAddress }) => [action, result, remoteAddress])).toEqual([
      ['SIGN_IN_THROTTLED', 'RATE_LIMITED', '127.0.0.1'],
    ]);
  });
});

describe('the route of the audit log', () => {
  it('is for owners of the organization alone, page by page, newest first', async () => {
    const { body } = await edge.ask('GET', `${native}/auditLog?itemsPerPage=2&pageNum=2`);
    const numbers = (await newest(4)).map(({ number }) => number);
    expect(body.results.map(({ number }: { number: number }) => number)).toEqual(numbers.slice(2));
    expect(body.totalCount).toBeGreaterThan(20);
    expect(JSON.stringify(body)).not.toMatch(new RegExp(`${edge.first.privateKey}|mongodb://`));
    const owner = await edge.makeKey({ roleName: 'GROUP_OWNER', projectId: edge.first.projectId });
    expect((await edge.ask('GET', `${native}/auditLog`, { credentials: owner })).status).toBeGreaterThanOrEqual(401);
  });
});

describe('the filters of the audit log', () => {
  const ask = async (query: string) => {
    const { status, body } = await edge.ask('GET', `${native}/auditLog?${query}`);
    const results: { number: number; action: string }[] = body.results ?? [];
    // A refusal of the test before may be noted only now.
    return { status, body, numbers: results.filter(({ action }) => action !== 'REQUEST_DENIED').map(({ number }) => number) };
  };

  it('are what was done, by whom, to which cluster and when, and go together', async () => {
    const now = edge.clock.now();
    const hours = (count: number) => new Date(now.getTime() + count * 3_600_000);
    const by = (name: string) => ({ id: `id of ${name}`, name, address: '127.0.0.1' });
    const left: number[] = [];
    for (const [hour, action, name, clusterName] of [
      [1, 'SNAPSHOT_HELD', 'Ada 100%_x', 'shop'],
      [2, 'SNAPSHOT_RELEASED', 'Ada 100%_x', 'shop'],
      [3, 'SNAPSHOT_HELD', 'Bert', 'other'],
    ] as const) {
      edge.clock.set(hours(hour));
      await log.note({ action, organizationId: edge.first.organizationId, clusterName, by: by(name) });
      left.push((await newest(9)).find((entry) => entry.by?.name === name)!.number);
    }
    edge.clock.set(now);
    const [first, second, third] = left as [number, number, number];
    const moment = (hour: number) => encodeURIComponent(hours(hour).toISOString());
    const since = `from=${moment(1)}`;
    expect((await ask(since)).numbers).toEqual([third, second, first]);
    expect((await ask(`${since}&to=${moment(3)}`)).numbers).toEqual([second, first]);
    expect((await ask(`${since}&action=SNAPSHOT_HELD`)).numbers).toEqual([third, first]);
    expect((await ask(`${since}&action=SNAPSHOT_HELD,SNAPSHOT_RELEASED&actor=ada`)).numbers).toEqual([second, first]);
    // Not a pattern.
    expect((await ask('actor=100%25_X')).numbers).toEqual([second, first]);
    expect((await ask('actor=%25')).body.totalCount).toBe(2);
    expect((await ask('actor=id%20of%20Bert')).numbers).toEqual([third]);
    expect((await ask(`${since}&clusterName=shop&itemsPerPage=1`)).body).toMatchObject({ totalCount: 2, results: [{ number: second }] });
    expect((await ask('actor=nobody')).body).toMatchObject({ totalCount: 0, results: [] });
  });

  it.each(['action=SNAPSHOT_EATEN', 'from=yesterday', 'to=2026-13-01', `actor=${'x'.repeat(201)}`, 'actor=a&actor=b', 'actor=%00'])(
    'are refused where they make no sense: %s',
    async (query) => {
      expect((await ask(query)).status).toBe(400);
    },
  );
});

describe('whoever tampers with the log', () => {
  const raw = (query: RawBuilder<unknown>) => query.execute(edge.foundation.db);

  it.each([sql`UPDATE audit_log SET subject = 'x'`, sql`DELETE FROM audit_log WHERE number = 3`, sql`TRUNCATE audit_log`])(
    'is refused by PostgreSQL (%#)',
    async (query) => {
      await expect(raw(query)).rejects.toThrow('the audit log is append-only');
    },
  );

  /** As one who owns the tables can. What each leaves to be found, and how it is undone is by a copy. */
  const TAMPERINGS: [string, RawBuilder<unknown>[], RegExp][] = [
    ['changes a word', [sql`UPDATE audit_log SET subject = 'somebody else' WHERE number = 5`], /^5: its content is not what was written/],
    [
      'changes a time by a millisecond',
      [sql`UPDATE audit_log SET created_at = created_at + interval '1 ms' WHERE number = 5`],
      /its content/,
    ],
    [
      'makes nothing of something',
      [sql`UPDATE audit_log SET actor_name = NULL WHERE number = (SELECT max(number) FROM audit_log WHERE actor_name IS NOT NULL)`],
      /its content/,
    ],
    [
      'moves a word to the next column',
      [sql`UPDATE audit_log SET subject = cluster_name, cluster_name = subject WHERE number = 5`],
      /its content/,
    ],
    ['removes one', [sql`DELETE FROM audit_log WHERE number = 5`], /^6: rows are missing after 4/],
    ['removes the first', [sql`DELETE FROM audit_log WHERE number = 1`], /^2: rows are missing after 0/],
    [
      'removes the last',
      [sql`DELETE FROM audit_log WHERE number = (SELECT max(number) FROM audit_log)`],
      /the log ends at \d+, and should end here/,
    ],
    ['removes all', [sql`DELETE FROM audit_log`], /the log ends at 0/],
    [
      'exchanges two',
      [
        sql`UPDATE audit_log SET number = -number WHERE number IN (5, 6)`,
        sql`UPDATE audit_log SET number = CASE number WHEN -5 THEN 6 ELSE 5 END WHERE number < 0`,
      ],
      /^5: /,
    ],
    [
      'puts one at the end',
      [
        sql`INSERT INTO audit_log SELECT max(number) + 1, now(), 'X', 'done', null, null, null, null, null, null, null, decode(repeat('00', 32), 'hex'), decode(repeat('00', 32), 'hex') FROM audit_log`,
      ],
      /after the end of the log/,
    ],
    ['takes the head away', [sql`DELETE FROM audit_head`], /not said where the log ends/],
  ];

  it.each(TAMPERINGS)('and %s is found', async (_, tamper, found) => {
    await raw(sql`CREATE TABLE kept AS SELECT * FROM audit_log`);
    await raw(sql`CREATE TABLE kept_head AS SELECT * FROM audit_head`);
    await raw(sql`ALTER TABLE audit_log DISABLE TRIGGER USER`);
    for (const query of tamper) await raw(query);
    const { findings } = await log.verify();
    await raw(sql`DELETE FROM audit_log`);
    await raw(sql`INSERT INTO audit_log SELECT * FROM kept`);
    await raw(sql`DELETE FROM audit_head`);
    await raw(sql`INSERT INTO audit_head SELECT * FROM kept_head`);
    await raw(sql`ALTER TABLE audit_log ENABLE TRIGGER USER`);
    await raw(sql`DROP TABLE kept, kept_head`);
    expect(findings.map(({ number, what }) => `${number}: ${what}`)).toContainEqual(expect.stringMatching(found));
    expect((await log.verify()).findings).toEqual([]);
  });

  it('and writes the whole chain anew is found by an end that was noted before', async () => {
    const { head } = await log.verify();
    await log.note({ action: 'GROUP_CHANGED' });
    expect((await log.verify(head)).findings).toEqual([]);
    expect((await log.verify({ ...head, hash: 'f'.repeat(64) })).findings).toEqual([
      { number: head.number, what: 'the row with the hash that was noted before is not there' },
    ]);
  });
});
