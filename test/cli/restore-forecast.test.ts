import { expect, it } from 'vitest';
import { type Forecast, forecastText } from '../../src/cli/restore-forecast.ts';

const FORECAST: Forecast = {
  ...{ replaced: [], created: [], dropped: [], kept: [], refusals: [], warnings: [], safetySnapshot: false },
  room: { logicalBytes: 2048, leastBytes: 1024 },
  estimate: null,
};

it('says so where the target does not tell what is free', () => {
  expect(forecastText(FORECAST)).toContain('takes 1.0 KiB to 2.0 KiB; the target does not say what is free.');
  expect(forecastText({ ...FORECAST, room: { ...FORECAST.room, freeBytes: 4096 } })).toContain('4.0 KiB are free.');
});

it('shows names that hold line breaks and escape sequences on one line, and none of their effects', () => {
  const created = [{ namespace: 'shop.a\nb\x1b[31m', after: { documents: 1, bytes: 1 } }];
  const text = forecastText({ ...FORECAST, created });
  expect(text).toContain('shop.a\\nb\\x1b[31m  -');
  expect(text).not.toContain('\x1b');
});
