import type { NewPolicyItem } from '../backup/backup-schedules.ts';
import { Problem } from '../errors.ts';

/** A policy as the command line writes it: `--hourly 6:7d --daily 8d --weekly sat:4w --monthly last:12m --yearly dec:1y`. */
export interface PolicyWords {
  hourly?: string;
  daily?: string;
  weekly?: string[];
  monthly?: string[];
  yearly?: string[];
}

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const UNITS = { d: 'days', w: 'weeks', m: 'months', y: 'years' } as const;
const LAST_DAY = 40;

/** `null` where none of the words is there. Throws `invalid-value`, in the words of the option. */
export function policyOf({ hourly, daily, weekly = [], monthly = [], yearly = [] }: PolicyWords): NewPolicyItem[] | null {
  const items = [
    ...(hourly === undefined ? [] : [itemOf('hourly', hourly)]),
    ...(daily === undefined ? [] : [itemOf('daily', daily)]),
    ...weekly.map((words) => itemOf('weekly', words)),
    ...monthly.map((words) => itemOf('monthly', words)),
    ...yearly.map((words) => itemOf('yearly', words)),
  ];
  return items.length > 0 ? items : null;
}

function itemOf(frequencyType: NewPolicyItem['frequencyType'], words: string): NewPolicyItem {
  const parts = words.toLowerCase().split(':');
  const kept = /^([1-9]\d{0,3})([dwmy])$/.exec(parts.at(-1) ?? '');
  const when = parts.length === 2 ? parts[0]! : undefined;
  const frequencyInterval = frequencyType === 'daily' ? (parts.length === 1 ? 1 : Number.NaN) : intervalOf(frequencyType, when ?? '');
  if (!kept || Number.isNaN(frequencyInterval) || parts.length > 2) {
    throw new Problem('invalid-value', [`--${frequencyType}`, `${words} is not as in ${EXAMPLES[frequencyType]}`]);
  }
  const retentionUnit = UNITS[kept[2] as keyof typeof UNITS];
  return { frequencyType, frequencyInterval, retentionUnit, retentionValue: Number(kept[1]) };
}

function intervalOf(frequencyType: 'hourly' | 'weekly' | 'monthly' | 'yearly', when: string): number {
  if (frequencyType === 'weekly' && DAYS.includes(when)) return DAYS.indexOf(when) + 1;
  if (frequencyType === 'monthly' && when === 'last') return LAST_DAY;
  if (frequencyType === 'yearly' && MONTHS.includes(when)) return MONTHS.indexOf(when) + 1;
  return /^\d{1,2}$/.test(when) ? Number(when) : Number.NaN;
}

const EXAMPLES = {
  hourly: '6:7d (every 6 hours, kept for 7 days)',
  daily: '8d (kept for 8 days)',
  weekly: 'sat:4w',
  monthly: '15:12m or last:12m',
  yearly: 'dec:3y',
} as const;

/** A line of a policy in a sentence. */
export function describeItem({ frequencyType, frequencyInterval: n, retentionUnit, retentionValue }: NewPolicyItem): string {
  const kept = `kept for ${retentionValue} ${retentionValue === 1 ? retentionUnit.slice(0, -1) : retentionUnit}`;
  switch (frequencyType) {
    case 'hourly':
      return `every ${n === 1 ? 'hour' : `${n} hours`}, ${kept}`;
    case 'daily':
      return `every day, ${kept}`;
    case 'weekly':
      return `every week (${DAYS[n - 1]}), ${kept}`;
    case 'monthly':
      return `every month (${n === LAST_DAY ? 'last day' : `day ${n}`}), ${kept}`;
    case 'yearly':
      return `every year (1 ${MONTHS[n - 1]}), ${kept}`;
  }
}

/** `14:30`, on the clocks of the schedule's time zone. Throws `invalid-value`. */
export function timeOf(words: string): { referenceHourOfDay: number; referenceMinuteOfHour: number } {
  const match = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(words);
  if (!match) throw new Problem('invalid-value', ['--at', `${words} is no time of day, as 02:30 is`]);
  return { referenceHourOfDay: Number(match[1]), referenceMinuteOfHour: Number(match[2]) };
}

/** `week:14`: each week, and a proof that is no older than 14 days. Throws `invalid-value`. */
export function drillOf(words: string): { every: string; objectiveDays: number } {
  const match = /^(day|week|month):([1-9]\d{0,3})$/.exec(words);
  if (!match) throw new Problem('invalid-value', ['--drill', `${words} is not as in week:14 (every week, proven within 14 days)`]);
  return { every: match[1]!, objectiveDays: Number(match[2]) };
}
