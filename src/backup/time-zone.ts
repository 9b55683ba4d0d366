import { DAY } from '../clock.ts';

/**
 * The clock on the wall of a time zone. A local time is written as the milliseconds that it would be in UTC, so that days, months and weekdays can be told
 * with the UTC methods of `Date`; which instant it names is this file's business. The rules of the zones are those of the platform (`Intl`).
 */
export type LocalTime = number;

/** The name as the platform spells it, or `null` where it knows no such zone. */
export function timeZoneNamed(name: string): string | null {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    return null;
  }
}

export function localTimeAt(zone: string, instant: number): LocalTime {
  return instant + offsetAt(zone, instant);
}

/**
 * Every instant at which the clocks of the zone show the local time: none where they are put forward over it, two where they are put back.
 * Two changes of a zone within three days are not looked for; there are none.
 */
export function instantsOf(zone: string, local: LocalTime): number[] {
  const day = Math.floor(local / DAY) * DAY;
  const before = offsetAt(zone, day - DAY);
  const after = offsetAt(zone, day + 2 * DAY);
  if (before === after) return [local - before];
  const instants = [local - before, local - after].filter((instant) => localTimeAt(zone, instant) === local);
  return instants.sort((a, b) => a - b);
}

/** The one instant that a local time stands for: the first of two, and where there is none as much later as the clocks are put forward. */
export function instantOf(zone: string, local: LocalTime): number {
  const [first] = instantsOf(zone, local);
  return first ?? local - offsetAt(zone, Math.floor(local / DAY) * DAY - DAY);
}

const formats = new Map<string, Intl.DateTimeFormat>();
/** A zone's offsets are asked for the same few days again and again, and the platform takes microseconds for each. */
const offsets = new Map<string, number>();
const MOST_OFFSETS = 10_000;

function offsetAt(zone: string, instant: number): number {
  if (zone === 'UTC') return 0;
  const key = `${zone} ${instant}`;
  const known = offsets.get(key);
  if (known !== undefined) return known;
  if (offsets.size >= MOST_OFFSETS) offsets.clear();
  const offset = shownBy(zone, instant) - Math.floor(instant / 1000) * 1000;
  offsets.set(key, offset);
  return offset;
}

function shownBy(zone: string, instant: number): LocalTime {
  let format = formats.get(zone);
  if (!format) {
    const number = { year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' } as const;
    format = new Intl.DateTimeFormat('en-US', { timeZone: zone, calendar: 'gregory', hourCycle: 'h23', ...number });
    formats.set(zone, format);
  }
  const parts = Object.fromEntries(format.formatToParts(instant).map(({ type, value }) => [type, Number(value)]));
  return Date.UTC(parts.year!, parts.month! - 1, parts.day!, parts.hour!, parts.minute!, parts.second!);
}
