/**
 * Domain time: dates, schedules and expiry read this clock and nothing else, so that a test or the emulator can set it.
 * Leases, heartbeats and timeouts are not domain time: they use {@link realMilliseconds}, which no one can set.
 */
export interface Clock {
  now(): Date;
}

export const systemClock: Clock = { now: () => new Date() };

/** Milliseconds of a clock that never goes back; only differences mean something. For timeouts, rates and durations. */
export function realMilliseconds(): number {
  return performance.now();
}

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export function after(date: Date, milliseconds: number): Date {
  return new Date(date.getTime() + milliseconds);
}

/** Atlas' date form: UTC to the second, no fraction (`2019-05-01T15:02:25Z`). */
export function atlasDate(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`;
}

/** Resolves after `milliseconds` of real time, or rejects with the signal's reason when it is aborted first. */
export function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const onAbort = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    }, milliseconds);
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}

/**
 * Seconds since 1970 of the machine's own clock, for what several nodes must agree on in real time (the age of a nonce). Never a date that
 * a user sees: those are domain time.
 */
export function wallClockSeconds(): number {
  return Math.floor(Date.now() / 1000);
}
