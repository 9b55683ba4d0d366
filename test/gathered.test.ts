import { describe, expect, it } from 'vitest';
import { Gathered } from '../src/gathered.ts';

describe('questions that gather', () => {
  it('are asked together while another is answered, in their order and no more than the most at once', async () => {
    const asked: number[][] = [];
    const gathered = new Gathered(3, async (questions: number[]) => {
      asked.push(questions);
      await new Promise((resolve) => setTimeout(resolve, 5));
      return questions.map((question) => question * 10);
    });
    expect(await Promise.all([1, 2, 3, 4, 5].map((n) => gathered.ask(n)))).toEqual([10, 20, 30, 40, 50]);
    expect(asked).toEqual([[1], [2, 3, 4], [5]]);
  });

  it('are waited for where answers may come later, and not once there are enough', async () => {
    const asked: number[][] = [];
    const gathered = new Gathered(
      2,
      async (questions: number[]) => {
        asked.push(questions);
        return questions;
      },
      20,
    );
    await Promise.all([1, 2, 3].map((n) => gathered.ask(n)));
    expect(asked).toEqual([[1, 2], [3]]);
  });

  it('fail together, and the next are asked all the same', async () => {
    let fails = true;
    const gathered = new Gathered(9, async (questions: number[]) => (fails ? Promise.reject(new Error('no')) : questions));
    const outcomes = await Promise.allSettled([gathered.ask(1), gathered.ask(2)]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    fails = false;
    expect(await gathered.ask(3)).toBe(3);
  });
});
