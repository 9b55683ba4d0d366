import { expect, it } from 'vitest';
import { RateMeter } from '../../src/backup/work/rate-meter.ts';

const done = (bytes: number) => ({ documents: bytes / 10, bytes, totalBytes: 100_000 });

it('tells the rate of the last seconds, and how long the rest takes', () => {
  const meter = new RateMeter();
  expect(meter.measure(done(0), 0)).toEqual({});
  expect(meter.measure(done(10_000), 2000)).toEqual({ rate: { documentsPerSecond: 500, bytesPerSecond: 5000 }, remainingSeconds: 18 });
  for (let second = 3; second <= 60; second++) meter.measure(done(10_000), second * 1000);
  expect(meter.measure(done(11_000), 61_000).rate!.bytesPerSecond).toBeLessThan(100);
});

it('tells no time where nothing moves or all is there, and begins anew with a load that does', () => {
  const meter = new RateMeter();
  meter.measure(done(0), 0);
  expect(meter.measure(done(0), 5000)).toEqual({ rate: { documentsPerSecond: 0, bytesPerSecond: 0 } });
  expect(meter.measure(done(100_000), 6000)).not.toHaveProperty('remainingSeconds');
  expect(meter.measure(done(50), 7000)).toEqual({});
});
