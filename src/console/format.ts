/** How the console writes numbers and times. Pure, in the reader's language and zone unless told otherwise. */

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
/** Made once: to make one takes longer than all the numbers of a page, and so it is with times. */
const THREE_DIGITS = new Intl.NumberFormat('en', { maximumSignificantDigits: 3, useGrouping: false });
const WHOLE = new Intl.NumberFormat('en');

/** `0 B`, `512 B`, `1.5 MiB`: three digits that matter. */
export function bytesText(bytes: number): string {
  let [value, unit] = [bytes, 0];
  while (value >= 1023.5 && unit < UNITS.length - 1) [value, unit] = [value / 1024, unit + 1];
  if (unit === 0) return `${Math.round(value)} B`;
  return `${THREE_DIGITS.format(value)} ${UNITS[unit]}`;
}

export function countText(count: number): string {
  return WHOLE.format(count);
}

/** `1 snapshot`, `2 snapshots`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${countText(count)} ${count === 1 ? one : many}`;
}

/** `0.4 s`, `12 s`, `3 min 20 s`, `2 h 5 min`, `3 d 4 h`: two units at most. */
export function durationText(seconds: number): string {
  if (seconds < 10) return `${Math.max(0, Math.round(seconds * 10) / 10)} s`;
  const whole = Math.round(seconds);
  const parts: [number, string][] = [
    [Math.floor(whole / 86_400), 'd'],
    [Math.floor(whole / 3600) % 24, 'h'],
    [Math.floor(whole / 60) % 60, 'min'],
    [whole % 60, 's'],
  ];
  const first = parts.findIndex(([value]) => value > 0);
  return parts
    .slice(first, first + 2)
    .filter(([value]) => value > 0)
    .map(([value, unit]) => `${value} ${unit}`)
    .join(' ');
}

/** `just now`, `4 min ago`, `in 2 h`, `3 d ago`. */
export function relativeText(at: Date, now: Date): string {
  const seconds = (at.getTime() - now.getTime()) / 1000;
  const distance = Math.abs(seconds);
  if (distance < 45) return seconds > 5 ? 'in a moment' : 'just now';
  const [value, unit] = distance < 3570 ? [distance / 60, 'min'] : distance < 86_000 ? [distance / 3600, 'h'] : [distance / 86_400, 'd'];
  const words = `${Math.round(value)} ${unit}`;
  return seconds > 0 ? `in ${words}` : `${words} ago`;
}

const SHORT: Intl.DateTimeFormatOptions = {
  year: 'numeric',
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
};

const formats = new Map<string, Intl.DateTimeFormat>();

/** `Nov 26, 2026, 05:10`, in the reader's zone. */
export function timeText(at: Date, { seconds = false, timeZone }: { seconds?: boolean; timeZone?: string } = {}): string {
  const name = `${seconds} ${timeZone}`;
  let format = formats.get(name);
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', { ...SHORT, ...(seconds && { second: '2-digit' }), ...(timeZone && { timeZone }) });
    formats.set(name, format);
  }
  return format.format(at);
}

/** `2026-11-26 05:10:00 UTC`: what a log says. */
export function utcText(at: Date): string {
  return `${at.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** From 0 to 100; `null` where nobody knows how much there is. */
export function percentDone(
  progress: { documents?: number; totalDocuments?: number; bytes?: number; totalBytes?: number } | undefined,
): number | null {
  const { bytes, totalBytes, documents, totalDocuments } = progress ?? {};
  const [done, all] = totalBytes ? [bytes ?? 0, totalBytes] : [documents ?? 0, totalDocuments ?? 0];
  return all > 0 ? Math.min(100, Math.floor((done / all) * 100)) : null;
}

/** A text in its parts, what is between backticks apart; one that has no partner is a backtick. */
export function codeParts(text: string): { text: string; isCode: boolean }[] {
  return text
    .split(/(`[^`]+`)/)
    .filter((part) => part !== '')
    .map((part) => (/^`[^`]+`$/.test(part) ? { text: part.slice(1, -1), isCode: true } : { text: part, isCode: false }));
}
