import { expect, it } from 'vitest';
import { parseDigestAnswer } from '../../../src/api/auth/digest.ts';

/** As long as the longest header that Node takes; what is read before anybody is known must not grow faster than it. */
const LONG = 15_000;

it.each<[string, string]>([
  ['letters', 'a'.repeat(LONG)],
  ['letters and spaces', 'a '.repeat(LONG / 2)],
  ['spaces', `a${' '.repeat(LONG)}`],
  ['quotes that do not end', 'a="'.repeat(LONG / 3)],
  ['backslashes', `a="${'\\'.repeat(LONG)}`],
])('a header of nothing but %s is read in no time', (_what, text) => {
  const times = Array.from({ length: 3 }, () => {
    const before = performance.now();
    expect(parseDigestAnswer(`Digest ${text}`)).toBeNull();
    return performance.now() - before;
  });
  expect(Math.min(...times)).toBeLessThan(50);
});
