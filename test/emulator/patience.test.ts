import { get, type IncomingMessage, type ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { expect, it } from 'vitest';
import { EmulatedTime } from '../../src/emulator/emulated-time.ts';
import { EmulatorClock } from '../../src/emulator/emulator-clock.ts';
import { Faults } from '../../src/emulator/faults.ts';
import { Front } from '../../src/emulator/front.ts';
import { Holds } from '../../src/emulator/holds.ts';
import { Transcript } from '../../src/emulator/transcript.ts';
import { type World, whatIsLeft } from '../../src/emulator/world.ts';

const NOW = new Date('2026-01-01T00:00:00Z');

it('waits until nothing is left to be done, and no longer than it has patience', async () => {
  let looks = 3;
  const change = () => new Promise((resolve) => setTimeout(resolve, 4));
  expect(await whatIsLeft(async () => (--looks > 0 ? ['snapshot a'] : []), change, 60_000)).toBeNull();
  expect(await whatIsLeft(async () => ['snapshot a', 'restore b'], change, 20)).toBe('snapshot a, restore b');
});

it('an answer of a world whose work is not done says so', async () => {
  const before = ['restore 65', null];
  const front = new Front({
    clock: new EmulatorClock(NOW, true),
    faults: new Faults(1),
    transcript: new Transcript(() => []),
    before: async () => before.shift()!,
  });
  const routing = (_request: IncomingMessage, response: ServerResponse) => {
    response.writeHead(200, { 'content-type': 'text/plain' });
    response.end('ok');
  };
  front.open({ routing } as unknown as FastifyInstance);
  const url = await front.listen({ host: '127.0.0.1', port: 0 });
  const headerOf = () =>
    new Promise((resolve, reject) => {
      get(`${url}/api/x`, (response) => resolve(response.resume().headers['x-lifeboat-work-under-way'])).once('error', reject);
    });
  expect([await headerOf(), await headerOf()]).toEqual(['restore 65', undefined]);
  await front.close();
});

it('the clock goes no further while work is under way, and says what', async () => {
  const clock = new EmulatorClock(NOW, true);
  const left = [null, null, 'snapshot 65'];
  const world = {
    settle: async () => left.shift() ?? null,
    runSchedules: async () => {},
    nextMoment: async () => new Date('2026-01-02T00:00:00Z'),
  } as unknown as World;
  const time = new EmulatedTime(clock, new Holds(), () => world);
  await expect(time.advanceTo(new Date('2026-01-03T00:00:00Z'))).rejects.toMatchObject({
    code: 'work-under-way',
    message: expect.stringContaining('snapshot 65'),
  });
  expect(clock.now()).toEqual(new Date('2026-01-02T00:00:00Z'));
});
