import { runInNewContext } from 'node:vm';

/**
 * Does the work, and throws when it has not come back after so many seconds: also out of an expression that never ends, which no timeout of the test runner can interrupt.
 * For what takes either no time or for ever.
 */
export function within<T>(seconds: number, work: () => T): T {
  return runInNewContext('work()', { work }, { timeout: seconds * 1000 });
}
