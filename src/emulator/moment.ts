import { Problem } from '../errors.ts';

/** What {@link isMoment} takes, for whoever gave something else. */
export const MOMENT = 'a date such as 2026-01-31 or 2026-01-31T12:00:00Z';
/** With its zone, or it would be another moment on another machine. */
const SHAPE = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2}))?$/;

export function isMoment(value: unknown): value is string {
  return typeof value === 'string' && SHAPE.test(value) && !Number.isNaN(Date.parse(value));
}

export function readMoment(value: unknown): Date {
  if (!isMoment(value)) throw new Problem('invalid-value', ['now', `${MOMENT} is expected`]);
  return new Date(value);
}
