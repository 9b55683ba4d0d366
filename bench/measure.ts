import { realMilliseconds } from '../src/clock.ts';

/** How long `work` took, in seconds. */
export async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const start = realMilliseconds();
  await work();
  return (realMilliseconds() - start) / 1000;
}

/** Of several runs: these machines are noisy, one run proves nothing. */
export function median(runs: readonly number[]): number {
  const sorted = [...runs].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** The seconds of every run of each contender. */
export class Runs {
  readonly #seconds = new Map<string, number[]>();

  add(contender: string, seconds: number): void {
    this.#seconds.set(contender, [...(this.#seconds.get(contender) ?? []), seconds]);
  }

  median(contender: string): number {
    return median(this.#seconds.get(contender)!);
  }
}

export const MIB = 1024 * 1024;

export function megabytesPerSecond(bytes: number, seconds: number): string {
  return `${(bytes / 1e6 / seconds).toFixed(0)} MB/s`;
}

export interface Bar {
  name: string;
  value: number;
  /** The bar: `value` must be at least, or at most, this. */
  atLeast?: number;
  atMost?: number;
  unit: 'x' | ' %' | ' MiB' | ' kB' | ' ms' | ' s';
  /** What was measured, and the peer's command line where it is a program. */
  text: string;
}

/** One line a bar; answers whether all were reached. */
export function printBars(bars: readonly Bar[]): boolean {
  let areReached = true;
  for (const { name, value, atLeast = -Infinity, atMost = Infinity, unit, text } of bars) {
    const isReached = value >= atLeast && value <= atMost;
    const asked = atLeast === -Infinity ? `at most ${atMost}` : `at least ${atLeast}`;
    const digits = unit === ' MiB' || unit === ' kB' ? 0 : 2;
    console.log(`${isReached ? 'ok  ' : 'LOW '} ${name}: ${value.toFixed(digits)}${unit} (${asked})  ${text}`);
    areReached &&= isReached;
  }
  return areReached;
}
