import { SECOND } from '../clock.ts';
import type { RestoreRow } from '../db/restores.ts';
import type { RestoreImpact } from '../engine/impact.ts';

/** What a restore would do and take, without doing it. */
export interface RestoreForecast extends RestoreImpact {
  /** Whether a snapshot of the target would be taken first. */
  safetySnapshot: boolean;
  /** From how fast the last restores into this deployment were; null where there was none. */
  estimate: RestoreEstimate | null;
}

export interface RestoreEstimate {
  seconds: number;
  bytesPerSecond: number;
  /** How many restores the rate was measured on. */
  measuredOn: number;
}

/** How many restores the rate of the next is told from. */
export const MEASURED_ON = 5;

/** The time for so many bytes at the rate of these COMPLETED jobs, all of them together: small ones, that are mostly set-up, weigh little. */
export function estimate(
  rows: readonly Pick<RestoreRow, 'startedAt' | 'finishedAt' | 'progress'>[],
  bytes: number,
): RestoreEstimate | null {
  const measured = rows.filter((row) => row.startedAt && row.finishedAt && row.progress.bytes > 0);
  const seconds = measured.reduce((sum, row) => sum + secondsOf(row), 0);
  const done = measured.reduce((sum, row) => sum + row.progress.bytes, 0);
  if (seconds <= 0 || done <= 0) return null;
  const bytesPerSecond = Math.round(done / seconds);
  return { seconds: Math.ceil(bytes / Math.max(1, bytesPerSecond)), bytesPerSecond, measuredOn: measured.length };
}

/** From its first attempt to its end. */
export function secondsOf(row: Pick<RestoreRow, 'startedAt' | 'finishedAt'>): number {
  return row.startedAt && row.finishedAt ? (row.finishedAt.getTime() - row.startedAt.getTime()) / SECOND : 0;
}
