import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sql } from 'kysely';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { serviceAccountKey } from '../../src/backup/key-rotation.ts';
import { checkAlerts } from '../../src/backup/work/check-alerts.ts';
import { deliverWebhooks } from '../../src/backup/work/deliver-webhooks.ts';
import { Destinations } from '../../src/destinations.ts';
import { type Edge, startEdge } from '../kit/edge.ts';

const ID = (n: number) => n.toString(16).padStart(24, '7');

interface Received {
  url: string;
  headers: IncomingHttpHeaders;
  body: string;
}

let edge: Edge;
let receiver: Server;
let received: Received[];
/** What the receiver answers; `null`: nothing, ever. */
let answer: number | null;
let project: string;

beforeAll(async () => {
  edge = await startEdge();
  project = `/api/lifeboat/v1/projects/${edge.first.projectId}`;
  receiver = createServer((request, response) => {
    let body = '';
    request.on('data', (piece) => {
      body += piece;
    });
    request.on('end', () => {
      received.push({ url: request.url!, headers: request.headers, body });
      if (answer !== null) response.writeHead(answer, { location: 'http://127.0.0.1:1/elsewhere' }).end('x'.repeat(100_000));
    });
  });
  const { db } = edge.foundation;
  const cluster = { id: ID(1), projectId: edge.first.projectId, name: 'shop', tier: 'FLEX', uriSealed: Buffer.alloc(1), deployment: 'a:1' };
  await db
    .insertInto('clusters')
    .values({ ...cluster, mongodbVersion: '7.0.0', topology: 'standalone', createdAt: edge.clock.now() } as never)
    .execute();
  const snapshot = {
    id: ID(2),
    projectId: edge.first.projectId,
    clusterId: ID(1),
    clusterName: 'shop',
    status: 'COMPLETED',
    progress: '{}',
  };
  await db
    .insertInto('snapshots')
    .values({ ...snapshot, scheduledAt: edge.clock.now(), expiresAt: edge.clock.now() } as never)
    .execute();
  await new Promise<void>((ready) => receiver.listen(0, '127.0.0.1', ready));
});
afterAll(async () => {
  await edge?.[Symbol.asyncDispose]();
  receiver?.closeAllConnections();
  receiver?.close();
});
beforeEach(async () => {
  received = [];
  answer = 200;
  await edge.foundation.db.deleteFrom('webhooks').execute();
});

const receiverUrl = (path = '/hook?token=s3cr3t') => `http://127.0.0.1:${(receiver.address() as AddressInfo).port}${path}`;

async function create(body: object = {}) {
  const made = await edge.ask('POST', `${project}/webhooks`, { body: { url: receiverUrl(), ...body } });
  expect(made.status, made.text).toBe(201);
  return made.body;
}

async function run(destinations = new Destinations(), signal = new AbortController().signal): Promise<void> {
  const { db, masterKey, installation } = edge.foundation;
  const secretKey = serviceAccountKey(masterKey, installation.secretKeySealed);
  await deliverWebhooks({ db, clock: edge.clock, destinations, secretKey, logger: pino({ level: 'silent' }) }, signal);
}

/** As if the pause until the next attempt were over. */
async function later(): Promise<void> {
  await sql`UPDATE webhook_deliveries SET due_at = now()`.execute(edge.foundation.db);
}

async function endJob(
  n: number,
  end: { status: string; failure?: object; cancelled?: boolean },
  table: 'snapshots' | 'restoreJobs' = 'snapshots',
) {
  const { db } = edge.foundation;
  const now = edge.clock.now();
  const row = {
    id: ID(n),
    projectId: edge.first.projectId,
    clusterId: ID(1),
    clusterName: 'shop',
    status: 'RUNNING',
    scheduledAt: now,
    expiresAt: now,
  };
  const target = {
    targetProjectId: row.projectId,
    targetClusterId: ID(1),
    targetClusterName: 'copy',
    options: '{}',
    snapshotFinishedAt: now,
  };
  const more = table === 'snapshots' ? {} : { snapshotId: ID(2), deliveryType: n > 50 ? 'DRILL' : 'RESTORE', ...target };
  await db
    .insertInto(table)
    .values({ ...row, ...more, progress: '{}' } as never)
    .execute();
  const { failure, ...columns } = end;
  await db
    .updateTable(table)
    .set({ ...columns, ...(failure && { failure: JSON.stringify(failure) }) } as never)
    .where('id', '=', row.id)
    .execute();
}

const deliveries = async (id: string) => (await edge.ask('GET', `${project}/webhooks/${id}/deliveries`)).body.results;

describe('a webhook', () => {
  it('hears of a job that failed, by a message that it can prove, and of nothing that it did not ask for', async () => {
    const webhook = await create();
    expect(webhook).toMatchObject({ enabled: true, events: ['snapshot.failed', 'restore.failed', 'drill.failed', 'alert.raised'] });
    await endJob(10, { status: 'FAILED', failure: { code: 'source-unavailable', message: 'It is away.' } });
    await endJob(11, { status: 'COMPLETED' });
    await endJob(12, { status: 'FAILED', cancelled: true, failure: { code: 'cancelled', message: 'x' } });
    await run();
    expect(received).toHaveLength(1);
    const { headers, body, url } = received[0]!;
    expect(url).toBe('/hook?token=s3cr3t');
    expect(JSON.parse(body)).toMatchObject({
      ...{ event: 'snapshot.failed', kind: 'snapshot', id: ID(10), projectId: edge.first.projectId, clusterName: 'shop', status: 'FAILED' },
      failure: { code: 'source-unavailable', message: 'It is away.' },
    });
    const key = Buffer.from(webhook.secret.slice('whsec_'.length), 'base64');
    const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
    expect(headers['webhook-signature']).toBe(`v1,${createHmac('sha256', key).update(signed).digest('base64')}`);
    expect(Math.abs(Number(headers['webhook-timestamp']) - Date.now() / 1000)).toBeLessThan(300);
    expect(await deliveries(webhook.id)).toMatchObject([{ status: 'DELIVERED', attempts: 1, answered: 200 }]);
  });

  it('hears of restores and drills, each under its own name', async () => {
    await create({ events: ['restore.completed', 'drill.failed'] });
    await endJob(20, { status: 'COMPLETED' }, 'restoreJobs');
    await endJob(60, { status: 'FAILED', failure: { code: 'verification-failed', message: 'x' } }, 'restoreJobs');
    await run();
    const events = received.map(({ body }) => JSON.parse(body));
    expect(events.map(({ event }) => event).sort()).toEqual(['drill.failed', 'restore.completed']);
    expect(events.find(({ event }) => event === 'restore.completed')).toMatchObject({ targetClusterName: 'copy', snapshotId: ID(2) });
  });

  it('is tried again after a failure, under the same id, and given up at last', async () => {
    const webhook = await create();
    answer = 500;
    expect((await edge.ask('POST', `${project}/webhooks/${webhook.id}/test`)).status).toBe(202);
    await run();
    await run();
    expect(received).toHaveLength(1);
    for (let n = 0; n < 10; n++) {
      await later();
      await run();
    }
    expect(received).toHaveLength(7);
    expect(new Set(received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    const [failed] = await deliveries(webhook.id);
    expect(failed).toMatchObject({ status: 'FAILED', attempts: 7, answered: 500, failure: 'It answered 500.' });
    answer = 204;
    expect((await edge.ask('POST', `${project}/webhooks/${webhook.id}/deliveries/${failed.id}/redeliver`)).status).toBe(204);
    await run();
    expect(await deliveries(webhook.id)).toMatchObject([{ status: 'DELIVERED' }]);
  });

  it('is switched off by 410, and follows no redirection', async () => {
    const gone = await create();
    answer = 302;
    await edge.ask('POST', `${project}/webhooks/${gone.id}/test`);
    await run();
    expect(await deliveries(gone.id)).toMatchObject([{ status: 'WAITING', answered: 302 }]);
    answer = 410;
    await later();
    await run();
    expect((await edge.ask('GET', `${project}/webhooks/${gone.id}`)).body.enabled).toBe(false);
    await endJob(30, { status: 'FAILED', failure: { code: 'source-unavailable', message: 'x' } });
    await run();
    expect(received).toHaveLength(2);
  });

  it('that is switched off gives up what waits, is sent nothing, and hears only of what happens once it is on again', async () => {
    const webhook = await create();
    const path = `${project}/webhooks/${webhook.id}`;
    answer = 500;
    await edge.ask('POST', `${path}/test`);
    await run();
    await edge.ask('PATCH', path, { body: { enabled: false } });
    expect(await deliveries(webhook.id)).toMatchObject([{ status: 'FAILED', failure: 'The webhook was switched off.' }]);
    const [{ id }] = await deliveries(webhook.id);
    expect((await edge.ask('POST', `${path}/test`)).status).toBe(400);
    expect((await edge.ask('POST', `${path}/deliveries/${id}/redeliver`)).status).toBe(400);
    await edge.ask('PATCH', path, { body: { enabled: true } });
    for (const nobody of ['%00', 'nonsense', '0'.repeat(36)])
      expect((await edge.ask('POST', `${path}/deliveries/${nobody}/redeliver`)).status).toBe(404);
    answer = 200;
    await later();
    await run();
    expect(received).toHaveLength(1);
  });

  it('that cannot be sent anything keeps no other back', async () => {
    const [broken, whole] = [await create(), await create()];
    await edge.foundation.db
      .updateTable('webhooks')
      .set({ urlSealed: Buffer.alloc(40) })
      .where('id', '=', broken.id)
      .execute();
    await endJob(40, { status: 'FAILED', failure: { code: 'source-unavailable', message: 'x' } });
    await run();
    expect(received).toHaveLength(1);
    expect(await deliveries(whole.id)).toMatchObject([{ status: 'DELIVERED' }]);
    expect(await deliveries(broken.id)).toMatchObject([{ status: 'WAITING', attempts: 1, failure: 'It could not be made.' }]);
  });

  it('of a receiver that never answers takes a few places, and the messages of others go past it', async () => {
    const silent = createServer(() => {});
    await new Promise<void>((ready) => silent.listen(0, '127.0.0.1', ready));
    const dead = await create({ url: `http://127.0.0.1:${(silent.address() as AddressInfo).port}/`, events: ['snapshot.completed'] });
    const alive = await create();
    const { db } = edge.foundation;
    const event = { event: 'test', payload: '{}' };
    await db
      .insertInto('webhookDeliveries')
      .values(Array.from({ length: 40 }, () => ({ ...event, webhookId: dead.id, dueAt: '2020-01-01' })) as never)
      .execute();
    await db
      .insertInto('webhookDeliveries')
      .values(Array.from({ length: 30 }, () => ({ ...event, webhookId: alive.id })) as never)
      .execute();
    const stop = new AbortController();
    const running = run(new Destinations(), stop.signal).catch(() => {});
    await expect.poll(() => received.length, { timeout: 8000 }).toBe(30);
    const states = (await deliveries(dead.id)) as { attempts: number; status: string }[];
    expect(states.filter(({ attempts }) => attempts > 0)).toHaveLength(4);
    // What comes meanwhile is not left until the silent one has been given up either.
    await endJob(41, { status: 'FAILED', failure: { code: 'source-unavailable', message: 'x' } });
    await expect.poll(() => received.length, { timeout: 5000 }).toBe(31);
    stop.abort();
    silent.closeAllConnections();
    await running;
    silent.close();
  });

  it('whose name leads elsewhere by now is not reached, whatever it led to when it was made', async () => {
    const webhook = await create({ url: receiverUrl().replace('127.0.0.1', 'hooks.example') });
    await edge.ask('POST', `${project}/webhooks/${webhook.id}/test`);
    const toMetadata = ((_host: string, _options: object, done: (error: null, found: object[]) => void) =>
      done(null, [{ address: '169.254.169.254', family: 4 }])) as never;
    await run(new Destinations([], toMetadata));
    expect(received).toHaveLength(0);
    expect((await deliveries(webhook.id))[0]).toMatchObject({ status: 'WAITING', failure: expect.stringContaining('link-local') });
  });

  it.each([
    ['file:///etc/passwd', 'http'],
    ['http://169.254.169.254/latest/meta-data', 'link-local'],
    ['http://[::ffff:169.254.169.254]/', 'link-local'],
    ['http://0/', 'unspecified'],
    ['http://user:password@hooks.example/', 'password'],
    ['unix:/var/run/docker.sock', 'http'],
    ['not a URL', 'http'],
  ])('cannot be %s', async (url, why) => {
    const refused = await edge.ask('POST', `${project}/webhooks`, { body: { url } });
    expect(refused.status).toBe(400);
    expect(refused.text).toContain(why);
  });

  it('shows its secret once, and the path of its URL never', async () => {
    const webhook = await create();
    expect(webhook.url).toBe(`${new URL(receiverUrl()).origin}/…`);
    const list = await edge.ask('GET', `${project}/webhooks`);
    const one = await edge.ask('GET', `${project}/webhooks/${webhook.id}`);
    for (const { text } of [list, one]) expect(text).not.toMatch(/whsec_|s3cr3t/);
    const rows = JSON.stringify(await edge.foundation.db.selectFrom('webhooks').selectAll().execute());
    expect(rows).not.toContain('s3cr3t');
    expect(edge.log()).not.toMatch(/whsec_|s3cr3t/);
  });

  it('is of its project alone, and is changed and deleted', async () => {
    const webhook = await create();
    const path = `${project}/webhooks/${webhook.id}`;
    expect((await edge.ask('PATCH', path, { body: { events: ['drill.completed'], enabled: false } })).body).toMatchObject({
      events: ['drill.completed'],
      enabled: false,
    });
    expect((await edge.ask('PATCH', path, { body: { events: ['everything'] } })).status).toBe(400);
    expect((await edge.ask('DELETE', path)).status).toBe(204);
    for (const method of ['GET', 'DELETE'] as const) expect((await edge.ask(method, path)).status).toBe(404);
    expect((await edge.ask('GET', `${project}/webhooks/nonsense`)).status).toBe(404);
    const audited = await edge.foundation.db.selectFrom('auditLog').select('action').where('action', 'like', 'WEBHOOK%').execute();
    expect(audited.map(({ action }) => action).slice(-3)).toEqual(['WEBHOOK_CREATED', 'WEBHOOK_CHANGED', 'WEBHOOK_DELETED']);
  });
});

describe('an alert', () => {
  const check = () =>
    checkAlerts(
      { db: edge.foundation.db, logger: pino({ level: 'silent' }), overviews: edge.services.overviews },
      new AbortController().signal,
    );
  const told = () =>
    received.map(({ body }) => JSON.parse(body)).map(({ status, clusterName, alert }) => [status, clusterName, alert.code]);
  const take = async (n: number, logicalBytes: number) => {
    await endJob(n, { status: 'COMPLETED' });
    const scheduledAt = new Date(edge.clock.now().getTime() + n * 60_000);
    await edge.foundation.db
      .updateTable('snapshots')
      .set({ logicalBytes, documents: 10, scheduledAt, finishedAt: scheduledAt })
      .where('id', '=', ID(n))
      .execute();
  };

  it('is told once when it is raised, however often it is looked at, and once when it is over', async () => {
    const { db } = edge.foundation;
    await db
      .deleteFrom('snapshots')
      .where('id', '!=', ID(2))
      .where('id', 'not in', db.selectFrom('restoreJobs').select('snapshotId'))
      .execute();
    await db.updateTable('snapshots').set({ logicalBytes: 1000, documents: 10 }).execute();
    await check();
    await db.deleteFrom('alerts').execute();
    const webhook = await create({ events: ['alert.raised', 'alert.cleared'] });
    const quiet = await create({ events: ['snapshot.failed'] });
    await take(100, 1000);
    await check();
    await db.deleteFrom('webhookDeliveries').execute();
    await take(101, 100);
    expect((await edge.ask('GET', `${project}/overview`)).body.attention).toContainEqual(
      expect.objectContaining({ code: 'size-dropped', clusterName: 'shop' }),
    );
    expect(await Promise.all([check(), check()])).toContain(true);
    expect(await check()).toBe(false);
    await run();
    expect(told()).toEqual([['RAISED', 'shop', 'size-dropped']]);
    expect(JSON.parse(received[0]!.body)).toMatchObject({ event: 'alert.raised', kind: 'alert', alert: { severity: 'warning' } });
    await take(102, 1000);
    await check();
    await check();
    await run();
    expect(told()).toEqual([
      ['RAISED', 'shop', 'size-dropped'],
      ['CLEARED', 'shop', 'size-dropped'],
    ]);
    expect(await deliveries(quiet.id)).toEqual([]);
    expect(await deliveries(webhook.id)).toHaveLength(2);
  });

  it('is over when its cluster is taken away', async () => {
    const { db } = edge.foundation;
    await create({ events: ['alert.cleared'] });
    await check();
    await db.deleteFrom('webhookDeliveries').execute();
    await db
      .insertInto('alerts')
      .values({ clusterId: ID(1), code: 'snapshot-damaged', severity: 'critical', message: 'x' })
      .onConflict((c) => c.doNothing())
      .execute();
    const lifecycle = (value: string) => db.updateTable('clusters').set({ lifecycle: value }).where('id', '=', ID(1)).execute();
    await lifecycle('parked');
    try {
      expect(await check()).toBe(true);
      expect(await check()).toBe(false);
    } finally {
      await lifecycle('registered');
    }
    await run();
    expect(told()).toContainEqual(['CLEARED', 'shop', 'snapshot-damaged']);
    expect(await db.selectFrom('alerts').select('code').execute()).toEqual([]);
  });

  it('is raised for a schedule that is overdue and for a proof that is too old', async () => {
    const { db } = edge.foundation;
    const now = edge.clock.now();
    await create({ events: ['alert.raised'] });
    const schedule = {
      paused: false,
      drill: { every: 'day', objectiveDays: 1 },
      policy: [{ frequencyType: 'daily', frequencyInterval: 1, retentionUnit: 'days', retentionValue: 8 }],
    };
    expect((await edge.ask('PUT', `${project}/clusters/shop/schedule`, { body: schedule })).status).toBe(200);
    await check();
    await db.deleteFrom('alerts').execute();
    await db.deleteFrom('webhookDeliveries').execute();
    edge.clock.set(new Date(now.getTime() + 3 * 86_400_000));
    try {
      await check();
      await run();
      expect(
        told()
          .map(([, , code]) => code)
          .sort(),
      ).toEqual(['proof-too-old', 'snapshot-overdue']);
    } finally {
      edge.clock.set(now);
    }
  });
});
