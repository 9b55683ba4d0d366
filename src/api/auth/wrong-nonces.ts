/** Nonces remembered at the most; beyond, the oldest go. Each is some 100 bytes. */
const MOST_NONCES = 20_000;

/**
 * Nonces that a throttled source gave a wrong answer to. Whoever asks properly has another one in the very next challenge; whoever guesses has
 * to fetch one for each guess, and costs no look-up until then.
 */
export class WrongNonces {
  readonly #nonces = new Set<string>();

  add(nonce: string): void {
    this.#nonces.add(nonce);
    // A Set keeps the order of insertion, and nonces live minutes.
    if (this.#nonces.size > MOST_NONCES) this.#nonces.delete(this.#nonces.values().next().value!);
  }

  has(nonce: string): boolean {
    return this.#nonces.has(nonce);
  }
}
