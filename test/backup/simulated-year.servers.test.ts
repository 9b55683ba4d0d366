import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { NewPolicyItem, ScheduleChange } from '../../src/backup/backup-schedules.ts';
import type { Cluster } from '../../src/backup/cluster.ts';
import { LONG, randomNumbers, SEED } from '../kit/long-form.ts';
import { type FreshDatabase, freshDatabase } from '../kit/postgres.ts';
import { type ScheduledWorld, scheduledWorld } from '../kit/scheduled.ts';

/** `LIFEBOAT_FAULTS=long`: all fifty. */
const CLUSTERS = LONG ? 50 : 10;
/** The whole time belongs to `npm run faults`; a quarter has every kind of moment but the yearly one. */
const DAYS = LONG ? 400 : 100;

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const START = Date.UTC(2026, 0, 31);
/** Reference times: what is due every six or twelve hours from them is due at four hours of the day, and no other hour has anything to do. */
const HOURS = [1, 7];
const LAST_HOUR = 19;

const item = (
  frequencyType: NewPolicyItem['frequencyType'],
  frequencyInterval: number,
  retentionValue: number,
  unit: string,
): NewPolicyItem => ({ frequencyType, frequencyInterval, retentionValue, retentionUnit: unit }) as NewPolicyItem;
/** Of ten clusters seven have Atlas' own defaults. */
const POLICIES: readonly (NewPolicyItem[] | 'tenant' | 'dedicated')[] = [
  ...(['tenant', 'tenant', 'tenant', 'tenant', 'dedicated', 'dedicated', 'dedicated'] as const),
  [item('daily', 1, 5, 'days'), item('weekly', 7, 3, 'weeks'), item('monthly', 31 - 3, 2, 'months')],
  [item('monthly', 40, 3, 'months'), item('yearly', 2, 1, 'years'), item('yearly', 11, 2, 'years')],
  [item('hourly', 12, 2, 'days'), item('weekly', 1, 1, 'months')],
];
const DEFAULTS = {
  tenant: [item('daily', 1, 8, 'days')],
  dedicated: [
    item('hourly', 6, 7, 'days'),
    item('daily', 1, 7, 'days'),
    item('weekly', 6, 4, 'weeks'),
    item('monthly', 40, 12, 'months'),
    item('yearly', 12, 1, 'years'),
  ],
};

interface Simulated {
  cluster: Cluster;
  items: readonly NewPolicyItem[];
  hour: number;
  /** Due moments and when what was taken then expires, oldest first. */
  taken: { at: number; until: number }[];
}

let database: FreshDatabase;
let world: ScheduledWorld;

beforeAll(async () => {
  database = await freshDatabase();
  // It is not about what a crash leaves; four runs a day wait for the disk otherwise.
  const { rows } = await sql<{ name: string }>`SELECT current_database() AS name`.execute(database.db);
  await sql`ALTER DATABASE ${sql.ref(rows[0]!.name)} SET synchronous_commit = off`.execute(database.db);
  await sql`SET synchronous_commit = off`.execute(database.db);
  world = await scheduledWorld(database.db);
});
afterAll(() => database.close());

/** The policy's arithmetic, hour by hour and with nothing of the code that is under test. */
function dueAt({ items, hour }: Simulated, at: number): readonly NewPolicyItem[] {
  const date = new Date(at);
  const isReference = date.getUTCHours() === hour;
  const isLastOfMonth = new Date(at + DAY).getUTCDate() === 1;
  return items.filter(({ frequencyType, frequencyInterval: n }) => {
    if (frequencyType === 'hourly') return (date.getUTCHours() + 24 - hour) % n === 0;
    if (!isReference) return false;
    if (frequencyType === 'weekly') return date.getUTCDay() === n % 7;
    if (frequencyType === 'monthly') return n === 40 ? isLastOfMonth : date.getUTCDate() === n;
    if (frequencyType === 'yearly') return date.getUTCDate() === 1 && date.getUTCMonth() === n - 1;
    return true;
  });
}

function keptUntil(at: number, items: readonly NewPolicyItem[]): number {
  return Math.max(
    ...items.map(({ retentionUnit, retentionValue }) => {
      if (retentionUnit === 'days') return at + retentionValue * DAY;
      if (retentionUnit === 'weeks') return at + retentionValue * 7 * DAY;
      const [year, month, day] = [new Date(at).getUTCFullYear(), new Date(at).getUTCMonth(), new Date(at).getUTCDate()];
      const later = month + retentionValue * (retentionUnit === 'years' ? 12 : 1);
      const days = new Date(Date.UTC(year, later + 1, 0)).getUTCDate();
      return Date.UTC(year, later, Math.min(day, days)) + (at % DAY);
    }),
  );
}

it(`${DAYS} days of schedules and retention over ${CLUSTERS} clusters keep, each day, what the policies' own arithmetic says`, async () => {
  const random = randomNumbers(SEED);
  world.clock.set(new Date(START));
  const all: Simulated[] = [];
  for (let n = 0; n < CLUSTERS; n += 1) {
    const policy = POLICIES[n % POLICIES.length]!;
    const hour = HOURS[random(HOURS.length)]!;
    const cluster = await world.addCluster(`c${n}`, {
      tier: policy === 'dedicated' ? 'M10' : 'FLEX',
      createdAt: `2026-01-30T${String(hour).padStart(2, '0')}:00:30Z`,
    });
    const change: ScheduleChange = { referenceHourOfDay: hour, referenceMinuteOfHour: 0 };
    await world.schedules.update(cluster, typeof policy === 'string' ? change : { ...change, policyItems: policy });
    all.push({ cluster, items: typeof policy === 'string' ? DEFAULTS[policy] : policy, hour, taken: [] });
  }
  let taken = 0;
  for (let hour = 1; hour <= DAYS * 24; hour += 1) {
    const at = START + hour * HOUR;
    for (const one of all) {
      const items = dueAt(one, at);
      if (items.length > 0) one.taken.push({ at, until: keptUntil(at, items) });
    }
    if (hour % 6 !== 1) continue;
    // Ten minutes past the hour every jitter is over.
    await world.at(new Date(at + HOUR / 6));
    const sent = world.sent();
    taken += sent.length;
    await world.complete(sent.map(({ snapshotId }) => snapshotId!));
    if (hour % 24 === LAST_HOUR) await compare(all, at + HOUR / 6);
  }
  expect(world.logged).toEqual([]);
  expect(taken).toBe(all.reduce((sum, one) => sum + one.taken.length, 0) + forgotten);
}, 600_000);

let forgotten = 0;

async function compare(all: Simulated[], now: number): Promise<void> {
  const rows = await database.db.selectFrom('snapshots').select(['clusterId', 'scheduledAt']).where('deletedAt', 'is', null).execute();
  const found = Map.groupBy(rows, ({ clusterId }) => clusterId);
  for (const one of all) {
    // The last is kept although it has expired, until there is another.
    const kept = one.taken.filter(({ until }, n) => until > now || n === one.taken.length - 1);
    forgotten += one.taken.length - kept.length;
    one.taken = kept;
    const dates = (found.get(one.cluster.id) ?? []).map(({ scheduledAt }) => scheduledAt.getTime()).sort((a, b) => a - b);
    expect([one.cluster.name, dates]).toEqual([one.cluster.name, kept.map(({ at }) => at)]);
  }
}
