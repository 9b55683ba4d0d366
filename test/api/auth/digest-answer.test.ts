import { expect, it } from 'vitest';
import { parseDigestAnswer } from '../../../src/api/auth/digest.ts';
import { within } from '../../kit/within.ts';

/** Far longer than any header that Node takes: what grows with its square needs minutes. */
const LONG = 600_000;

it.each<[string, string]>([
  ['letters', 'a'.repeat(LONG)],
  ['letters and spaces', 'a '.repeat(LONG / 2)],
  ['spaces', `a${' '.repeat(LONG)}`],
  ['quotes that do not end', 'a="'.repeat(LONG / 3)],
  ['backslashes', `a="${'\\'.repeat(LONG)}`],
])('a header of nothing but %s is read in a time that grows with its length alone', (_what, text) => {
  expect(within(15, () => parseDigestAnswer(`Digest ${text}`))).toBeNull();
});
