import { SingleBar } from 'cli-progress';
import type { JobProgress } from '../backup/restore-job.ts';

/** Results go to stdout, everything else to stderr, so that a script can read one without the other. */
export function printResult(value: unknown, asJson: boolean | undefined, asText: () => string): void {
  process.stdout.write(asJson ? `${JSON.stringify(value, null, 2)}\n` : `${asText()}\n`);
}

export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Names of collections may hold anything: a line break would tear a table apart, an escape sequence would command the terminal. */
export function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, (character) =>
    character === '\n' ? '\\n' : `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
}

/** Columns as wide as their widest cell. */
export function table(headings: string[], rows: string[][]): string {
  const lines = [headings, ...rows.map((row) => row.map(printable))];
  const widths = headings.map((_, column) => Math.max(...lines.map((line) => (line[column] ?? '').length)));
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

export function bytes(count: number | null | undefined): string {
  if (count === null || count === undefined) return '-';
  const power = count === 0 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log2(count) / 10));
  return `${(count / 1024 ** power).toFixed(power === 0 ? 0 : 1)} ${UNITS[power]}`;
}

/** A bar on a terminal; nothing elsewhere, so that logs stay readable. */
export class ProgressBar {
  readonly #bar: SingleBar | null;
  #started = false;

  constructor(label: string) {
    this.#bar = process.stderr.isTTY
      ? new SingleBar({
          format: `${label} [{bar}] {percentage}% | {phase} {namespace} | {size} | {documents} documents`,
          stream: process.stderr,
          hideCursor: true,
          clearOnComplete: false,
        })
      : null;
  }

  update(progress: JobProgress): void {
    if (!this.#bar) return;
    const total = Math.max(progress.totalBytes ?? 0, progress.bytes, 1);
    const shown = {
      phase: progress.phase ?? '',
      namespace: printable(progress.namespace ?? ''),
      size: bytes(progress.bytes),
      documents: progress.documents.toLocaleString('en'),
    };
    if (!this.#started) this.#bar.start(total, progress.bytes, shown);
    this.#started = true;
    this.#bar.setTotal(total);
    this.#bar.update(progress.bytes, shown);
  }

  stop(): void {
    if (this.#started) this.#bar?.stop();
  }
}
