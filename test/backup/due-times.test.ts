import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FREQUENCY_TYPES, type PolicyItem, type Timetable } from '../../src/backup/backup-schedule.ts';
import { dueBetween, jitterOf, nextDue } from '../../src/backup/due-times.ts';
import { instantOf, instantsOf, localTimeAt, timeZoneNamed } from '../../src/backup/time-zone.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const item = (frequencyType: PolicyItem['frequencyType'], frequencyInterval: number): PolicyItem => ({
  ...{ id: `${frequencyType}${frequencyInterval}`, frequencyType, frequencyInterval },
  ...{ retentionUnit: 'days', retentionValue: 7 },
});

const timetable = (items: PolicyItem[], time = '00:00', timeZone = 'UTC'): Timetable => {
  const [referenceHourOfDay, referenceMinuteOfHour] = time.split(':').map(Number) as [number, number];
  return { policyItems: items, timeZone, referenceHourOfDay, referenceMinuteOfHour };
};

const due = (table: Timetable, after: string, until: string) =>
  dueBetween(table, new Date(after), new Date(until)).map(
    ({ at, items }) => `${at.toISOString().slice(0, 16)} ${items.map(({ id }) => id).join(' ')}`,
  );

describe('what is due', () => {
  it("is Atlas' default policy at the moments that Atlas says, and one moment serves all that is due at it", () => {
    const policy = [item('hourly', 6), item('daily', 1), item('weekly', 6), item('monthly', 40), item('yearly', 12)];
    expect(due(timetable(policy, '10:30'), '2026-10-31T04:30:00Z', '2026-10-31T22:30:00Z')).toEqual([
      '2026-10-31T10:30 hourly6 daily1 weekly6 monthly40',
      '2026-10-31T16:30 hourly6',
      '2026-10-31T22:30 hourly6',
    ]);
    expect(due(timetable([item('yearly', 12)], '10:30'), '2024-01-01T00:00:00Z', '2026-12-31T00:00:00Z')).toEqual([
      '2024-12-01T10:30 yearly12',
      '2025-12-01T10:30 yearly12',
      '2026-12-01T10:30 yearly12',
    ]);
  });

  it('is after the first of the two moments, and up to and with the second', () => {
    const daily = timetable([item('daily', 1)], '12:00');
    expect(due(daily, '2026-01-01T12:00:00Z', '2026-01-02T12:00:00Z')).toEqual(['2026-01-02T12:00 daily1']);
    expect(due(daily, '2026-01-01T11:59:59Z', '2026-01-02T11:59:59Z')).toEqual(['2026-01-01T12:00 daily1']);
  });

  it('at the end of each month is due on its last day, in leap years too', () => {
    const ends = due(timetable([item('monthly', 40)]), '2028-01-01T00:00:00Z', '2028-05-01T00:00:00Z');
    expect(ends.map((line) => line.slice(0, 10))).toEqual(['2028-01-31', '2028-02-29', '2028-03-31', '2028-04-30']);
  });

  it('counts the days of the week from Monday', () => {
    const days = due(timetable([item('weekly', 1), item('weekly', 7)]), '2026-11-22T12:00:00Z', '2026-11-30T00:00:00Z');
    expect(days).toEqual(['2026-11-23T00:00 weekly1', '2026-11-29T00:00 weekly7', '2026-11-30T00:00 weekly1']);
  });

  it('is once a day where the clocks are put forward over it, and where they show it twice', () => {
    const daily = timetable([item('daily', 1)], '02:30', 'Europe/Berlin');
    expect(due(daily, '2026-03-28T00:00:00Z', '2026-03-31T00:00:00Z')).toEqual([
      '2026-03-28T01:30 daily1',
      '2026-03-29T01:30 daily1', // 03:30 there: 02:30 is not
      '2026-03-30T00:30 daily1',
    ]);
    expect(due(daily, '2026-10-24T00:00:00Z', '2026-10-27T00:00:00Z')).toEqual([
      '2026-10-24T00:30 daily1',
      '2026-10-25T00:30 daily1', // the first of two
      '2026-10-26T01:30 daily1',
    ]);
  });

  it('each hour is due in each hour that passes, whatever the clocks do', () => {
    for (const [from, until] of [
      ['2026-03-28T22:00:00Z', '2026-03-29T22:00:00Z'],
      ['2026-10-24T22:00:00Z', '2026-10-25T22:00:00Z'],
    ]) {
      const moments = dueBetween(timetable([item('hourly', 1)], '00:15', 'Europe/Berlin'), new Date(from!), new Date(until!));
      expect(moments.map(({ at }) => at.getTime() - Date.parse(from!))).toEqual(
        Array.from({ length: 24 }, (_, n) => n * HOUR + 15 * MINUTE),
      );
    }
  });

  it('on a day that a zone left out is due with the next one, once', () => {
    const daily = timetable([item('daily', 1)], '10:00', 'Pacific/Apia');
    expect(due(daily, '2011-12-29T00:00:00Z', '2012-01-01T00:00:00Z')).toEqual([
      '2011-12-29T20:00 daily1',
      '2011-12-30T20:00 daily1', // the 31st: there was no 30th
      '2011-12-31T20:00 daily1',
    ]);
  });

  it('is nothing where there is no policy', () => {
    expect(due(timetable([]), '2020-01-01T00:00:00Z', '2030-01-01T00:00:00Z')).toEqual([]);
    expect(nextDue(timetable([]), new Date(0), 20)).toEqual([]);
  });

  const INTERVALS = { hourly: [1, 2, 4, 6, 8, 12], daily: [1], weekly: [1, 4, 7], monthly: [1, 15, 28, 40], yearly: [1, 6, 12] };
  const anItem = fc
    .constantFrom(...FREQUENCY_TYPES)
    .chain((type) => fc.constantFrom(...INTERVALS[type]).map((interval) => item(type, interval)));
  const ZONES = [
    'UTC',
    'Europe/Berlin',
    'America/New_York',
    'Australia/Lord_Howe',
    'Asia/Kathmandu',
    'Pacific/Auckland',
    'America/St_Johns',
  ];
  const aTimetable = fc.record({
    policyItems: fc.uniqueArray(anItem, { maxLength: 5, selector: ({ id }) => id }),
    timeZone: fc.constantFrom(...ZONES),
    referenceHourOfDay: fc.integer({ min: 0, max: 23 }),
    referenceMinuteOfHour: fc.integer({ min: 0, max: 59 }),
  });
  const anyTime = fc.integer({ min: Date.UTC(2023, 0, 1), max: Date.UTC(2029, 0, 1) });
  /** A day or two before some zone puts its clocks forward or back. */
  const changes = ['2026-03-07', '2026-10-31', '2026-03-28', '2026-10-24', '2026-04-03', '2026-10-02', '2026-09-25'].map((day) =>
    Date.parse(day),
  );
  const aTime = fc.oneof(
    anyTime,
    fc.tuple(fc.constantFrom(...changes), fc.nat(DAY)).map(([day, more]) => day + more),
  );

  it('is what a walk through every minute finds, by the clocks of the zone alone', () => {
    fc.assert(
      fc.property(aTimetable, aTime, fc.integer({ min: 1, max: 2 * 24 * 60 }), (table, from, minutes) => {
        const after = Math.floor(from / MINUTE) * MINUTE;
        const found = dueBetween(table, new Date(after), new Date(after + minutes * MINUTE));
        const walked: string[] = [];
        for (let t = after + MINUTE; t <= after + minutes * MINUTE; t += MINUTE) {
          const ids = table.policyItems.filter((one) => isDueAt(table, one, t)).map(({ id }) => id);
          if (ids.length > 0) walked.push(`${t} ${ids.sort()}`);
        }
        expect(found.map(({ at, items }) => `${at.getTime()} ${items.map(({ id }) => id).sort()}`)).toEqual(walked);
      }),
      { numRuns: 60 },
    );
  });

  it('is the same whether it is asked for in one piece or in several, and the next ones are the first of it', () => {
    fc.assert(
      fc.property(
        aTimetable,
        aTime,
        fc.integer({ min: 1, max: 400 * DAY }),
        fc.integer({ min: 0, max: 400 * DAY }),
        (table, from, length, cut) => {
          const [after, middle, until] = [from, from + Math.min(cut, length), from + length].map((t) => new Date(t)) as [Date, Date, Date];
          const whole = dueBetween(table, after, until);
          expect([...dueBetween(table, after, middle), ...dueBetween(table, middle, until)]).toEqual(whole);
          expect(nextDue(table, after, Math.min(whole.length, 20))).toEqual(whole.slice(0, 20));
        },
      ),
      { numRuns: 100 },
    );
  });

  /** The rule of the documentation, of one item and one minute: what the clocks show, and what they showed a little earlier. */
  function isDueAt(table: Timetable, one: PolicyItem, t: number): boolean {
    const local = localTimeAt(table.timeZone, t);
    if (one.frequencyType === 'hourly' && one.frequencyInterval === 1 && isNominal(table, one, local)) return true;
    const isSecond = [HOUR, HOUR / 2].some((put) => localTimeAt(table.timeZone, t - put) === local);
    if (isNominal(table, one, local)) return !isSecond;
    // Put forward over a nominal time within the last hour: that is due now.
    return [HOUR, HOUR / 2].some(
      (put) =>
        localTimeAt(table.timeZone, t - put) === local - 2 * put &&
        isNominal(table, one, local - put) &&
        isInGap(table.timeZone, local - put) &&
        !(one.frequencyType === 'hourly' && one.frequencyInterval === 1),
    );
  }

  function isInGap(zone: string, local: number): boolean {
    return ![-16, -12, -11, -10, -5, -4, -3.5, -2.5, 0, 1, 2, 5.75, 10.5, 11, 12, 13].some(
      (offset) => localTimeAt(zone, local - offset * HOUR) === local,
    );
  }

  function isNominal(table: Timetable, { frequencyType, frequencyInterval }: PolicyItem, local: number): boolean {
    const date = new Date(local);
    if (date.getUTCMinutes() !== table.referenceMinuteOfHour) return false;
    if (frequencyType === 'hourly') return (date.getUTCHours() - table.referenceHourOfDay + 24) % frequencyInterval === 0;
    if (date.getUTCHours() !== table.referenceHourOfDay) return false;
    if (frequencyType === 'weekly') return ((date.getUTCDay() + 6) % 7) + 1 === frequencyInterval;
    const isLast = new Date(local + DAY).getUTCMonth() !== date.getUTCMonth();
    if (frequencyType === 'monthly') return frequencyInterval === 40 ? isLast : date.getUTCDate() === frequencyInterval;
    if (frequencyType === 'yearly') return date.getUTCDate() === 1 && date.getUTCMonth() === frequencyInterval - 1;
    return true;
  }
});

describe('the clocks of a zone', () => {
  it('show a local time at no instant, one or two', () => {
    const at = (local: string) => instantsOf('America/New_York', Date.parse(`${local}Z`)).map((t) => new Date(t).toISOString());
    expect(at('2026-03-08T02:30:00')).toEqual([]);
    expect(at('2026-11-01T01:30:00')).toEqual(['2026-11-01T05:30:00.000Z', '2026-11-01T06:30:00.000Z']);
    expect(at('2026-07-01T12:00:00')).toEqual(['2026-07-01T16:00:00.000Z']);
    expect(new Date(instantOf('America/New_York', Date.parse('2026-03-08T02:30:00Z'))).toISOString()).toBe('2026-03-08T07:30:00.000Z');
  });

  it('are known by the name of the zone, in its own spelling', () => {
    expect(timeZoneNamed('europe/berlin')).toBe('Europe/Berlin');
    expect(timeZoneNamed('Europe/Nowhere')).toBeNull();
    expect(timeZoneNamed('')).toBeNull();
  });
});

it('the jitter of a cluster is always the same, under five minutes, and spread over them', () => {
  const jitters = Array.from({ length: 1000 }, (_, n) => jitterOf(`id ${n}`));
  expect(jitterOf('id 7')).toBe(jitters[7]);
  expect(Math.max(...jitters)).toBeLessThan(5 * MINUTE);
  for (let minute = 0; minute < 5; minute += 1) {
    expect(jitters.filter((jitter) => Math.floor(jitter / MINUTE) === minute).length).toBeGreaterThan(150);
  }
});
