import { Problem } from '../errors.ts';
import type { Id } from '../ids.ts';
import { type Tier, tierKind } from './cluster.ts';
import { timeZoneNamed } from './time-zone.ts';

/** The most frequent first: a snapshot that is due for several is called by the last of them. */
export const FREQUENCY_TYPES = ['hourly', 'daily', 'weekly', 'monthly', 'yearly'] as const;
export type FrequencyType = (typeof FREQUENCY_TYPES)[number];
export const RETENTION_UNITS = ['days', 'weeks', 'months', 'years'] as const;

export interface Retention {
  retentionUnit: (typeof RETENTION_UNITS)[number];
  retentionValue: number;
}

/**
 * `frequencyInterval` counts the hours of an hourly one; of the longer ones it names the moment: the day of the week (1 is Monday), the day of the month (40: the last), the
 * month of the year (on its first day).
 */
export interface Frequency {
  frequencyType: FrequencyType;
  frequencyInterval: number;
}

/** One line of a policy. */
export interface PolicyItem extends Frequency, Retention {
  id: Id;
}

/** Which intervals Atlas takes for each. */
const INTERVALS: Readonly<Record<FrequencyType, readonly number[]>> = {
  hourly: [1, 2, 4, 6, 8, 12],
  daily: [1],
  weekly: upTo(7),
  monthly: [...upTo(28), 40],
  yearly: upTo(12),
};

function upTo(last: number): number[] {
  return Array.from({ length: last }, (_, n) => n + 1);
}

/** When snapshots are due: at the reference time of the zone's clocks, and for hourly ones at every so many hours from it. */
export interface Timetable<Item extends Frequency = PolicyItem> {
  policyItems: readonly Item[];
  timeZone: string;
  referenceHourOfDay: number;
  referenceMinuteOfHour: number;
}

/** Drills are due an hour after the reference time, so that there is a snapshot of the day: each day, on Sundays, on the first of the month. */
export const DRILL_FREQUENCIES = {
  day: { frequencyType: 'daily', frequencyInterval: 1 },
  week: { frequencyType: 'weekly', frequencyInterval: 7 },
  month: { frequencyType: 'monthly', frequencyInterval: 1 },
} as const satisfies Record<string, Frequency>;
export const DRILL_INTERVALS = ['day', 'week', 'month'] as const;

/** How often the restore of the newest snapshot is rehearsed, and how old the newest proof may become. */
export interface DrillPlan {
  every: (typeof DRILL_INTERVALS)[number];
  objectiveDays: number;
  /** From when on there is something to be proven. */
  since: Date;
}

/** When snapshots of a cluster are due and how long they are kept, in Atlas' words. */
export interface BackupSchedule extends Timetable {
  policyId: Id;
  policyItems: PolicyItem[];
  /** Of continuous backups, which Lifeboat does not make: kept and shown. */
  restoreWindowDays: number;
  /** Nothing is taken; what is there is kept as the policy says. */
  paused: boolean;
  drill: DrillPlan | null;
  /** The policy is Atlas' default of this kind of cluster, and becomes that of the other kind with the cluster. */
  defaultOf: 'tenant' | 'dedicated' | null;
}

/** What Atlas gives a new dedicated cluster; each line gets its own id. */
const DEDICATED_POLICY: readonly Omit<PolicyItem, 'id'>[] = [
  { frequencyType: 'hourly', frequencyInterval: 6, retentionUnit: 'days', retentionValue: 7 },
  { frequencyType: 'daily', frequencyInterval: 1, retentionUnit: 'days', retentionValue: 7 },
  { frequencyType: 'weekly', frequencyInterval: 6, retentionUnit: 'weeks', retentionValue: 4 },
  { frequencyType: 'monthly', frequencyInterval: 40, retentionUnit: 'months', retentionValue: 12 },
  { frequencyType: 'yearly', frequencyInterval: 12, retentionUnit: 'years', retentionValue: 1 },
];
/** What it does for M2, M5 and Flex. */
const TENANT_POLICY: readonly Omit<PolicyItem, 'id'>[] = [
  { frequencyType: 'daily', frequencyInterval: 1, retentionUnit: 'days', retentionValue: 8 },
];
export const DEFAULT_POLICIES = { tenant: TENANT_POLICY, dedicated: DEDICATED_POLICY } as const;
export const DEFAULT_RESTORE_WINDOW_DAYS = 7;

export function defaultKindOf(tier: Tier): 'tenant' | 'dedicated' {
  return tierKind(tier) === 'dedicated' ? 'dedicated' : 'tenant';
}

/** By which of its items a snapshot is called: the least frequent. */
export function frequencyOf(items: readonly Pick<PolicyItem, 'frequencyType'>[]): FrequencyType | null {
  return FREQUENCY_TYPES.findLast((type) => items.some((item) => item.frequencyType === type)) ?? null;
}

/** When its drills are due; `null` for never. */
export function drillTimetable({
  drill,
  paused,
  timeZone,
  referenceHourOfDay,
  referenceMinuteOfHour,
}: BackupSchedule): Timetable<Frequency> | null {
  if (!drill || paused) return null;
  return {
    policyItems: [DRILL_FREQUENCIES[drill.every]],
    timeZone,
    referenceHourOfDay: (referenceHourOfDay + 1) % 24,
    referenceMinuteOfHour,
  };
}

/** Throws `invalid-value` for an interval that its frequency does not have, and for a time zone that is none. Answers the zone as it is spelled. */
export function checkTimetable({ policyItems, timeZone }: Timetable): string {
  for (const { frequencyType, frequencyInterval } of policyItems) {
    const allowed = INTERVALS[frequencyType];
    if (allowed.includes(frequencyInterval)) continue;
    throw new Problem('invalid-value', ['frequencyInterval', `of ${frequencyType} snapshots it is one of ${allowed.join(', ')}`]);
  }
  const zone = timeZoneNamed(timeZone);
  if (zone === null) throw new Problem('invalid-value', ['timeZone', 'it is no time zone, as Europe/Berlin is']);
  return zone;
}
