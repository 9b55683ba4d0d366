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
