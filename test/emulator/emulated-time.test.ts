import { expect, it } from 'vitest';
import { realMilliseconds } from '../../src/clock.ts';
import { EmulatedTime } from '../../src/emulator/emulated-time.ts';
import { EmulatorClock } from '../../src/emulator/emulator-clock.ts';
import { Holds } from '../../src/emulator/holds.ts';
import type { World } from '../../src/emulator/world.ts';

it('is put forward by nothing while it runs, which is not back', async () => {
  const world = { settle: async () => null, runSchedules: async () => {}, nextMoment: async () => null } as unknown as World;
  const clock = new EmulatorClock(new Date('2026-01-01T00:00:00Z'), false);
  const time = new EmulatedTime(clock, new Holds(), () => world);
  const deadline = realMilliseconds() + 100;
  while (realMilliseconds() < deadline) await time.advanceBy(0);
  expect(clock.isFrozen).toBe(false);
});

it('lets go of what was cancelled while it runs, though nobody asks for anything', async () => {
  const done: string[] = [];
  const world = { dropCancelled: async () => done.push('dropped'), runSchedules: async () => done.push('ran') } as unknown as World;
  const clock = new EmulatorClock(new Date('2026-01-01T00:00:00Z'), false);
  const time = new EmulatedTime(clock, new Holds(), () => world);
  await time.tick();
  expect(done).toEqual(['dropped', 'ran']);
  await time.freeze(true);
  await time.tick();
  expect(done).toHaveLength(2);
});
