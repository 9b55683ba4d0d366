import { describe, expect, it } from 'vitest';
import { FREQUENCIES, intervalsOf, itemText, newItem, retentionText, timeOfDayText } from '../../src/console/schedule-words.ts';

describe('a schedule in words', () => {
  it('says how often and how long', () => {
    expect(itemText({ frequencyType: 'hourly', frequencyInterval: 6, retentionUnit: 'days', retentionValue: 2 })).toBe(
      'every 6 hours, kept 2 days',
    );
    expect(itemText({ frequencyType: 'weekly', frequencyInterval: 7, retentionUnit: 'weeks', retentionValue: 1 })).toBe(
      'on Sunday, kept 1 week',
    );
    expect(itemText({ frequencyType: 'monthly', frequencyInterval: 40, retentionUnit: 'years', retentionValue: 1 })).toBe(
      'on the last day, kept 1 year',
    );
    // Whatever a newer server knows.
    expect(itemText({ frequencyType: 'hourly', frequencyInterval: 3, retentionUnit: 'months', retentionValue: 3 })).toBe(
      'hourly, kept 3 months',
    );
    expect([retentionText({ retentionUnit: 'days', retentionValue: 1 }), timeOfDayText(3, 5)]).toEqual(['1 day', '03:05']);
  });

  it('begins each frequency with something that is possible', () => {
    for (const { value } of FREQUENCIES) expect(intervalsOf(value).map((one) => one.value)).toContain(newItem(value).frequencyInterval);
  });
});
