import { describe, expect, it } from 'vitest';
import { pause } from '../src/clock.ts';
import { inParallel } from '../src/in-parallel.ts';

describe('inParallel', () => {
  it('keeps the order of the items and runs no more than the limit at once', async () => {
    let running = 0;
    let most = 0;
    const results = await inParallel(3, [5, 1, 4, 2, 3, 0], async (item) => {
      most = Math.max(most, ++running);
      await pause(item);
      running--;
      return item * 2;
    });
    expect(results).toEqual([10, 2, 8, 4, 6, 0]);
    expect(most).toBe(3);
  });

  it('throws the first failure, starts nothing after it, and waits for what had started', async () => {
    const started: number[] = [];
    let ended = 0;
    const failure = new Error('the second');
    const work = inParallel(2, [1, 2, 3, 4], async (item, _, signal) => {
      started.push(item);
      if (item === 2) throw failure;
      await pause(20);
      expect(signal.aborted).toBe(true);
      ended++;
    });
    await expect(work).rejects.toBe(failure);
    expect(started).toEqual([1, 2]);
    expect(ended).toBe(1);
  });

  it('stops with the reason of the signal', async () => {
    const cancel = new AbortController();
    const reason = new Error('enough');
    const work = inParallel(1, [1, 2, 3], async (item) => item === 2 && cancel.abort(reason), cancel.signal);
    await expect(work).rejects.toBe(reason);
  });
});
