import { expect, it } from 'vitest';
import { dayText, momentText, monthText, neighbour, rangeOfDay, rangeOfMonth, readMonth, weeksOf } from '../../src/console/months.ts';

it('reads a month from a month or a day, and nothing else', () => {
  expect([readMonth('2026-03'), readMonth('2026-03-31'), readMonth('2026-13'), readMonth('x'), readMonth(null)]).toEqual([
    { year: 2026, month: 2 },
    { year: 2026, month: 2 },
    null,
    null,
    null,
  ]);
  expect([monthText(neighbour({ year: 2026, month: 0 }, -1)), monthText(neighbour({ year: 2026, month: 11 }, 1))]).toEqual([
    '2025-12',
    '2027-01',
  ]);
});

it('ranges from the first moment to the first of the next', () => {
  const day = rangeOfDay('2026-02-28')!;
  expect([day.from, day.to]).toEqual([new Date(2026, 1, 28), new Date(2026, 2, 1)]);
  expect([rangeOfDay('2026-02-30'), rangeOfDay('2026-2-3'), rangeOfDay(null)]).toEqual([null, null, null]);
  expect(rangeOfMonth({ year: 2026, month: 11 }).to).toEqual(new Date(2027, 0, 1));
});

it('lays a month out in weeks from Monday on', () => {
  const weeks = weeksOf({ year: 2026, month: 1 });
  expect(weeks.map((week) => week.map((date) => date?.getDate() ?? 0))).toEqual([
    [0, 0, 0, 0, 0, 0, 1],
    [2, 3, 4, 5, 6, 7, 8],
    [9, 10, 11, 12, 13, 14, 15],
    [16, 17, 18, 19, 20, 21, 22],
    [23, 24, 25, 26, 27, 28, 0],
  ]);
  expect(dayText(weeks[0]![6]!)).toBe('2026-02-01');
});

it('takes a moment from a field, and nothing where the API could not read it', () => {
  expect(momentText('2026-03-01T12:00')).toBe(new Date(2026, 2, 1, 12).toISOString());
  for (const none of ['', 'x', '12026-03-01T12:00', '2026-13-01T12:00', '9999-12-31T23:59Z+', '-000001-01-01T00:00'])
    expect(momentText(none)).toBeUndefined();
});
