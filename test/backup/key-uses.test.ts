import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type KeyUse, KeyUses } from '../../src/backup/key-uses.ts';
import { MINUTE } from '../../src/clock.ts';
import { ManualClock } from '../kit/manual-clock.ts';

const KEY = 'a'.repeat(24);
const HOME = '203.0.113.0/24';
const OFFICE = '198.51.100.0/24';

let written: string[];
let uses: KeyUses;

beforeEach(() => {
  vi.useFakeTimers();
  written = [];
  const write = async ({ cidrBlock, requests, address }: KeyUse) => void written.push(`${cidrBlock} ${requests} ${address}`);
  uses = new KeyUses({ clock: new ManualClock('2026-03-01T10:00:00.000Z'), write, onError: () => {} });
});
afterEach(() => void vi.useRealTimers());

it('writes the first use of an entry at once, and what follows once a minute, counted', () => {
  for (let n = 1; n <= 1000; n += 1) uses.note(KEY, [HOME], `203.0.113.${n % 7}`);
  expect(written).toEqual([`${HOME} 1 203.0.113.1`]);
  vi.advanceTimersByTime(MINUTE);
  expect(written.splice(0)).toEqual([`${HOME} 1 203.0.113.1`, `${HOME} 999 203.0.113.6`]);
  uses.note(KEY, [HOME], '203.0.113.9');
  expect(written).toEqual([]);
  vi.advanceTimersByTime(MINUTE);
  expect(written.splice(0)).toEqual([`${HOME} 1 203.0.113.9`]);
  vi.advanceTimersByTime(10 * MINUTE);
  uses.note(KEY, [HOME], '203.0.113.9');
  expect(written).toEqual([`${HOME} 1 203.0.113.9`]);
});

it('counts each entry and each key for itself', () => {
  uses.note(KEY, [HOME, OFFICE], '203.0.113.1');
  uses.note('b'.repeat(24), [HOME], '203.0.113.2');
  expect(written).toEqual([`${HOME} 1 203.0.113.1`, `${OFFICE} 1 203.0.113.1`, `${HOME} 1 203.0.113.2`]);
});

it('writes at the end what has waited', async () => {
  for (let n = 0; n < 3; n += 1) uses.note(KEY, [HOME], '203.0.113.1');
  await uses.flush();
  expect(written).toEqual([`${HOME} 1 203.0.113.1`, `${HOME} 2 203.0.113.1`]);
});

it('lets nobody wait or fail for a count that cannot be written', async () => {
  const errors: unknown[] = [];
  const failing = new KeyUses({
    clock: new ManualClock('2026-03-01T10:00:00.000Z'),
    write: () => Promise.reject(new Error('the database is away')),
    onError: (error) => void errors.push(error),
  });
  failing.note(KEY, [HOME], '203.0.113.1');
  await failing.flush();
  expect(errors).toHaveLength(1);
});
