import { expect, it } from 'vitest';
import { makeClockCheck } from '../../src/backup/clock-check.ts';
import { examineClock } from '../../src/cli/examination.ts';
import { DAY, MINUTE } from '../../src/clock.ts';
import type { Db } from '../../src/db/connection.ts';
import { ManualClock } from '../kit/manual-clock.ts';

it('a clock that is set is its own, and PostgreSQL is not asked', async () => {
  expect(await makeClockCheck({} as Db, new ManualClock('2036-03-01T10:00:00Z'))()).toBe(0);
});

it('`doctor` says by how much two clocks differ, where it is more than five minutes', () => {
  expect([4 * MINUTE, -4 * MINUTE].map((ahead) => examineClock(ahead).state)).toEqual(['good', 'good']);
  expect(examineClock(DAY)).toMatchObject({ state: 'bad', finding: expect.stringContaining("1440 minutes ahead of PostgreSQL's") });
  expect(examineClock(-6 * MINUTE)).toMatchObject({ state: 'bad', finding: expect.stringContaining("6 minutes behind PostgreSQL's") });
});
