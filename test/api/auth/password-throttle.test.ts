import { describe, expect, it } from 'vitest';
import { PasswordThrottle } from '../../../src/api/auth/password-throttle.ts';

const HERE = '192.0.2.1';
const wrong = async () => null;
const right = async () => 'in' as const;
const strange = async () => false;
const familiar = async () => true;

function throttleAt() {
  const clock = { now: 0 };
  const throttle = new PasswordThrottle(() => clock.now);
  let checks = 0;
  const run = <T>(address: string, name: string, check: () => Promise<T | null>, isFamiliar = strange) =>
    throttle.run({ address, name }, isFamiliar, () => {
      checks += 1;
      return check();
    });
  return { clock, run, checks: () => checks };
}

const address = (n: number) => `198.18.${n >> 8}.${n & 255}`;
const throttled = { wrong: 'throttled', retryAfterSeconds: expect.any(Number) };

describe('the throttle of passwords', () => {
  it('has ten guesses of a name from one network checked, however many come at once, and then not even a right one', async () => {
    const { run, checks } = throttleAt();
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => run(HERE, 'mate', wrong)));
    expect(outcomes.filter((outcome) => 'wrong' in outcome && outcome.wrong === 'refused')).toHaveLength(10);
    expect(checks()).toBe(10);
    expect(await run(HERE, 'MATE', right)).toEqual(throttled);
    expect(checks()).toBe(10);
    expect(await run('192.0.2.2', 'mate', right)).toEqual({ right: 'in' });
    expect(await run(HERE, 'another', right)).toEqual({ right: 'in' });
  });

  it('listens to one more every half minute', async () => {
    const { clock, run, checks } = throttleAt();
    for (let n = 0; n < 100; n += 1) await run(HERE, 'mate', wrong);
    clock.now += 3_600_000;
    const before = checks();
    for (let n = 0; n < 20; n += 1) await run(HERE, 'mate', wrong);
    expect(checks() - before).toBe(10);
    const { retryAfterSeconds } = (await run(HERE, 'mate', wrong)) as { retryAfterSeconds: number };
    expect(retryAfterSeconds).toBe(30);
    clock.now += retryAfterSeconds * 1000;
    expect(await run(HERE, 'mate', right)).toEqual({ right: 'in' });
  });

  it('counts no right password, so that many may sign in from one place', async () => {
    const { run } = throttleAt();
    for (let n = 0; n < 200; n += 1) expect(await run(HERE, `user${n % 3}`, right)).toEqual({ right: 'in' });
  });

  it('forgives nothing for a right password in between: an account of their own is no way around', async () => {
    const { run, checks } = throttleAt();
    for (let n = 0; n < 60; n += 1) {
      await run(HERE, `victim${n}`, wrong);
      await run(HERE, 'own', right);
    }
    expect(await run(HERE, 'anybody', right)).toEqual(throttled);
    expect(checks()).toBeLessThan(70);
  });

  it('takes a /64 of IPv6 for one network', async () => {
    const { run } = throttleAt();
    for (let n = 0; n < 10; n += 1) await run(`2001:db8:0:1:0:0:0:${n}`, 'mate', wrong);
    expect(await run('2001:db8:0:1:0:0:0:ff', 'mate', right)).toEqual(throttled);
    expect(await run('2001:db8:0:2:0:0:0:1', 'mate', right)).toEqual({ right: 'in' });
  });

  it('gives a thousand networks no more guesses of a name than one, and lets the user in from where the last sign-in was', async () => {
    const { run, checks } = throttleAt();
    for (let n = 0; n < 1000; n += 1) await run(address(n), 'mate', wrong);
    expect(checks()).toBe(50);
    expect(await run('203.0.113.9', 'mate', right)).toEqual(throttled);
    expect(await run('203.0.113.9', 'mate', right, familiar)).toEqual({ right: 'in' });
    expect(await run('203.0.113.9', 'another', right)).toEqual({ right: 'in' });
    // In the familiar network ten wrong ones are the end too.
    for (let n = 0; n < 10; n += 1) expect(await run('203.0.113.9', 'mate', wrong, familiar)).toEqual({ wrong: 'refused' });
    expect(await run('203.0.113.9', 'mate', right, familiar)).toEqual(throttled);
  });

  it('has no more than 64 at work at once, and no failure of ours counts', async () => {
    const { run } = throttleAt();
    const open: (() => void)[] = [];
    const slow = () => new Promise<'in'>((resolve) => open.push(() => resolve('in')));
    const all = Array.from({ length: 70 }, (_, n) => run(address(n), `user${n}`, slow));
    // No fault of theirs: it is not told as a throttled sign-in.
    expect(await Promise.all(all.slice(64))).toEqual(Array(6).fill({ wrong: 'busy', retryAfterSeconds: expect.any(Number) }));
    for (const release of open) release();
    expect(await Promise.all(all.slice(0, 64))).toEqual(Array(64).fill({ right: 'in' }));
    for (let n = 0; n < 20; n += 1)
      await expect(run(HERE, 'mate', () => Promise.reject(new Error('no database')))).rejects.toThrow('no database');
    expect(await run(HERE, 'mate', right)).toEqual({ right: 'in' });
  });
});
