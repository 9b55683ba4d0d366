import { bytes, printable, table } from './output.ts';

interface Size {
  documents: number;
  bytes: number;
}

interface Entry {
  namespace: string;
  before?: Size;
  after?: Size;
}

/** What the native API answers to a dry run. */
export interface Forecast {
  replaced: Entry[];
  created: Entry[];
  dropped: Entry[];
  kept: Entry[];
  refusals: { code: string; message: string }[];
  warnings: string[];
  safetySnapshot: boolean;
  /** Without `freeBytes` where the target does not say. */
  room: { logicalBytes: number; leastBytes: number; freeBytes?: number | null };
  estimate: { seconds: number; bytesPerSecond: number; measuredOn: number } | null;
}

/** The report of a dry run for a reader: what goes, what comes, what stays, and what it takes. */
export function forecastText(forecast: Forecast): string {
  const rows = (['dropped', 'replaced', 'created', 'kept'] as const).flatMap((what) =>
    forecast[what].map(({ namespace, before, after }) => [what, namespace, ...cells(before), ...cells(after)]),
  );
  return [
    table(['WHAT', 'NAMESPACE', 'DOCUMENTS NOW', 'SIZE NOW', 'DOCUMENTS AFTER', 'SIZE AFTER'], rows),
    '',
    forecast.safetySnapshot ? 'A snapshot of the target is taken first.' : 'No snapshot of the target is taken first.',
    roomText(forecast.room),
    timeText(forecast.estimate),
    ...forecast.warnings.map((warning) => `Warning: ${printable(warning)}`),
    ...forecast.refusals.map(({ message }) => `It would fail: ${printable(message)}`),
    'Nothing was written.',
  ].join('\n');
}

function cells(size: Size | undefined): string[] {
  return size ? [size.documents.toLocaleString('en'), bytes(size.bytes)] : ['-', '-'];
}

function roomText({ logicalBytes, leastBytes, freeBytes }: Forecast['room']): string {
  if (logicalBytes === 0) return 'Room: no copy is made beside the old data.';
  const free = typeof freeBytes !== 'number' ? 'the target does not say what is free' : `${bytes(freeBytes)} are free`;
  return `Room: the copy beside the old data takes ${bytes(leastBytes)} to ${bytes(logicalBytes)}; ${free}.`;
}

function timeText(estimate: Forecast['estimate']): string {
  if (!estimate) return 'Time: not known; no restore into this deployment has been measured yet.';
  const { seconds, bytesPerSecond, measuredOn } = estimate;
  return `Time: about ${seconds} s, at the ${bytes(bytesPerSecond)}/s that the last ${measuredOn} restores into this deployment reached.`;
}
