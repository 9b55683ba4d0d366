import { describe, expect, it } from 'vitest';
import { describeItem, drillOf, policyOf, timeOf } from '../../src/cli/policy-words.ts';

describe('a policy on the command line', () => {
  it('is as many lines as it has words, and each is told in a sentence', () => {
    const policy = policyOf({
      hourly: '6:7d',
      daily: '8d',
      weekly: ['sat:4w', '1:1w'],
      monthly: ['last:12m', '15:1m'],
      yearly: ['dec:3y'],
    })!;
    expect(
      policy.map(({ frequencyType, frequencyInterval, retentionValue, retentionUnit }) =>
        [frequencyType, frequencyInterval, retentionValue, retentionUnit].join(' '),
      ),
    ).toEqual([
      ...['hourly 6 7 days', 'daily 1 8 days', 'weekly 6 4 weeks', 'weekly 1 1 weeks'],
      ...['monthly 40 12 months', 'monthly 15 1 months', 'yearly 12 3 years'],
    ]);
    expect(policy.map(describeItem)).toEqual([
      ...[
        'every 6 hours, kept for 7 days',
        'every day, kept for 8 days',
        'every week (sat), kept for 4 weeks',
        'every week (mon), kept for 1 week',
      ],
      ...['every month (last day), kept for 12 months', 'every month (day 15), kept for 1 month', 'every year (1 dec), kept for 3 years'],
    ]);
    expect(policyOf({})).toBeNull();
  });

  it.each([
    { hourly: '7d' },
    { hourly: '6:7h' },
    { daily: '1:7d' },
    { daily: '0d' },
    { weekly: ['noday:4w'] },
    { monthly: [''] },
    { yearly: ['dec:3y:1'] },
  ])('is refused as %j, with an example', (words) => {
    expect(() => policyOf(words)).toThrow(/is not as in/);
  });

  it('has a time of day and a drill', () => {
    expect(timeOf('02:30')).toEqual({ referenceHourOfDay: 2, referenceMinuteOfHour: 30 });
    expect(() => timeOf('24:00')).toThrow(/no time of day/);
    expect(drillOf('week:14')).toEqual({ every: 'week', objectiveDays: 14 });
    expect(() => drillOf('hour:1')).toThrow(/week:14/);
  });
});
