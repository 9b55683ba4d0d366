import { DAY, HOUR, MINUTE, SECOND } from '../clock.ts';

const UNITS: Readonly<Record<string, number>> = { w: 7 * DAY, d: DAY, h: HOUR, m: MINUTE, s: SECOND, ms: 1 };
const ISO = /^P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/;

/** What {@link parseDuration} takes, for whoever gave something else. */
export const DURATION = 'a duration such as 90s, 15m, 24h, 8d, 1d12h or PT24H, or a number of seconds';

/** No clock goes further: a date would be none any more. */
const LONGEST = 36_525 * DAY;

/** Milliseconds; `null` for what is no duration, or longer than a century. */
export function parseDuration(value: unknown): number | null {
  const milliseconds = read(value);
  return milliseconds === null || milliseconds > LONGEST ? null : milliseconds;
}

function read(value: unknown): number | null {
  if (typeof value === 'number') return Number.isFinite(value) && value >= 0 ? Math.round(value * SECOND) : null;
  if (typeof value !== 'string') return null;
  const text = value.trim();
  const iso = ISO.exec(text);
  if (iso && text.length > 2 && !text.endsWith('T')) {
    const [weeks, days, hours, minutes, seconds] = iso.slice(1).map((part) => Number(part ?? 0)) as [
      number,
      number,
      number,
      number,
      number,
    ];
    return Math.round(weeks * 7 * DAY + days * DAY + hours * HOUR + minutes * MINUTE + seconds * SECOND);
  }
  if (!/^(\d+(\.\d+)?(ms|[wdhms]))+$/.test(text)) return null;
  let sum = 0;
  for (const [, count, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|[wdhms])/g)) sum += Number(count) * UNITS[unit!]!;
  return Math.round(sum);
}
