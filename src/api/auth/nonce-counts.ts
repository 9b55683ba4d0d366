/**
 * A client that runs requests in parallel sends its counts out of order, and one of them may wait while hundreds of others pass; one this far behind
 * the highest is taken for a replay.
 */
const WINDOW = 2048;
/** Nonces remembered at the most; beyond, the oldest go. Each is a few hundred bytes. */
const MOST_NONCES = 50_000;

interface Seen {
  highest: number;
  /** The counts within the window below `highest` that were used. */
  used: Set<number>;
}

/** Which counts (`nc`) of a nonce were used on this node, for requests that change nothing. */
export class NonceCounts {
  readonly #seen = new Map<string, Seen>();

  /** Spends (nonce, nc); `false` when it was spent before or is too old to tell. */
  spend(nonce: string, nc: number): boolean {
    let seen = this.#seen.get(nonce);
    if (!seen) {
      seen = { highest: 0, used: new Set() };
      this.#seen.set(nonce, seen);
      this.#forgetOldest();
    }
    if (nc <= seen.highest - WINDOW || seen.used.has(nc)) return false;
    seen.used.add(nc);
    if (nc > seen.highest) {
      seen.highest = nc;
      if (seen.used.size > 2 * WINDOW) for (const old of seen.used) if (old <= nc - WINDOW) seen.used.delete(old);
    }
    return true;
  }

  #forgetOldest(): void {
    // A Map keeps the order of insertion; nonces live minutes, so the first is the oldest or long dead.
    if (this.#seen.size > MOST_NONCES) this.#seen.delete(this.#seen.keys().next().value!);
  }
}
