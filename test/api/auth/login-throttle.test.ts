import { describe, expect, it } from 'vitest';
import { LoginThrottle, type Source } from '../../../src/api/auth/login-throttle.ts';

const SOMEBODY: Source = { address: '192.0.2.1', name: 'abcdefgh' };
const wrong = async () => null;
const right = async () => 'in' as const;

function throttleAt() {
  const clock = { now: 0 };
  return { clock, throttle: new LoginThrottle(() => clock.now) };
}

async function fail(throttle: LoginThrottle, source: Source, times: number) {
  let last: unknown;
  for (let n = 0; n < times; n += 1) last = await throttle.run(source, wrong);
  return last;
}

describe('the login throttle', () => {
  it('refuses the first wrong answers and throttles those after', async () => {
    const { throttle } = throttleAt();
    expect(await fail(throttle, SOMEBODY, 20)).toEqual({ wrong: 'refused' });
    expect(await throttle.run(SOMEBODY, wrong)).toEqual({ wrong: 'throttled', retryAfterSeconds: expect.any(Number) });
  });

  it('lets a right answer in at any time, and other names and addresses in their own time', async () => {
    const { throttle } = throttleAt();
    await fail(throttle, SOMEBODY, 50);
    expect(await throttle.run(SOMEBODY, right)).toEqual({ right: 'in' });
    expect(await throttle.run({ ...SOMEBODY, name: 'another' }, wrong)).toEqual({ wrong: 'refused' });
    expect(await throttle.run({ ...SOMEBODY, address: '192.0.2.2' }, wrong)).toEqual({ wrong: 'refused' });
  });

  it('throttles an address that tries one name after the other, and all of a /64 as one', async () => {
    const { throttle } = throttleAt();
    for (let n = 0; n < 100; n += 1) await throttle.run({ address: '192.0.2.1', name: `name${n}` }, wrong);
    expect(await throttle.run({ address: '192.0.2.1', name: 'new' }, wrong)).toMatchObject({ wrong: 'throttled' });
    for (let n = 0; n < 100; n += 1) await throttle.run({ address: `2001:db8:0:1:0:0:0:${n.toString(16)}`, name: `name${n}` }, wrong);
    expect(await throttle.run({ address: '2001:db8:0:1:0:0:0:ffff', name: 'new' }, wrong)).toMatchObject({ wrong: 'throttled' });
    expect(await throttle.run({ address: '2001:db8:0:2:0:0:0:1', name: 'new' }, wrong)).toEqual({ wrong: 'refused' });
  });

  it('forgives with time, however long it went on', async () => {
    const { throttle, clock } = throttleAt();
    await fail(throttle, SOMEBODY, 5000);
    const { retryAfterSeconds } = (await throttle.run(SOMEBODY, wrong)) as { retryAfterSeconds: number };
    clock.now += retryAfterSeconds * 1000;
    expect(await throttle.run(SOMEBODY, wrong)).toEqual({ wrong: 'refused' });
  });

  it('remembers no more than it has room for', async () => {
    const { throttle } = throttleAt();
    for (let n = 0; n < 30_000; n += 1) await throttle.run({ address: `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`, name: 'x' }, wrong);
    expect(throttle.size).toBe(20_000);
  });

  it('checks throttled sources two at a time, and tells those beyond a thousand to wait', async () => {
    const { throttle } = throttleAt();
    await fail(throttle, SOMEBODY, 21);
    let running = 0;
    let most = 0;
    const open: (() => void)[] = [];
    const slow = async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise<void>((resolve) => open.push(resolve));
      running -= 1;
      return 'in' as const;
    };
    const all = Array.from({ length: 1010 }, () => throttle.run(SOMEBODY, slow));
    let over = 0;
    for (const one of all) void one.then(() => (over += 1));
    while (over < all.length) {
      open.shift()?.();
      await new Promise((resolve) => setImmediate(resolve));
    }
    const outcomes = await Promise.all(all);
    expect(most).toBe(2);
    expect(outcomes.filter((outcome) => 'right' in outcome)).toHaveLength(1002);
    expect(outcomes.filter((outcome) => 'wrong' in outcome && outcome.wrong === 'throttled')).toHaveLength(8);
  });
});
