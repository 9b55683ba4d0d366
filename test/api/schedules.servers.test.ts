import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { insertCluster } from '../../src/db/clusters.ts';
import { insertDueSnapshots } from '../../src/db/scheduled-snapshots.ts';
import { newId } from '../../src/ids.ts';
import { type Edge, startEdge } from '../kit/edge.ts';

const DAY = 86_400_000;
const NOW = '2026-03-01T10:00:00.500Z';

let edge: Edge;
let clusters: string;
const ids: Record<string, string> = {};

async function addCluster(name: string, tier: string): Promise<void> {
  const createdAt = new Date('2026-02-01T04:30:12Z');
  ids[name] = newId(createdAt);
  await insertCluster(edge.foundation.db, {
    ...{ id: ids[name], projectId: edge.first.projectId, name, tier, uriSealed: Buffer.from('sealed'), deployment: `${name}:27017` },
    ...{ mongodbVersion: '8.0.4', topology: 'replicaSet', createdAt },
  });
}

/** COMPLETED, as the schedule would have taken it. */
async function addScheduled(name: string, at: Date, policyItems: object[], expiresAt: Date): Promise<string> {
  const { db } = edge.foundation;
  const id = newId(at);
  const row = { id, projectId: edge.first.projectId, clusterId: ids[name]!, clusterName: name, status: 'COMPLETED', scheduledAt: at };
  await db.transaction().execute((transaction) => insertDueSnapshots(transaction, [{ ...row, dueAt: at, policyItems, expiresAt }]));
  await db.updateTable('snapshots').set({ finishedAt: at, mongodbVersion: '8.0.4' }).where('id', '=', id).execute();
  return id;
}

const minutesAgo = (minutes: number) => new Date(Date.parse(NOW) - minutes * 60_000);

beforeAll(async () => {
  edge = await startEdge();
  clusters = `/api/lifeboat/v1/projects/${edge.first.projectId}/clusters`;
  await addCluster('flex', 'FLEX');
  await addCluster('big', 'M10');
});
afterAll(() => edge[Symbol.asyncDispose]());

describe('the schedule of a cluster', () => {
  it("is Atlas' default of its kind until it is set, from the time of day at which the cluster was made", async () => {
    const flex = await edge.ask('GET', `${clusters}/flex/schedule`);
    expect(flex).toMatchObject({
      status: 200,
      body: {
        policy: [{ frequencyType: 'daily', frequencyInterval: 1, retentionUnit: 'days', retentionValue: 8 }],
        ...{ timeZone: 'UTC', referenceHourOfDay: 4, referenceMinuteOfHour: 30, paused: false },
        nextSnapshotAt: '2026-03-02T04:30:00.000Z',
      },
    });
    expect(flex.body).not.toHaveProperty('drill');
    const big = await edge.ask('GET', `${clusters}/big/schedule`);
    expect(big.body.policy.map(({ frequencyType }: { frequencyType: string }) => frequencyType)).toEqual([
      ...['hourly', 'daily', 'weekly', 'monthly', 'yearly'],
    ]);
    expect(big.body.nextSnapshotAt).toBe('2026-03-01T10:30:00.000Z');
    expect((await edge.ask('GET', `${clusters}/big/schedule`)).body).toEqual(big.body);
  });

  it('becomes the default of the other kind with the cluster, and one that was set stays', async () => {
    await addCluster('grows', 'FLEX');
    expect((await edge.ask('GET', `${clusters}/grows/schedule`)).body.policy).toHaveLength(1);
    const { db } = edge.foundation;
    const grow = (tier: string) => db.updateTable('clusters').set({ tier }).where('id', '=', ids.grows!).execute();
    await grow('M30');
    expect((await edge.ask('GET', `${clusters}/grows/schedule`)).body).toMatchObject({ policy: { length: 5 }, referenceHourOfDay: 4 });
    const policy = [{ frequencyType: 'weekly', frequencyInterval: 7, retentionUnit: 'weeks', retentionValue: 4 }];
    await edge.ask('PUT', `${clusters}/grows/schedule`, { body: { policy } });
    await grow('FLEX');
    expect((await edge.ask('GET', `${clusters}/grows/schedule`)).body).toMatchObject({ policy });
  });

  it('is replaced as a whole, in its own time zone, with drills; what was answered may be sent back', async () => {
    const body = {
      policy: [{ frequencyType: 'daily', frequencyInterval: 1, retentionUnit: 'months', retentionValue: 2 }],
      ...{ timeZone: 'america/new_york', referenceHourOfDay: 2, referenceMinuteOfHour: 15, drill: { every: 'week', objectiveDays: 14 } },
    };
    const set = await edge.ask('PUT', `${clusters}/flex/schedule`, { body });
    expect(set).toMatchObject({
      status: 200,
      body: { ...body, timeZone: 'America/New_York', paused: false, nextSnapshotAt: '2026-03-02T07:15:00.000Z' },
    });
    expect((await edge.ask('GET', `${clusters}/flex/schedule`)).body).toEqual(set.body);
    expect((await edge.ask('PUT', `${clusters}/flex/schedule`, { body: set.body })).body).toEqual(set.body);
    const paused = await edge.ask('PUT', `${clusters}/flex/schedule`, { body: { policy: [], paused: true } });
    expect(paused.body).toEqual({ policy: [], timeZone: 'UTC', referenceHourOfDay: 4, referenceMinuteOfHour: 30, paused: true });
    const { body: audit } = await edge.ask('GET', `/api/lifeboat/v1/projects/${edge.first.projectId}/auditLog`);
    expect(audit.results[0]).toMatchObject({ action: 'BACKUP_SCHEDULE_CHANGED', clusterName: 'flex', by: { name: edge.first.publicKey } });
  });

  const daily = { frequencyType: 'daily', frequencyInterval: 1, retentionUnit: 'days', retentionValue: 8 };
  it.each([
    ['no policy', {}, 'policy'],
    [
      'an interval that its frequency does not have',
      { policy: [{ ...daily, frequencyType: 'hourly', frequencyInterval: 5 }] },
      'frequencyInterval',
    ],
    ['the 40th day of a week', { policy: [{ ...daily, frequencyType: 'weekly', frequencyInterval: 40 }] }, 'frequencyInterval'],
    ['a retention of nothing', { policy: [{ ...daily, retentionValue: 0 }] }, 'policy.0.retentionValue'],
    ['a time zone that is none', { policy: [daily], timeZone: 'Mars/Olympus' }, 'timeZone'],
    ['an hour that is none', { policy: [daily], referenceHourOfDay: 24 }, 'referenceHourOfDay'],
    ['a drill without an objective', { policy: [daily], drill: { every: 'day' } }, 'drill'],
    ['what it does not know', { policy: [daily], surprise: 1 }, 'surprise'],
  ])('is refused with %s, and so is its preview', async (_what, body, place) => {
    for (const [method, path] of [
      ['PUT', 'schedule'],
      ['POST', 'schedule/preview'],
    ] as const) {
      const answer = await edge.ask(method, `${clusters}/flex/${path}`, { body });
      expect(answer).toMatchObject({ status: 400, body: { errorCode: 'INVALID_VALUE' } });
      expect(answer.body.detail).toContain(place.split('.')[0]);
    }
  });

  it('is set by who may manage the project, and previewed by whoever may look', async () => {
    const credentials = await edge.makeKey({ roleName: 'GROUP_BACKUP_MANAGER', projectId: edge.first.projectId });
    const refused = await edge.ask('PUT', `${clusters}/flex/schedule`, { credentials, body: { policy: [daily] } });
    expect(refused).toMatchObject({ status: 401, body: { errorCode: 'USER_UNAUTHORIZED' } });
    expect((await edge.ask('POST', `${clusters}/flex/schedule/preview`, { credentials, body: { policy: [daily] } })).status).toBe(200);
  });
});

describe('a preview', () => {
  it('tells the next twenty moments, what is kept in the long run and what would go at once, and stores nothing', async () => {
    const before = (await edge.ask('GET', `${clusters}/big/schedule`)).body;
    const [hourly] = before.policy;
    const item = { id: hourly.id, frequencyType: 'hourly' };
    const in7Days = (at: Date) => new Date(at.getTime() + 7 * DAY);
    const times = [minutesAgo(5 * 1440), minutesAgo(4 * 1440), minutesAgo(1440)] as const;
    const taken = await Promise.all(times.map((at) => addScheduled('big', at, [item], in7Days(at))));
    const body = { policy: [{ ...hourly, frequencyInterval: 12, retentionValue: 2 }] };
    const preview = (await edge.ask('POST', `${clusters}/big/schedule/preview`, { body })).body;
    expect(preview.next).toHaveLength(20);
    expect(preview.next[0]).toEqual({ at: '2026-03-01T16:30:00.000Z', frequencyTypes: ['hourly'] });
    expect(preview.kept).toEqual({ atMost: 4, byType: { hourly: 4 } });
    expect(preview.deletedNow.map(({ id }: { id: string }) => id)).toEqual(taken.slice(0, 2));
    expect((await edge.ask('GET', `${clusters}/big/schedule`)).body).toEqual(before);
    const none = (await edge.ask('POST', `${clusters}/big/schedule/preview`, { body: { policy: [], paused: true } })).body;
    expect(none).toEqual({ next: [], kept: { atMost: 0, byType: {} }, deletedNow: [] });
    const kept = (await edge.ask('POST', `${clusters}/big/schedule/preview`, { body: { ...body, updateSnapshots: false } })).body;
    expect(kept.deletedNow).toEqual([]);
  });

  it('leaves the last good snapshot out of what would go', async () => {
    await addCluster('alone', 'M10');
    const { policy } = (await edge.ask('GET', `${clusters}/alone/schedule`)).body;
    await addScheduled('alone', minutesAgo(5 * 1440), [{ id: policy[0].id, frequencyType: 'hourly' }], minutesAgo(-1440));
    const body = { policy: [{ ...policy[0], retentionValue: 2 }] };
    expect((await edge.ask('POST', `${clusters}/alone/schedule/preview`, { body })).body.deletedNow).toEqual([]);
  });
});

describe('a snapshot of a schedule', () => {
  it('says what it was due for, natively and by the routes of Atlas', async () => {
    await addCluster('told', 'M10');
    const items = [
      { id: newId(minutesAgo(0)), frequencyType: 'hourly' },
      { id: newId(minutesAgo(0)), frequencyType: 'monthly' },
    ];
    const id = await addScheduled('told', minutesAgo(60), items, minutesAgo(-1440));
    const both = { frequencyType: 'monthly', policyItems: items.map((item) => item.id) };
    expect((await edge.ask('GET', `${clusters}/told/snapshots/${id}`)).body).toMatchObject({ ...both, hold: false });
    const atlas = `/api/atlas/v2/groups/${edge.first.projectId}/clusters/told/backup/snapshots/${id}`;
    const headers = { accept: 'application/vnd.atlas.2023-01-01+json' };
    expect((await edge.ask('GET', atlas, { headers })).body).toMatchObject({ ...both, snapshotType: 'scheduled' });
  });

  it('under a legal hold is deleted by no route until it is released, and both are audited', async () => {
    await addCluster('held', 'M10');
    const id = await addScheduled('held', minutesAgo(60), [], minutesAgo(-1440));
    const path = `${clusters}/held/snapshots/${id}`;
    expect(await edge.ask('PATCH', path, { body: { hold: true } })).toMatchObject({ status: 200, body: { hold: true } });
    expect((await edge.ask('PATCH', path, { body: { hold: true } })).status).toBe(200);
    const atlas = `/api/atlas/v2/groups/${edge.first.projectId}/clusters/held/backup/snapshots/${id}`;
    const headers = { accept: 'application/vnd.atlas.2023-01-01+json' };
    expect(await edge.ask('DELETE', atlas, { headers })).toMatchObject({ status: 400, body: { errorCode: 'SNAPSHOT_HELD' } });
    expect((await edge.ask('PATCH', path, { body: { hold: false } })).body.hold).toBe(false);
    expect((await edge.ask('DELETE', atlas, { headers })).status).toBe(204);
    const { body } = await edge.ask('GET', `/api/lifeboat/v1/projects/${edge.first.projectId}/auditLog`);
    expect(body.results.slice(0, 3).map(({ action }: { action: string }) => action)).toEqual([
      ...['TENANT_SNAPSHOT_DELETED_AUDIT', 'SNAPSHOT_RELEASED', 'SNAPSHOT_HELD'],
    ]);
    expect((await edge.ask('PATCH', path, { body: { hold: true } })).status).toBe(404);
  });
});

describe("Atlas' backup/schedule", () => {
  const headers = { accept: 'application/vnd.atlas.2024-08-05+json' };
  let schedule: string;

  beforeAll(async () => {
    await addCluster('atlas', 'M10');
    schedule = `/api/atlas/v2/groups/${edge.first.projectId}/clusters/atlas/backup/schedule`;
  });

  it('says when the next snapshot is due, by every change, and not when none is', async () => {
    expect((await edge.ask('GET', schedule, { headers })).body.nextSnapshot).toBe('2026-03-01T10:30:00Z');
    const body = { referenceHourOfDay: 5, referenceMinuteOfHour: 0 };
    expect((await edge.ask('PATCH', schedule, { headers, body })).body.nextSnapshot).toBe('2026-03-01T11:00:00Z');
    expect((await edge.ask('DELETE', schedule, { headers })).body).not.toHaveProperty('nextSnapshot');
  });

  it('keeps earlier snapshots by the new policy with updateSnapshots, but for those whose own expiry was set', async () => {
    const items = [{ frequencyInterval: 6, frequencyType: 'hourly', retentionUnit: 'days', retentionValue: 7 }];
    const { policies } = (await edge.ask('PATCH', schedule, { headers, body: { policies: [{ policyItems: items }] } })).body;
    const item = { id: policies[0].policyItems[0].id, frequencyType: 'hourly' };
    const at = minutesAgo(1440);
    const taken = await addScheduled('atlas', at, [item], new Date(at.getTime() + 7 * DAY));
    const own = await addScheduled('atlas', minutesAgo(1441), [item], minutesAgo(-1440));
    const snapshots = schedule.replace('schedule', 'snapshots');
    const older = { accept: 'application/vnd.atlas.2023-01-01+json' };
    await edge.ask('PATCH', `${snapshots}/${own}`, { headers: older, body: { retentionUnit: 'MONTHS', retentionValue: 3 } });
    const policy = { ...policies[0], policyItems: [{ ...policies[0].policyItems[0], retentionValue: 30 }] };
    const expiry = async (id: string) => (await edge.ask('GET', `${snapshots}/${id}`, { headers: older })).body.expiresAt;
    await edge.ask('PATCH', schedule, { headers, body: { policies: [policy] } });
    expect(await expiry(taken)).toBe('2026-03-07T10:00:00Z');
    await edge.ask('PATCH', schedule, { headers, body: { policies: [policy], updateSnapshots: true } });
    expect([await expiry(taken), await expiry(own)]).toEqual(['2026-03-30T10:00:00Z', '2026-05-28T09:59:00Z']);
  });

  it('refuses an interval that its frequency does not have', async () => {
    const policyItems = [{ frequencyInterval: 28, frequencyType: 'hourly', retentionUnit: 'days', retentionValue: 7 }];
    const answer = await edge.ask('PATCH', schedule, { headers, body: { policies: [{ policyItems }] } });
    expect(answer).toMatchObject({ status: 400, body: { errorCode: 'INVALID_ATTRIBUTE', parameters: { 0: 'frequencyInterval' } } });
  });
});
