import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { overdueProof } from '../../src/backup/backup-schedules.ts';
import type { Cluster } from '../../src/backup/cluster.ts';
import { jitterOf } from '../../src/backup/due-times.ts';
import { after, systemClock } from '../../src/clock.ts';
import { saveSchedule } from '../../src/db/backup-schedules.ts';
import { clockAhead } from '../../src/db/clock-difference.ts';
import { keepLease } from '../../src/db/leases.ts';
import { insertRestore } from '../../src/db/restores.ts';
import { insertSnapshot, type SnapshotRow } from '../../src/db/snapshots.ts';
import { newId } from '../../src/ids.ts';
import { type FreshDatabase, freshDatabase } from '../kit/postgres.ts';
import { type ScheduledWorld, scheduledWorld } from '../kit/scheduled.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;

let database: FreshDatabase;
let world: ScheduledWorld;

beforeEach(async () => {
  database = await freshDatabase();
  world = await scheduledWorld(database.db);
});
afterEach(() => database.close());

const daily = (retentionValue = 8) => ({ frequencyType: 'daily', frequencyInterval: 1, retentionUnit: 'days', retentionValue }) as const;
const hourly = (frequencyInterval: number, retentionValue = 2) =>
  ({ frequencyType: 'hourly', frequencyInterval, retentionUnit: 'days', retentionValue }) as const;

/** As {@link ScheduledWorld.at}, when the jitter of the cluster is over as well. */
const atDue = (cluster: Cluster, time: string) => world.at(new Date(Date.parse(time) + jitterOf(cluster.id)));
const dates = (rows: SnapshotRow[]) => rows.map(({ scheduledAt }) => scheduledAt.toISOString().slice(0, 16));

describe('a snapshot that is due', () => {
  it('is taken once, at its time, by the default of a cluster that nobody gave a schedule', async () => {
    const shop = await world.addCluster('shop', { createdAt: '2026-03-01T10:00:30Z' });
    await world.run();
    await atDue(shop, '2026-03-02T09:59:59Z');
    expect(world.sent()).toEqual([]);
    await atDue(shop, '2026-03-02T10:00:00Z');
    await Promise.all([world.run(), world.run(), world.run()]);
    const [row, ...others] = await world.rows(shop);
    expect(others).toEqual([]);
    expect(row).toMatchObject({
      ...{ status: 'QUEUED', scheduledAt: new Date('2026-03-02T10:00:00Z'), expiresAt: new Date('2026-03-10T10:00:00Z') },
      policyItems: [{ frequencyType: 'daily' }],
    });
    expect(world.sent()).toEqual([{ name: 'snapshot.take', snapshotId: row!.id }]);
    expect((await world.schedules.nextSnapshots([shop])).get(shop.id)).toEqual(new Date('2026-03-03T10:00:00Z'));
  });

  it('by a dedicated default serves all that is due at once, and is kept by the longest', async () => {
    const big = await world.addCluster('big', { tier: 'M10', createdAt: '2026-03-01T10:00:30Z' });
    await world.at('2026-03-31T08:00:00Z');
    await atDue(big, '2026-03-31T10:00:00Z');
    const [row] = await world.rows(big);
    expect((row!.policyItems as { frequencyType: string }[]).map(({ frequencyType }) => frequencyType)).toEqual([
      'hourly',
      'daily',
      'monthly',
    ]);
    expect(row!.expiresAt).toEqual(new Date('2027-03-31T10:00:00Z'));
  });

  it('of several nodes at once is still one', async () => {
    const clusters = await Promise.all(
      Array.from({ length: 12 }, (_, n) => world.addCluster(`c${n}`, { createdAt: '2026-03-01T09:00:00Z' })),
    );
    await world.run();
    world.clock.set(new Date('2026-03-02T09:06:00Z'));
    await Promise.all(Array.from({ length: 5 }, () => world.run()));
    expect(world.sent()).toHaveLength(12);
    for (const cluster of clusters) expect(await world.rows(cluster)).toHaveLength(1);
    expect(world.logged).toEqual([]);
  });

  it('that was missed is made up for once, now, for all that was due meanwhile', async () => {
    const big = await world.addCluster('big', { createdAt: '2026-03-01T10:00:00Z' });
    const monthly = { frequencyType: 'monthly', frequencyInterval: 3, retentionUnit: 'months', retentionValue: 6 } as const;
    await world.schedules.update(big, { policyItems: [hourly(6), monthly], referenceHourOfDay: 0, referenceMinuteOfHour: 0 });
    await world.at('2026-03-05T14:47:00Z');
    await world.run();
    const [row, ...others] = await world.rows(big);
    expect(others).toEqual([]);
    expect(row).toMatchObject({ scheduledAt: new Date('2026-03-05T14:47:00Z'), dueAt: new Date('2026-03-05T12:00:00Z') });
    expect(row!.policyItems).toMatchObject([{ frequencyType: 'hourly' }, { frequencyType: 'monthly' }]);
    expect(row!.expiresAt).toEqual(new Date('2026-09-05T14:47:00Z'));
    await world.complete([row!.id]);
    await atDue(big, '2026-03-05T18:00:00Z');
    expect(dates(await world.rows(big))).toEqual(['2026-03-05T14:47', '2026-03-05T18:00']);
  });

  it('waits for one that runs, and one that waits serves what is due later, so that nothing piles up', async () => {
    const slow = await world.addCluster('slow', { createdAt: '2026-03-01T10:00:00Z' });
    await world.schedules.update(slow, { policyItems: [hourly(1), daily(30)], referenceHourOfDay: 13 });
    await atDue(slow, '2026-03-01T11:00:00Z');
    const [running] = world.sent();
    await database.db.updateTable('snapshots').set({ status: 'RUNNING' }).where('id', '=', running!.snapshotId!).execute();
    for (const hour of [12, 13, 14, 15]) await atDue(slow, `2026-03-01T${hour}:00:00Z`);
    expect(world.sent()).toHaveLength(1);
    const [first, waiting, ...others] = await world.rows(slow);
    expect([first!.status, waiting!.status, others]).toEqual(['RUNNING', 'QUEUED', []]);
    expect(waiting).toMatchObject({ scheduledAt: new Date('2026-03-01T12:00:00Z'), dueAt: new Date('2026-03-01T15:00:00Z') });
    expect(waiting!.policyItems).toMatchObject([{ frequencyType: 'hourly' }, { frequencyType: 'daily' }]);
    expect(waiting!.expiresAt).toEqual(new Date('2026-03-31T13:00:00Z'));
    await world.complete([first!.id, waiting!.id]);
    await atDue(slow, '2026-03-01T16:00:00Z');
    expect(dates(await world.rows(slow)).at(-1)).toBe('2026-03-01T16:00');
  });

  it('is not, while the schedule is paused, has no policy, or the cluster is parked; and what passed meanwhile is not made up for', async () => {
    const [paused, none, parked] = await Promise.all(['paused', 'none', 'parked'].map((name) => world.addCluster(name)));
    await world.run();
    await world.schedules.update(paused!, { paused: true });
    await world.schedules.remove(none!);
    await database.db.updateTable('clusters').set({ lifecycle: 'parked' }).where('id', '=', parked!.id).execute();
    await world.at('2026-03-08T12:00:00Z');
    expect(world.sent()).toEqual([]);
    expect((await world.schedules.nextSnapshots([paused!, none!])).size).toBe(0);
    await world.schedules.update(paused!, { paused: false });
    await world.schedules.update(none!, { policyItems: [hourly(1)] });
    await world.run();
    expect(world.sent()).toEqual([]);
    await world.at('2026-03-09T10:30:00Z');
    expect(world.sent()).toHaveLength(2);
  });

  it('is not lost to a change of the schedule in the minutes before it begins', async () => {
    const shop = await world.addCluster('shop', { id: newId(new Date(0)), createdAt: '2026-03-01T10:00:00Z' });
    await world.run();
    // Between the due moment and the jitter.
    world.clock.set(new Date(Date.parse('2026-03-02T10:00:00Z') + jitterOf(shop.id) / 2));
    await world.schedules.update(shop, { policyItems: [daily(30)] });
    await atDue(shop, '2026-03-02T10:00:00Z');
    expect(await world.rows(shop)).toMatchObject([
      { scheduledAt: new Date('2026-03-02T10:00:00Z'), expiresAt: new Date('2026-04-01T10:00:00Z') },
    ]);
  });

  it('is taken again after the clock stood far ahead and was set back', async () => {
    const shop = await world.addCluster('shop');
    await world.at('2036-03-02T12:00:00Z');
    await world.complete(world.sent().map(({ snapshotId }) => snapshotId!));
    await world.at('2026-03-02T08:00:00Z');
    expect((await world.schedules.nextSnapshots([shop])).get(shop.id)).toEqual(new Date('2026-03-02T10:00:00Z'));
    await atDue(shop, '2026-03-02T10:00:00Z');
    expect(world.sent()).toHaveLength(1);
  });

  it('is taken by a clock that is minutes off, and not by one that is off by hours', async () => {
    const shop = await world.addCluster('shop', { createdAt: '2026-03-01T10:00:00Z' });
    await world.run();
    world.clockAhead = 2 * 60 * MINUTE;
    await atDue(shop, '2026-03-02T10:00:00Z');
    expect(world.sent()).toEqual([]);
    world.clockAhead = 10 * MINUTE;
    await world.run();
    expect(world.sent()).toHaveLength(1);
  });

  it('of one cluster is taken although the schedule of another cannot be read', async () => {
    const [broken, whole] = await Promise.all([world.addCluster('broken'), world.addCluster('whole')]);
    await world.run();
    const row = { clusterId: broken!.id, schedule: {}, updatedAt: world.clock.now(), nextDrillAt: null };
    await saveSchedule(database.db, { ...row, nextRunAt: world.clock.now() });
    await world.at('2026-03-02T10:10:00Z');
    expect(world.sent()).toHaveLength(1);
    expect(await world.rows(whole!)).toHaveLength(1);
    expect(world.logged).toHaveLength(1);
  });
});

describe('what has expired', () => {
  async function taken(cluster: Cluster, days: number, change: object = {}): Promise<string> {
    const at = new Date(world.clock.now().getTime() - days * DAY);
    const id = newId(at);
    const of = { projectId: cluster.projectId, clusterId: cluster.id, clusterName: cluster.name };
    await insertSnapshot(database.db, { id, ...of, status: 'COMPLETED', scheduledAt: at, expiresAt: new Date(at.getTime() + 8 * DAY) });
    await database.db
      .updateTable('snapshots')
      .set({ finishedAt: at, ...change })
      .where('id', '=', id)
      .execute();
    return id;
  }
  const ids = async (cluster: Cluster) => (await world.rows(cluster)).map(({ id }) => id);

  it('is given up, with an event and an entry of the audit log; what failed and what was taken by hand as well', async () => {
    const shop = await world.addCluster('shop');
    await taken(shop, 9);
    await taken(shop, 10, { status: 'FAILED' });
    const kept = [await taken(shop, 7), await taken(shop, 1)];
    await world.run();
    expect(await ids(shop)).toEqual(kept);
    const events = await database.db.selectFrom('events').selectAll().where('type', '=', 'TENANT_SNAPSHOT_DELETED_AUDIT').execute();
    expect(events).toMatchObject([{ clusterName: 'shop', actorId: null }, { clusterName: 'shop' }]);
    const entries = await database.db
      .selectFrom('auditLog')
      .select('number')
      .where('action', '=', 'TENANT_SNAPSHOT_DELETED_AUDIT')
      .execute();
    expect(entries).toHaveLength(2);
  });

  it('stays while it is held, restored, drilled, downloaded, or what a running restore is undone with', async () => {
    const shop = await world.addCluster('shop');
    const all = await Promise.all([20, 19, 18, 17, 1].map((days) => taken(shop, days)));
    const [held, restored, safety, downloaded, newest] = all;
    const job = {
      ...{
        id: newId(world.clock.now()),
        projectId: shop.projectId,
        clusterId: shop.id,
        clusterName: 'shop',
        deliveryType: 'DRILL',
        status: 'QUEUED',
      },
      ...{ targetProjectId: shop.projectId, targetClusterId: shop.id, targetClusterName: 'shop', targetDeployment: 'shop:1', options: {} },
      ...{ snapshotFinishedAt: world.clock.now(), scheduledAt: world.clock.now(), finishedAt: null, expiresAt: world.clock.now() },
    };
    await insertRestore(database.db, { ...job, snapshotId: restored!, safetySnapshotId: safety! });
    await keepLease(database.db, { id: 'download 1', snapshotId: downloaded!, holder: 'download', seconds: 60 });
    await world.snapshots.setHold(shop.projectId, 'shop', held!, true);
    await world.run();
    expect(await ids(shop)).toEqual(all);
    // It stopped while the target was being replaced: only they make it whole again.
    const [stopped] = await database.db.updateTable('restoreJobs').set({ status: 'FAILED' }).returning('id').execute();
    await database.db.insertInto('swapPlans').values({ restoreJobId: stopped!.id, plan: '{}' }).execute();
    await world.run();
    expect(await ids(shop)).toEqual(all);
    await database.db.deleteFrom('swapPlans').execute();
    await database.db.deleteFrom('snapshotLeases').execute();
    await world.snapshots.setHold(shop.projectId, 'shop', held!, false);
    await world.run();
    expect(await ids(shop)).toEqual([newest]);
  });

  it('stays while the clock of the node and that of PostgreSQL differ by more than five minutes, which is told', async () => {
    const shop = await world.addCluster('shop');
    const all = [await taken(shop, 9), await taken(shop, 1)];
    for (const ahead of [365 * DAY, 6 * MINUTE, -6 * MINUTE]) {
      world.clockAhead = ahead;
      await world.run();
      expect(await ids(shop)).toEqual(all);
    }
    expect(world.logged.map((line) => JSON.parse(line).msg)).toEqual([
      expect.stringMatching(/525600 minutes ahead of PostgreSQL's: nothing is begun by schedule, and no snapshot expires/),
      expect.stringMatching(/6 minutes ahead of PostgreSQL's: no snapshot expires/),
      expect.stringMatching(/6 minutes behind PostgreSQL's: no snapshot expires/),
    ]);
    for (const ahead of [0, DAY, -DAY]) {
      const clock = { now: () => after(systemClock.now(), ahead) };
      expect(Math.abs((await clockAhead(database.db, clock)) - ahead)).toBeLessThan(MINUTE);
    }
    world.clockAhead = 4 * MINUTE;
    await world.run();
    expect(await ids(shop)).toEqual(all.slice(1));
  });

  it('is neither held nor kept longer by one who asks while it goes: that is told as not found, and not audited', async () => {
    const shop = await world.addCluster('shop');
    const { projectId, name } = shop;
    const changes = [
      (id: string) => world.snapshots.setHold(projectId, name, id, true),
      (id: string) => world.snapshots.keepFor(projectId, name, id, { retentionUnit: 'days', retentionValue: 90 }),
      (id: string) => world.snapshots.change(projectId, name, id, { expiresAt: new Date('2030-01-01T00:00:00Z'), description: 'kept' }),
    ];
    const waiting = sql<{
      count: number;
    }>`SELECT count(*)::int FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
    for (const change of changes) {
      const id = await taken(shop, 9);
      const changed = await database.db.transaction().execute(async (transaction) => {
        await transaction.updateTable('snapshots').set({ deletedAt: world.clock.now() }).where('id', '=', id).execute();
        const asked = change(id).catch((error) => error);
        await expect.poll(async () => (await waiting.execute(database.db)).rows[0]!.count).toBe(1);
        return { asked };
      });
      expect(await changed.asked).toMatchObject({ code: 'snapshot-not-found' });
    }
    expect(await database.db.selectFrom('auditLog').select('action').where('action', 'like', 'SNAPSHOT_%').execute()).toEqual([]);
  });

  it('stays where it is the last good one: the newest that is known to be undamaged, the newest of all where none is', async () => {
    const [shop, sick, dumped] = [await world.addCluster('shop'), await world.addCluster('sick'), await world.addCluster('dumped')];
    const good = await taken(shop, 12);
    const damaged = await taken(shop, 10);
    await taken(shop, 30);
    world.damaged.add(damaged);
    const old = [await taken(sick, 30), await taken(sick, 20)];
    for (const id of old) world.damaged.add(id);
    const own = await taken(dumped, 20);
    const dump = await taken(dumped, 2, { imported: true });
    await world.run();
    expect(await ids(shop)).toEqual([good]);
    expect(await ids(sick)).toEqual([old[1]]);
    expect(await ids(dumped)).toEqual([own, dump]);
    await taken(shop, 1);
    await world.run();
    expect(await ids(shop)).toHaveLength(1);
  });

  it('goes by the thousand, a transaction for each few hundred', async () => {
    const shop = await world.addCluster('shop');
    const at = new Date(world.clock.now().getTime() - 20 * DAY);
    const rows = Array.from({ length: 1300 }, () => ({
      ...{ id: newId(at), projectId: shop.projectId, clusterId: shop.id, clusterName: 'shop', status: 'COMPLETED', scheduledAt: at },
      ...{ expiresAt: new Date(at.getTime() + MINUTE), finishedAt: at, progress: '{}' },
    }));
    await database.db.insertInto('snapshots').values(rows).execute();
    await world.run();
    expect(await ids(shop)).toEqual([rows.at(-1)!.id]);
  });
});

describe('a drill on a schedule', () => {
  it('rehearses the newest snapshot an hour after the reference time, one at a time, and says when the proof is too old', async () => {
    const shop = await world.addCluster('shop', { createdAt: '2026-03-01T10:00:00Z' });
    const schedule = await world.schedules.update(shop, { drill: { every: 'day', objectiveDays: 2 } });
    await world.at('2026-03-01T11:00:00Z');
    expect(world.sent()).toEqual([]); // nothing to rehearse yet
    await world.at('2026-03-02T10:30:00Z');
    await world.complete([world.sent()[0]!.snapshotId!]);
    await world.at('2026-03-02T11:00:00Z');
    await Promise.all([world.run(), world.run()]);
    const [drill, ...others] = world.sent();
    expect([drill!.name, others]).toEqual(['restore.run', []]);
    await world.at('2026-03-03T11:00:00Z');
    expect(world.sent().filter(({ name }) => name === 'restore.run')).toEqual([]); // it still runs
    const overdue = (proven: string | null, now: string) =>
      overdueProof(schedule, proven === null ? null : new Date(proven), new Date(now));
    expect(overdue(null, '2026-03-03T10:00:00Z')).toBeNull();
    expect(overdue(null, '2026-03-03T10:01:00Z')).toEqual({ objectiveDays: 2, provenAt: null, days: 2 });
    expect(overdue('2026-03-03T00:00:00Z', '2026-03-04T10:00:00Z')).toBeNull();
    expect(overdue('2026-03-03T00:00:00Z', '2026-03-06T00:00:00Z')).toMatchObject({ days: 3 });
    world.clock.set(new Date('2026-03-06T11:00:00Z'));
    expect(await world.schedules.overdueProofs([shop], new Map())).toEqual(
      new Map([[shop.id, { objectiveDays: 2, provenAt: null, days: 5 }]]),
    );
    const fresh = new Map([[shop.id, { at: new Date('2026-03-05T12:00:00Z') }]]);
    expect(await world.schedules.overdueProofs([shop], fresh)).toEqual(new Map([[shop.id, null]]));
  });
});
