import { DAY, HOUR } from '../clock.ts';
import { type FrequencyType, frequencyOf, type PolicyItem, type Retention, type Timetable } from './backup-schedule.ts';
import { dueBetween } from './due-times.ts';

/** Dates beyond have no four digits for the year. */
const LAST = new Date('9999-12-31T23:59:59Z');

/** When what is kept from `from` on expires: the longest of the retentions counts. A month ends on the same day of the next, or on its last. */
export function expiryOf(from: Date, retentions: readonly Retention[]): Date {
  const latest = retentions.map((retention) => expiryAfter(from, retention)).sort((a, b) => b.getTime() - a.getTime())[0];
  return latest ?? from;
}

export function expiryAfter(from: Date, { retentionUnit, retentionValue }: Retention): Date {
  const expiry = new Date(from);
  if (retentionUnit === 'days') expiry.setTime(from.getTime() + retentionValue * DAY);
  else if (retentionUnit === 'weeks') expiry.setTime(from.getTime() + retentionValue * 7 * DAY);
  else {
    const months = retentionUnit === 'months' ? retentionValue : 12 * retentionValue;
    expiry.setUTCMonth(from.getUTCMonth() + months);
    // A day that the month does not have has become one of the next month.
    if (expiry.getUTCDate() !== from.getUTCDate()) expiry.setUTCDate(0);
  }
  return expiry < LAST ? expiry : LAST;
}

/**
 * When a snapshot that was taken by an earlier policy expires under this one. Its items are found by id, and those that have another id by their frequency. What one of them
 * said that is gone is still kept to. `null`: the policy has no say.
 */
export function expiryUnder(
  policy: readonly PolicyItem[],
  {
    scheduledAt,
    expiresAt,
    policyItems,
  }: { scheduledAt: Date; expiresAt: Date; policyItems: readonly Pick<PolicyItem, 'id' | 'frequencyType'>[] },
): Date | null {
  const found = policyItems.map(({ id, frequencyType }) => {
    const same = policy.filter((item) => item.id === id);
    return same.length > 0 ? same : policy.filter((item) => item.frequencyType === frequencyType);
  });
  if (found.every((items) => items.length === 0)) return null;
  const expiry = expiryOf(scheduledAt, found.flat());
  const isWhole = found.every((items) => items.length > 0);
  return isWhole || expiry > expiresAt ? expiry : expiresAt;
}

/** As much of a snapshot as retention looks at. */
export interface RetainedSnapshot {
  id: string;
  status: string;
  finishedAt: Date | null;
  expiresAt: Date;
  imported: boolean;
  hold: boolean;
}

/** The COMPLETED ones, the best to have first: the cluster's own before those from dumps, the newest before older ones. */
export function inOrderOfWorth<S extends RetainedSnapshot>(snapshots: readonly S[]): S[] {
  const completed = snapshots.filter(({ status, finishedAt }) => status === 'COMPLETED' && finishedAt !== null);
  return completed.sort(
    (a, b) =>
      Number(a.imported) - Number(b.imported) ||
      b.finishedAt!.getTime() - a.finishedAt!.getTime() ||
      (a.id < b.id ? 1 : a.id > b.id ? -1 : 0),
  );
}

/**
 * Which of a cluster's snapshots go: those that have ended and expired, unless they are held, in use, or the last good one: the first of
 * {@link inOrderOfWorth} that is undamaged.
 */
export function expired<S extends RetainedSnapshot>(
  snapshots: readonly S[],
  o: { now: Date; inUse: ReadonlySet<string>; lastGood: string | null },
): S[] {
  return snapshots.filter(
    ({ id, status, expiresAt, hold }) =>
      (status === 'COMPLETED' || status === 'FAILED') && expiresAt <= o.now && !hold && !o.inUse.has(id) && id !== o.lastGood,
  );
}

/** How many snapshots a policy keeps once it has run for as long as it keeps any. */
export interface SteadyState {
  atMost: number;
  byType: Partial<Record<FrequencyType, number>>;
}

/** A longer walk is not made: then it is the sum of what each item keeps alone, which is never too few. */
const LONGEST_WALK = 20 * 366 * DAY;
const START = new Date('2025-01-01T00:00:00Z');

/** Walked through in UTC, moment by moment, until everything has come and gone once. */
export function steadyState(timetable: Timetable): SteadyState {
  if (timetable.policyItems.length === 0) return { atMost: 0, byType: {} };
  const full = expiryOf(START, timetable.policyItems);
  const end = new Date(full.getTime() + 400 * DAY);
  if (end.getTime() - START.getTime() > LONGEST_WALK) return sumOfItems(timetable);
  const changes = dueBetween({ ...timetable, timeZone: 'UTC' }, START, end).flatMap(({ at, items }) => {
    const type = frequencyOf(items)!;
    return [
      { at: at.getTime(), by: 1, type },
      { at: expiryOf(at, items).getTime(), by: -1, type },
    ];
  });
  // What expires makes room for what is due at the same moment.
  changes.sort((a, b) => a.at - b.at || a.by - b.by);
  let kept = 0;
  const now = new Map<FrequencyType, number>();
  const most: { atMost: number; byType: Partial<Record<FrequencyType, number>> } = { atMost: 0, byType: {} };
  for (const { at, by, type } of changes) {
    kept += by;
    now.set(type, (now.get(type) ?? 0) + by);
    if (at < full.getTime() || at > end.getTime()) continue;
    most.atMost = Math.max(most.atMost, kept);
    for (const [name, count] of now) if (count > 0) most.byType[name] = Math.max(most.byType[name] ?? 0, count);
  }
  return most;
}

const PERIODS: Readonly<Record<FrequencyType, number>> = {
  hourly: HOUR,
  daily: DAY,
  weekly: 7 * DAY,
  monthly: 28 * DAY,
  yearly: 365 * DAY,
};

function sumOfItems({ policyItems }: Timetable): SteadyState {
  const byType: Partial<Record<FrequencyType, number>> = {};
  let atMost = 0;
  for (const item of policyItems) {
    const period = PERIODS[item.frequencyType] * (item.frequencyType === 'hourly' ? item.frequencyInterval : 1);
    const count = Math.ceil((expiryAfter(START, item).getTime() - START.getTime()) / period);
    byType[item.frequencyType] = (byType[item.frequencyType] ?? 0) + count;
    atMost += count;
  }
  return { atMost, byType };
}
