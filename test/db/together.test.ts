import { describe, expect, it } from 'vitest';
import type { Queryable } from '../../src/db/connection.ts';
import { together } from '../../src/db/together.ts';

const db = {} as Queryable;

/** Doubles what it is asked, and notes which questions came together. */
function doubling(): { ask: (db: Queryable, question: number) => Promise<number>; statements: number[][] } {
  const statements: number[][] = [];
  const ask = together(async (_db: Queryable, questions: number[]) => {
    statements.push(questions);
    return questions.map((question) => 2 * question);
  });
  return { ask, statements };
}

describe('questions that are asked together', () => {
  it('are one statement, and each gets its own answer, also when two are the same', async () => {
    const { ask, statements } = doubling();
    expect(await Promise.all([ask(db, 1), ask(db, 2), ask(db, 1)])).toEqual([2, 4, 2]);
    expect(statements).toEqual([[1, 2, 1]]);
  });

  it('are asked anew each time: nothing is kept', async () => {
    const { ask, statements } = doubling();
    await ask(db, 1);
    await ask(db, 1);
    expect(statements).toEqual([[1], [1]]);
  });

  it('are those of one database, and not more than a statement should hold', async () => {
    const { ask, statements } = doubling();
    const many = Array.from({ length: 230 }, (_, n) => n);
    const other = {} as Queryable;
    expect(await Promise.all([...many.map((n) => ask(db, n)), ask(other, 7)])).toEqual([...many.map((n) => 2 * n), 14]);
    expect(statements.map((questions) => questions.length).sort((a, b) => a - b)).toEqual([1, 30, 100, 100]);
  });

  it('all fail when their statement does, and the next are asked again', async () => {
    let failures = 1;
    const ask = together(async (_db: Queryable, questions: number[]) => {
      if (failures-- > 0) throw new Error('the connection broke');
      return questions;
    });
    const outcomes = await Promise.allSettled([ask(db, 1), ask(db, 2)]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await ask(db, 3)).toBe(3);
  });
});
