/** Days and months of the reader's zone, as the URL names them: `2026-03`, `2026-03-01`. */

export interface Month {
  year: number;
  /** From 0, as a Date has it. */
  month: number;
}

export function monthOf(at: Date): Month {
  return { year: at.getFullYear(), month: at.getMonth() };
}

export function monthText({ year, month }: Month): string {
  return `${year}-${String(month + 1).padStart(2, '0')}`;
}

export function readMonth(text: string | null): Month | null {
  const found = /^(\d{4})-(0[1-9]|1[0-2])/.exec(text ?? '');
  return found ? { year: Number(found[1]), month: Number(found[2]) - 1 } : null;
}

export function neighbour({ year, month }: Month, months: number): Month {
  return monthOf(new Date(year, month + months, 1));
}

/** From its first moment to the first of the next one. */
export function rangeOfMonth({ year, month }: Month): { from: Date; to: Date } {
  return { from: new Date(year, month, 1), to: new Date(year, month + 1, 1) };
}

export function dayText(at: Date): string {
  return `${monthText(monthOf(at))}-${String(at.getDate()).padStart(2, '0')}`;
}

/** `null` where it names no day there is. */
export function rangeOfDay(text: string | null): { from: Date; to: Date } | null {
  const found = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text ?? '');
  if (!found) return null;
  const [year, month, day] = found.slice(1).map(Number) as [number, number, number];
  const from = new Date(year, month - 1, day);
  return dayText(from) === text ? { from, to: new Date(year, month - 1, day + 1) } : null;
}

/** What a field for a day and a time names, as the API takes it; nothing where that is no moment of a year with four digits. */
export function momentText(local: string): string | undefined {
  const at = new Date(local);
  const text = Number.isNaN(at.getTime()) ? '' : at.toISOString();
  return /^\d{4}-/.test(text) ? text : undefined;
}

/** Its weeks from Monday to Sunday; `null` for what belongs to a neighbour. */
export function weeksOf({ year, month }: Month): (Date | null)[][] {
  const days = new Date(year, month + 1, 0).getDate();
  const before = (new Date(year, month, 1).getDay() + 6) % 7;
  const cells = Array.from({ length: Math.ceil((before + days) / 7) * 7 }, (_, place) => {
    const day = place - before + 1;
    return day >= 1 && day <= days ? new Date(year, month, day) : null;
  });
  return Array.from({ length: cells.length / 7 }, (_, week) => cells.slice(week * 7, week * 7 + 7));
}
