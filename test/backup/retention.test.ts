import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_POLICIES, type PolicyItem, RETENTION_UNITS, type Timetable } from '../../src/backup/backup-schedule.ts';
import { dueBetween } from '../../src/backup/due-times.ts';
import { expired, expiryAfter, expiryOf, inOrderOfWorth, type RetainedSnapshot, steadyState } from '../../src/backup/retention.ts';

const DAY = 86_400_000;
const utc = (policy: readonly Omit<PolicyItem, 'id'>[]): Timetable => ({
  ...{ policyItems: policy.map((item, n) => ({ ...item, id: String(n) })), timeZone: 'UTC' },
  ...{ referenceHourOfDay: 3, referenceMinuteOfHour: 0 },
});

describe('when a snapshot expires', () => {
  it.each([
    ['2026-01-31T10:00:00Z', 'days', 8, '2026-02-08T10:00:00Z'],
    ['2026-01-31T10:00:00Z', 'weeks', 2, '2026-02-14T10:00:00Z'],
    ['2026-01-31T10:00:00Z', 'months', 1, '2026-02-28T10:00:00Z'],
    ['2027-12-31T10:00:00Z', 'months', 2, '2028-02-29T10:00:00Z'],
    ['2028-02-29T10:00:00Z', 'years', 1, '2029-02-28T10:00:00Z'],
    ['2026-11-26T10:00:00Z', 'years', 10_000, '9999-12-31T23:59:59Z'],
  ] as const)('%s and %s %i: %s', (from, retentionUnit, retentionValue, expected) => {
    expect(expiryAfter(new Date(from), { retentionUnit, retentionValue })).toEqual(new Date(expected));
  });

  it('is the latest of what it is due for', () => {
    const retention = fc.record({ retentionUnit: fc.constantFrom(...RETENTION_UNITS), retentionValue: fc.integer({ min: 1, max: 500 }) });
    fc.assert(
      fc.property(
        fc.date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true }),
        fc.array(retention, { minLength: 1 }),
        (from, all) => {
          const latest = Math.max(...all.map((one) => expiryAfter(from, one).getTime()));
          expect(expiryOf(from, all).getTime()).toBe(latest);
          expect(latest).toBeGreaterThan(from.getTime());
        },
      ),
    );
  });
});

describe('what is given up', () => {
  const now = new Date('2026-06-01T00:00:00Z');
  const aSnapshot = fc.record({
    status: fc.constantFrom('PENDING', 'QUEUED', 'RUNNING', 'COMPLETED', 'FAILED'),
    finishedAt: fc.option(fc.date({ min: new Date('2026-01-01'), max: now, noInvalidDate: true })),
    expiresAt: fc.date({ min: new Date('2026-05-01'), max: new Date('2026-07-01'), noInvalidDate: true }),
    imported: fc.boolean(),
    hold: fc.boolean(),
  });
  const snapshots = fc.array(aSnapshot, { maxLength: 12 }).map((all) => all.map((one, n): RetainedSnapshot => ({ ...one, id: `s${n}` })));

  it('has expired and ended, is neither held nor in use, and never the last good one', () => {
    fc.assert(
      fc.property(snapshots, fc.func(fc.boolean()), fc.func(fc.boolean()), (all, isUsed, isDamaged) => {
        const inUse = new Set(all.map(({ id }) => id).filter(isUsed));
        const good = inOrderOfWorth(all).filter(({ id }) => !isDamaged(id));
        const gone = new Set(expired(all, { now, inUse, lastGood: good[0]?.id ?? null }));
        for (const one of all) {
          const mayGo = ['COMPLETED', 'FAILED'].includes(one.status) && one.expiresAt <= now && !one.hold && !inUse.has(one.id);
          expect(gone.has(one)).toBe(mayGo && one !== good[0]);
        }
        if (good.length > 0) expect(good.some((one) => !gone.has(one))).toBe(true);
      }),
    );
  });

  it('is a dump that was imported today rather than the last snapshot of the cluster itself', () => {
    const own = { id: 'a', status: 'COMPLETED', finishedAt: new Date('2026-01-01'), expiresAt: now, imported: false, hold: false };
    const dump = { ...own, id: 'b', finishedAt: new Date('2026-05-30'), imported: true };
    expect(inOrderOfWorth([dump, own])).toEqual([own, dump]);
  });
});

describe('the steady state', () => {
  it("of Atlas' policies is what their sums say", () => {
    expect(steadyState(utc(DEFAULT_POLICIES.tenant))).toEqual({ atMost: 8, byType: { daily: 8 } });
    const { atMost, byType } = steadyState(utc(DEFAULT_POLICIES.dedicated));
    expect(byType).toMatchObject({ weekly: 4, monthly: 12, yearly: 1 });
    expect(atMost).toBeGreaterThanOrEqual(28 + 4 + 12 + 1 - 5);
    expect(atMost).toBeLessThanOrEqual(28 + 4 + 12 + 1);
  });

  it('is no less than what any day in it keeps', () => {
    const item = fc.record({
      frequencyType: fc.constantFrom('hourly', 'daily', 'weekly', 'monthly', 'yearly'),
      retentionUnit: fc.constantFrom('days', 'weeks', 'months'),
      retentionValue: fc.integer({ min: 1, max: 6 }),
    });
    const policy = fc.array(
      item.map((one) => ({ ...one, frequencyInterval: one.frequencyType === 'hourly' ? 12 : 1 }) as Omit<PolicyItem, 'id'>),
      { minLength: 1, maxLength: 4 },
    );
    fc.assert(
      fc.property(policy, fc.integer({ min: 0, max: 360 }), (items, days) => {
        const table = utc(items);
        const now = new Date(Date.UTC(2027, 0, 1) + days * DAY);
        const kept = dueBetween(table, new Date(now.getTime() - 300 * DAY), now).filter(({ at, items: all }) => expiryOf(at, all) > now);
        expect(steadyState(table).atMost).toBeGreaterThanOrEqual(kept.length);
      }),
      { numRuns: 40 },
    );
  });

  it('of retentions that nobody walks through is an upper bound, at once', () => {
    const policy = [{ frequencyType: 'hourly', frequencyInterval: 1, retentionUnit: 'years', retentionValue: 100 }] as const;
    expect(steadyState(utc(policy)).atMost).toBe(100 * 365.25 * 24 - 24);
    expect(steadyState(utc([]))).toEqual({ atMost: 0, byType: {} });
  });
});
