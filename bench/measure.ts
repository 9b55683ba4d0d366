import { realMilliseconds } from '../src/clock.ts';

export interface Measured {
  seconds: number;
  /** MB (10^6 bytes) a second, where the amount is known. */
  megabytesPerSecond: number;
}

/** Runs `work` once, which moves `bytes`, and says how fast it was. */
export async function measure(bytes: number, work: () => Promise<unknown>): Promise<Measured> {
  const start = realMilliseconds();
  await work();
  const seconds = (realMilliseconds() - start) / 1000;
  return { seconds, megabytesPerSecond: bytes / 1e6 / seconds };
}

/** The median of several runs: these machines are noisy, one run proves nothing. */
export function middle(runs: readonly Measured[]): Measured {
  return [...runs].sort((a, b) => a.seconds - b.seconds)[Math.floor(runs.length / 2)]!;
}

export interface Bar {
  name: string;
  ours: Measured;
  peer: Measured;
  /** What the peer was, with its command line where it is a program. */
  against: string;
  atLeast: number;
}

/** One line a bar: the ratio, what was asked, whether it was reached. */
export function printBars(bars: Bar[]): boolean {
  let isReached = true;
  for (const { name, ours, peer, against, atLeast } of bars) {
    const ratio = peer.seconds / ours.seconds;
    const verdict = ratio >= atLeast ? 'ok  ' : 'LOW ';
    isReached &&= ratio >= atLeast;
    console.log(
      `${verdict} ${name}: ${ratio.toFixed(2)}x (asked ${atLeast}x)  ours ${ours.megabytesPerSecond.toFixed(0)} MB/s, ` +
        `peer ${peer.megabytesPerSecond.toFixed(0)} MB/s: ${against}`,
    );
  }
  return isReached;
}
