/**
 * Runs `work` over all items, at most `limit` at once, and returns the results in the items' order. The first failure (or the signal) stops
 * new work from starting; what has started is waited for, so that nothing goes on behind the caller's back. `work` gets a signal that is
 * aborted by either.
 */
export async function inParallel<T, R>(
  limit: number,
  items: readonly T[],
  work: (item: T, number: number, signal: AbortSignal) => Promise<R>,
  signal?: AbortSignal,
): Promise<R[]> {
  const stop = new AbortController();
  const either = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal;
  const results = new Array<R>(items.length);
  let next = 0;
  const runner = async () => {
    while (next < items.length && !either.aborted) {
      const number = next++;
      results[number] = await work(items[number]!, number, either);
    }
  };
  const runners = Array.from({ length: Math.min(limit, items.length) }, () =>
    runner().catch((error) => {
      if (!stop.signal.aborted) stop.abort(error);
    }),
  );
  await Promise.all(runners);
  either.throwIfAborted();
  return results;
}
