import { describe, expect, it } from 'vitest';
import { readAhead } from '../../src/vault/read-ahead.ts';

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

const soon = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

describe('readAhead', () => {
  it('keeps the order, and as many at work as it may', async () => {
    let running = 0;
    let most = 0;
    const work = async (n: number) => {
      running += 1;
      most = Math.max(most, running);
      await soon((7 * n) % 5);
      running -= 1;
      return n * n;
    };
    const numbers = Array.from({ length: 20 }, (_, n) => n);
    expect(await all(readAhead(numbers, 4, work))).toEqual(numbers.map((n) => n * n));
    expect(most).toBe(4);
  });

  it('throws a failure at its place, after what came before it', async () => {
    const found: number[] = [];
    const failing = readAhead([1, 2, 3, 4], 3, async (n) => (n === 3 ? Promise.reject(new Error('third')) : n));
    await expect(
      (async () => {
        for await (const n of failing) found.push(n);
      })(),
    ).rejects.toThrow('third');
    expect(found).toEqual([1, 2]);
  });

  it('waits for what is under way when its reader stops', async () => {
    let running = 0;
    const work = async (n: number) => {
      running += 1;
      await soon(5);
      running -= 1;
      return n;
    };
    for await (const n of readAhead([1, 2, 3, 4, 5, 6], 3, work)) if (n === 2) break;
    expect(running).toBe(0);
  });

  it('stops at its signal', async () => {
    const controller = new AbortController();
    const reading = (async () => {
      for await (const n of readAhead([1, 2, 3, 4], 1, async (n) => n, controller.signal))
        if (n === 2) controller.abort(new Error('enough'));
    })();
    await expect(reading).rejects.toThrow('enough');
  });
});
