import { describe, expect, it } from 'vitest';
import { Budget } from '../../src/vault/budget.ts';

describe('Budget', () => {
  it('never lets more be used at once, and serves in the order of arrival', async () => {
    const budget = new Budget(10);
    const order: number[] = [];
    const amounts = [4, 4, 4, 9, 1, 10, 2];
    let used = 0;
    await Promise.all(
      amounts.map(async (amount, number) => {
        await budget.take(amount);
        order.push(number);
        used += amount;
        expect(used).toBeLessThanOrEqual(10);
        await new Promise((resolve) => setTimeout(resolve, 1));
        used -= amount;
        budget.giveBack(amount);
      }),
    );
    expect(order).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });

  it('grants more than there is when nothing else is used', async () => {
    const budget = new Budget(10);
    await budget.take(25);
    let isGranted = false;
    const second = budget.take(1).then(() => {
      isGranted = true;
    });
    await Promise.resolve();
    expect(isGranted).toBe(false);
    budget.giveBack(25);
    await second;
  });

  it('gives the unit of a task back when the task fails', async () => {
    const budget = new Budget(1);
    await expect(budget.with(() => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
    expect(await budget.with(async () => 'next')).toBe('next');
  });
});
