/** A page of a list: `number` counts from 1. */
export interface Page {
  number: number;
  size: number;
}

export interface Listed<T> {
  results: T[];
  /** Of all pages. */
  totalCount: number;
}

export function offsetOf(page: Page): number {
  return (page.number - 1) * page.size;
}

/** A page of what is at hand. */
export function pageOf<T>(all: readonly T[], page: Page): Listed<T> {
  return { results: all.slice(offsetOf(page), offsetOf(page) + page.size), totalCount: all.length };
}
