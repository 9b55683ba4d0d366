import { createHash } from 'node:crypto';
import { DAY, HOUR, MINUTE, SECOND } from '../clock.ts';
import type { Frequency, PolicyItem, Timetable } from './backup-schedule.ts';
import { instantOf, instantsOf, localTimeAt } from './time-zone.ts';

/** A moment at which a snapshot is due, for one or more items of the policy: one snapshot serves all of them. */
export interface DueMoment<Item extends Frequency = PolicyItem> {
  at: Date;
  items: readonly Item[];
}

/** So that clusters with the same schedule do not begin in the same second. */
let widestJitter = 5 * MINUTE;

/** How long after each due moment the snapshot of this cluster begins: always the same, under five minutes. */
export function jitterOf(clusterId: string): number {
  if (widestJitter === 0) return 0;
  const hash = createHash('sha256').update(clusterId).digest().readUInt32BE(0);
  return (hash % (widestJitter / SECOND)) * SECOND;
}

/** From here on every snapshot of this process begins when it is due: for the emulator, where a day later means a day later. */
export function beginOnTime(): void {
  widestJitter = 0;
}

/**
 * What is due after `after`, up to and with `until`, in order. Each local day has the moments of its items at the reference time: where the clocks are put forward over it, as much later as
 * they are put forward, and where they are put back, the first time that they show it. What is due each hour is due in each hour that passes, the one that is there twice included.
 */
export function dueBetween<Item extends Frequency>(timetable: Timetable<Item>, after: Date, until: Date): DueMoment<Item>[] {
  if (timetable.policyItems.length === 0) return [];
  const due = new Map<number, Set<Item>>();
  for (const { instant, item } of momentsAround(timetable, after.getTime(), until.getTime())) {
    if (instant <= after.getTime() || instant > until.getTime()) continue;
    const items = due.get(instant);
    if (items) items.add(item);
    else due.set(instant, new Set([item]));
  }
  return [...due].sort(([a], [b]) => a - b).map(([at, items]) => ({ at: new Date(at), items: [...items] }));
}

/** Those of the local days around both: a day more at each end, and one more for zones that have changed the side of the date line. */
function* momentsAround<Item extends Frequency>(
  timetable: Timetable<Item>,
  after: number,
  until: number,
): Generator<{ instant: number; item: Item }> {
  const first = dayOf(localTimeAt(timetable.timeZone, after)) - 2 * DAY;
  const last = localTimeAt(timetable.timeZone, until) + 2 * DAY;
  for (let day = first; day <= last; day += DAY) {
    for (const item of timetable.policyItems) {
      if (!isOn(item, day)) continue;
      for (const instant of momentsOn(day, item, timetable)) yield { instant, item };
    }
  }
}

/** The next `count` moments after `after`; fewer only where nothing is ever due. */
export function nextDue<Item extends Frequency>(timetable: Timetable<Item>, after: Date, count: number): DueMoment<Item>[] {
  const found: DueMoment<Item>[] = [];
  let from = after;
  for (let width = 2 * DAY; found.length < count; width = Math.min(4 * width, MORE_THAN_A_YEAR)) {
    const until = new Date(from.getTime() + width);
    const next = dueBetween(timetable, from, until);
    if (next.length === 0 && width === MORE_THAN_A_YEAR) break;
    found.push(...next);
    from = until;
  }
  return found.slice(0, count);
}

/** Whatever is ever due is due once in that. */
const MORE_THAN_A_YEAR = 400 * DAY;

function dayOf(local: number): number {
  return Math.floor(local / DAY) * DAY;
}

function isOn({ frequencyType, frequencyInterval }: Frequency, day: number): boolean {
  const date = new Date(day);
  switch (frequencyType) {
    case 'hourly':
    case 'daily':
      return true;
    case 'weekly':
      return (date.getUTCDay() || 7) === frequencyInterval;
    case 'monthly':
      return frequencyInterval === LAST_DAY ? new Date(day + DAY).getUTCDate() === 1 : date.getUTCDate() === frequencyInterval;
    case 'yearly':
      return date.getUTCDate() === 1 && date.getUTCMonth() + 1 === frequencyInterval;
  }
}

/** Atlas' word for it. */
const LAST_DAY = 40;

function momentsOn(day: number, { frequencyType, frequencyInterval }: Frequency, timetable: Timetable<Frequency>): number[] {
  const { timeZone, referenceHourOfDay, referenceMinuteOfHour } = timetable;
  const at = (hour: number) => day + hour * HOUR + referenceMinuteOfHour * MINUTE;
  if (frequencyType !== 'hourly') return [instantOf(timeZone, at(referenceHourOfDay))];
  const moments: number[] = [];
  for (let hour = referenceHourOfDay % frequencyInterval; hour < 24; hour += frequencyInterval) {
    const instants = frequencyInterval === 1 ? instantsOf(timeZone, at(hour)) : [instantOf(timeZone, at(hour))];
    moments.push(...instants);
  }
  return moments;
}
