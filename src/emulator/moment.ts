import { DAY } from '../clock.ts';
import { Problem } from '../errors.ts';

/** What {@link isMoment} takes, for whoever gave something else. */
export const MOMENT = 'a date such as 2026-01-31 or 2026-01-31T12:00:00Z';
/** With its zone, or it would be another moment on another machine. */
const SHAPE = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2}))?$/;
/** Ids begin with the seconds since 1970, in 32 bits. */
const LAST = Date.parse('2106-01-01T00:00:00Z');

/** Where an emulator's clock stands unless it is told otherwise: the same in every run. */
export const START = '2026-01-01T00:00:00Z';

export function isMoment(value: unknown): value is string {
  if (typeof value !== 'string' || !SHAPE.test(value)) return false;
  const day = Date.parse(value.slice(0, 10));
  // Of the 30th of February `Date` makes the second of March, of 24:01 the next day.
  if (Number.isNaN(day) || new Date(day).toISOString().slice(0, 10) !== value.slice(0, 10)) return false;
  const moment = Date.parse(value);
  return moment >= 0 && moment < LAST && Date.parse(value.replace(/(Z|[+-]\d{2}:\d{2})$/, 'Z')) < day + DAY;
}

export function readMoment(value: unknown): Date {
  if (!isMoment(value)) throw new Problem('invalid-value', ['now', `${MOMENT} is expected`]);
  return new Date(value);
}
