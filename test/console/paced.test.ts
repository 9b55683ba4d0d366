import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Paced } from '../../src/console/paced.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('runs at once, and what is asked for within the pause once more at its end', () => {
  const ran: string[][] = [];
  const paced = new Paced<string[]>(1000, (key) => ran.push(key));
  for (let step = 0; step < 10; step += 1) {
    paced.ask(['jobs']);
    vi.advanceTimersByTime(250);
  }
  expect(ran).toHaveLength(3);
  paced.ask(['overview']);
  expect(ran).toHaveLength(4);
  vi.advanceTimersByTime(10_000);
  expect(ran).toEqual([['jobs'], ['jobs'], ['jobs'], ['overview'], ['jobs']]);
});

it('runs nothing once it is closed', () => {
  const run = vi.fn();
  const paced = new Paced<string>(1000, run);
  paced.ask('jobs');
  paced.ask('jobs');
  paced.close();
  vi.advanceTimersByTime(10_000);
  expect(run).toHaveBeenCalledOnce();
});
