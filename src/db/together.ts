import type { Queryable } from './connection.ts';

/** Questions in one statement at the most. */
const MOST = 100;

interface Waiting<Question, Answer> {
  question: Question;
  resolve(answer: Answer): void;
  reject(error: unknown): void;
}

/**
 * Questions that are asked in the same turn of the event loop go to PostgreSQL together: under load the round trips cost more than what they fetch.
 * Each is answered by a statement that began after it was asked, and nothing is kept. `read` answers in the order of the questions.
 */
export function together<Question, Answer>(
  read: (db: Queryable, questions: Question[]) => Promise<Answer[]>,
): (db: Queryable, question: Question) => Promise<Answer> {
  const waiting = new WeakMap<Queryable, Waiting<Question, Answer>[]>();

  async function flush(db: Queryable, asked: Waiting<Question, Answer>[]): Promise<void> {
    try {
      const answers = await read(
        db,
        asked.map(({ question }) => question),
      );
      for (const [n, { resolve }] of asked.entries()) resolve(answers[n]!);
    } catch (error) {
      for (const { reject } of asked) reject(error);
    }
  }

  return (db, question) =>
    new Promise((resolve, reject) => {
      const asked = waiting.get(db);
      if (asked && asked.length < MOST) {
        asked.push({ question, resolve, reject });
        return;
      }
      const first = [{ question, resolve, reject }];
      waiting.set(db, first);
      setImmediate(() => {
        if (waiting.get(db) === first) waiting.delete(db);
        void flush(db, first);
      });
    });
}
