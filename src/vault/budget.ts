/**
 * So much of something (bytes in flight, threads) and no more; who comes first is served first. One request that is larger than the whole budget is
 * granted alone, so that nothing waits for ever.
 */
export class Budget {
  readonly #total: number;
  #used = 0;
  readonly #waiting: { amount: number; grant: () => void }[] = [];

  constructor(total: number) {
    this.#total = total;
  }

  /** Resolves once `amount` is free, and takes it. Every amount taken must be given back. */
  async take(amount: number): Promise<void> {
    if (this.#waiting.length === 0 && this.#fits(amount)) {
      this.#used += amount;
      return;
    }
    await new Promise<void>((grant) => this.#waiting.push({ amount, grant }));
  }

  giveBack(amount: number): void {
    this.#used -= amount;
    while (this.#waiting.length > 0 && this.#fits(this.#waiting[0]!.amount)) {
      const next = this.#waiting.shift()!;
      this.#used += next.amount;
      next.grant();
    }
  }

  /** Runs the task with one unit of the budget. */
  async with<T>(task: () => Promise<T>): Promise<T> {
    await this.take(1);
    try {
      return await task();
    } finally {
      this.giveBack(1);
    }
  }

  #fits(amount: number): boolean {
    return this.#used === 0 || this.#used + amount <= this.#total;
  }
}
