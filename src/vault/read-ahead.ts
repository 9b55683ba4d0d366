/**
 * Applies `work` to each item, at most `depth` at a time, and yields the results in the items' order. What `work` throws is thrown at its place in the order;
 * a reader that stops early leaves nothing running that it does not wait for.
 */
export async function* readAhead<T, R>(
  items: AsyncIterable<T> | Iterable<T>,
  depth: number,
  work: (item: T) => Promise<R>,
  signal?: AbortSignal,
): AsyncGenerator<R> {
  const running: Promise<R>[] = [];
  try {
    for await (const item of items) {
      signal?.throwIfAborted();
      const result = work(item);
      result.catch(() => {}); // It is awaited below, in its turn; until then a failure is not unhandled.
      running.push(result);
      if (running.length >= depth) yield await running.shift()!;
    }
    while (running.length > 0) {
      signal?.throwIfAborted();
      yield await running.shift()!;
    }
  } finally {
    await Promise.allSettled(running);
  }
}
