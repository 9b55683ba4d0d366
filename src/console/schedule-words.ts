import type { ScheduleRequest } from './api/schemas.ts';

/** A schedule in words, and what its parts can be. Pure. */

export type PolicyItem = ScheduleRequest['policy'][number];
export type Frequency = PolicyItem['frequencyType'];
export type RetentionUnit = PolicyItem['retentionUnit'];

export const FREQUENCIES: readonly { value: Frequency; label: string }[] = [
  { value: 'hourly', label: 'Hours' },
  { value: 'daily', label: 'Day' },
  { value: 'weekly', label: 'Week' },
  { value: 'monthly', label: 'Month' },
  { value: 'yearly', label: 'Year' },
];

export const RETENTION_UNITS: readonly RetentionUnit[] = ['days', 'weeks', 'months', 'years'];

const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];
/** As Atlas says `the last day of the month`. */
const LAST_DAY = 40;

/** What the interval of a frequency can be: hours between two snapshots, or the moment that it names. */
export function intervalsOf(frequency: Frequency): { value: number; label: string }[] {
  switch (frequency) {
    case 'hourly':
      return [1, 2, 4, 6, 8, 12].map((value) => ({ value, label: value === 1 ? 'every hour' : `every ${value} hours` }));
    case 'daily':
      return [{ value: 1, label: 'every day' }];
    case 'weekly':
      return WEEKDAYS.map((day, place) => ({ value: place + 1, label: `on ${day}` }));
    case 'monthly':
      return [
        ...Array.from({ length: 28 }, (_, day) => ({ value: day + 1, label: `on day ${day + 1}` })),
        { value: LAST_DAY, label: 'on the last day' },
      ];
    case 'yearly':
      return MONTHS.map((month, place) => ({ value: place + 1, label: `on ${month} 1` }));
  }
}

/** An item of a frequency that was just chosen. */
export function newItem(frequency: Frequency): PolicyItem {
  const [retentionValue, retentionUnit] = (
    { hourly: [2, 'days'], daily: [7, 'days'], weekly: [4, 'weeks'], monthly: [12, 'months'], yearly: [3, 'years'] } as const
  )[frequency];
  const frequencyInterval = frequency === 'hourly' ? 6 : frequency === 'monthly' ? LAST_DAY : 1;
  return { frequencyType: frequency, frequencyInterval, retentionUnit, retentionValue };
}

/** `1 day`, `4 weeks`. */
export function retentionText({ retentionUnit, retentionValue }: Pick<PolicyItem, 'retentionUnit' | 'retentionValue'>): string {
  return `${retentionValue} ${retentionValue === 1 ? retentionUnit.slice(0, -1) : retentionUnit}`;
}

/** `every 6 hours, kept 2 days`. */
export function itemText(item: PolicyItem): string {
  const when = intervalsOf(item.frequencyType).find(({ value }) => value === item.frequencyInterval)?.label ?? item.frequencyType;
  return `${when}, kept ${retentionText(item)}`;
}

export function timeOfDayText(hour: number, minute: number): string {
  return `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
}
