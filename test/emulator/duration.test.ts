import { expect, it } from 'vitest';
import { parseDuration } from '../../src/emulator/duration.ts';

it.each([
  ['90s', 90_000],
  ['15m', 900_000],
  ['24h', 86_400_000],
  ['1d12h', 129_600_000],
  ['1w', 604_800_000],
  ['250ms', 250],
  ['1.5h', 5_400_000],
  ['PT24H', 86_400_000],
  ['P1DT1M', 86_460_000],
  [30, 30_000],
  [0, 0],
])('%s is %d milliseconds', (text, milliseconds) => {
  expect(parseDuration(text)).toBe(milliseconds);
});

it.each([
  '',
  'P',
  'PT',
  '24',
  '-1h',
  '1 h',
  'h',
  '1y',
  -5,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  1e20,
  '99999999d',
  '9'.repeat(400).concat('d'),
  null,
  {},
])('%j is no duration', (value) => {
  expect(parseDuration(value)).toBeNull();
});
