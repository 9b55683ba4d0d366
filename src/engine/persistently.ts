import { pause, SECOND } from '../clock.ts';
import { engineError, isTransient } from './errors.ts';

/** Waits between attempts at one step: about a minute in all, several elections' time. */
export const PERSIST_FOR: readonly number[] = [0.2, 0.5, 1, 2, 5, 10, 10, 15, 15].map((seconds) => seconds * SECOND);

/**
 * Does what is safe to repeat, again and again while the reason that it failed for may pass (a lost connection, an election). Then it throws `Interrupted`, and for a
 * refusal the problem `mongodb-failed`; `what` is what MongoDB was asked ("to create shop.orders").
 */
export async function persistently<T>(
  what: string,
  work: () => Promise<T>,
  { waits = PERSIST_FOR, signal }: { waits?: readonly number[]; signal?: AbortSignal } = {},
): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      signal?.throwIfAborted();
      if (!isTransient(error) || attempt >= waits.length) throw engineError(error, what);
      await pause(waits[attempt]!, signal);
    }
  }
}
