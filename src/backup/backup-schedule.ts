import type { Id } from '../ids.ts';

export const FREQUENCY_TYPES = ['hourly', 'daily', 'weekly', 'monthly', 'yearly'] as const;
export const RETENTION_UNITS = ['days', 'weeks', 'months', 'years'] as const;

/**
 * One line of a policy. `frequencyInterval` counts hours or days; of the longer ones it names the moment: the day of the week (1 is Monday), the day
 * of the month (40: the last), the month of the year.
 */
export type PolicyItem = {
  id: Id;
  frequencyType: (typeof FREQUENCY_TYPES)[number];
  frequencyInterval: number;
  retentionUnit: (typeof RETENTION_UNITS)[number];
  retentionValue: number;
};

/** When snapshots of a dedicated cluster are due and how long they are kept, in Atlas' words. Times are UTC. */
export interface BackupSchedule {
  policyId: Id;
  policyItems: PolicyItem[];
  referenceHourOfDay: number;
  referenceMinuteOfHour: number;
  restoreWindowDays: number;
}

/** What Atlas gives a new cluster; each line gets its own id. */
export const DEFAULT_POLICY: readonly Omit<PolicyItem, 'id'>[] = [
  { frequencyType: 'hourly', frequencyInterval: 6, retentionUnit: 'days', retentionValue: 7 },
  { frequencyType: 'daily', frequencyInterval: 1, retentionUnit: 'days', retentionValue: 7 },
  { frequencyType: 'weekly', frequencyInterval: 6, retentionUnit: 'weeks', retentionValue: 4 },
  { frequencyType: 'monthly', frequencyInterval: 40, retentionUnit: 'months', retentionValue: 12 },
  { frequencyType: 'yearly', frequencyInterval: 12, retentionUnit: 'years', retentionValue: 1 },
];
export const DEFAULT_RESTORE_WINDOW_DAYS = 7;
