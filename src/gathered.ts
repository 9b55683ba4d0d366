import { pause } from './clock.ts';

/** Questions that gather while others are being answered, and are asked together then: one at a time when the answers come quickly, many when they do not. */
export class Gathered<Q, A> {
  readonly #answer: (questions: Q[]) => Promise<A[]>;
  readonly #most: number;
  readonly #linger: number;
  #waiting: { question: Q; resolve(answer: A): void; reject(error: unknown): void }[] = [];
  #isAsking = false;

  /** `answer` answers at most `most` questions, in their order. Before it is asked, others are waited for: `linger` milliseconds of real time, where answers may come that much later. */
  constructor(most: number, answer: (questions: Q[]) => Promise<A[]>, linger = 0) {
    this.#most = most;
    this.#linger = linger;
    this.#answer = answer;
  }

  ask(question: Q): Promise<A> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ question, resolve, reject });
      if (!this.#isAsking) void this.#askAll();
    });
  }

  async #askAll(): Promise<void> {
    this.#isAsking = true;
    while (this.#waiting.length > 0) {
      if (this.#linger > 0 && this.#waiting.length < this.#most) await pause(this.#linger);
      const together = this.#waiting.splice(0, this.#most);
      try {
        const answers = await this.#answer(together.map(({ question }) => question));
        together.forEach(({ resolve }, n) => {
          resolve(answers[n]!);
        });
      } catch (error) {
        for (const { reject } of together) reject(error);
      }
    }
    this.#isAsking = false;
  }
}
