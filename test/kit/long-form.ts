import { appendFileSync } from 'node:fs';

/** `npm run faults` asks for all of it; `npm test` takes a part that is quick. */
export const LONG = process.env.LIFEBOAT_FAULTS === 'long';
/** What is random in the fault tests follows from it. */
export const SEED = Number(process.env.LIFEBOAT_SEED ?? 20260301);

/** Every case of a table in the long form, the named ones in the short form. */
export function casesOf<T>(table: Readonly<Record<string, T>>, short: readonly string[]): [string, T][] {
  return Object.entries(table).filter(([name]) => LONG || short.includes(name));
}

/** How often a property is tried. */
export function runs(short: number): number {
  return LONG ? 100_000 : short;
}

/** mulberry32: the same numbers for the same seed. */
export function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 4294967296) * below);
  };
}

export interface FaultCounts {
  injected: number;
  /** Of these, how many were told of or made good, where that is not all. */
  detected?: number;
  fiveHundreds?: number;
  /** Processes that ended by themselves. */
  crashes?: number;
  hangs?: number;
  /** Connections that ended before an answer did. */
  cuts?: number;
}

/** For the table of `npm run faults`. What was lost is a test that failed, which the table counts by itself. */
export function reportFaults(what: string, counts: FaultCounts): void {
  const file = process.env.LIFEBOAT_FAULTS_REPORT;
  if (file) appendFileSync(file, `${JSON.stringify({ what, ...counts })}\n`);
}
