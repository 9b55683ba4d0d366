import { type Clock, MINUTE } from '../clock.ts';
import type { KeyAccessUse } from '../db/access-lists.ts';
import type { Id } from '../ids.ts';
import type { IpBlock } from './ip-block.ts';

/** Requests that an entry of a key's access list let pass, and the last of them. */
export type KeyUse = KeyAccessUse;

/** How long an entry that was just written waits until it is written again. Real time. */
const PAUSE = MINUTE;

/**
 * Counts the uses of access lists. A statement for each request would cost more than the request, so an entry is written at its first use and then once a minute at
 * the most, with all that came in between; no request waits for it. What a crash loses is less than a minute of counts.
 */
export class KeyUses {
  readonly #clock: Clock;
  readonly #write: (use: KeyUse) => Promise<void>;
  readonly #onError: (error: unknown) => void;
  /** Of the entries that were written within the last minute, what came since; `null`: nothing. */
  readonly #pausing = new Map<string, { timer: NodeJS.Timeout; since: KeyUse | null }>();
  readonly #writing = new Set<Promise<void>>();

  constructor(parts: { clock: Clock; write: (use: KeyUse) => Promise<void>; onError: (error: unknown) => void }) {
    this.#clock = parts.clock;
    this.#write = parts.write;
    this.#onError = parts.onError;
  }

  note(apiKeyId: Id, cidrBlocks: readonly IpBlock[], address: string): void {
    for (const cidrBlock of cidrBlocks) {
      const name = `${apiKeyId} ${cidrBlock}`;
      const pausing = this.#pausing.get(name);
      const use = { apiKeyId, cidrBlock, requests: (pausing?.since?.requests ?? 0) + 1, address, at: this.#clock.now() };
      if (pausing) pausing.since = use;
      else this.#begin(name, use);
    }
  }

  /** Writes what waits, and waits for what is being written. */
  async flush(): Promise<void> {
    for (const [name, { timer, since }] of this.#pausing) {
      clearTimeout(timer);
      this.#pausing.delete(name);
      if (since) this.#store(since);
    }
    await Promise.all(this.#writing);
  }

  #begin(name: string, use: KeyUse): void {
    this.#store(use);
    const timer = setTimeout(() => {
      const since = this.#pausing.get(name)?.since;
      this.#pausing.delete(name);
      if (since) this.#begin(name, since);
    }, PAUSE);
    timer.unref();
    this.#pausing.set(name, { timer, since: null });
  }

  #store(use: KeyUse): void {
    const writing = this.#write(use)
      .catch(this.#onError)
      .finally(() => this.#writing.delete(writing));
    this.#writing.add(writing);
  }
}
