import type { Page } from '../../page.ts';
import { AtlasError } from './error-table.ts';

/** The query parameters that every Atlas resource takes. */
export interface CommonQuery {
  envelope: boolean;
  pretty: boolean;
}

export interface ListQuery extends CommonQuery {
  /** The list's own parameters as they were given, each with an `&` behind it. */
  filters: string;
  page: Page;
  includeCount: boolean;
}

export type RawQuery = Readonly<Record<string, string | string[] | undefined>>;

export const MOST_ITEMS = 500;
export const LAST_PAGE = 1_000_000;

/** Unknown parameters are ignored, as Atlas ignores them; a known one with a value that makes no sense is 400, and so is any with a NUL. */
export function readCommonQuery(query: RawQuery): CommonQuery {
  for (const [name, value] of Object.entries(query)) {
    // Some are asked of PostgreSQL, which takes no text with a NUL, not even in a question.
    if ([value ?? []].flat().some((text) => text.includes('\0'))) throw new AtlasError('INVALID_QUERY_PARAMETER', [name]);
  }
  return { envelope: readBoolean(query, 'envelope', false), pretty: readBoolean(query, 'pretty', false) };
}

export function readListQuery(query: RawQuery): ListQuery {
  return {
    ...readCommonQuery(query),
    filters: filtersOf(query),
    page: { number: readCount(query, 'pageNum', 1, LAST_PAGE), size: readCount(query, 'itemsPerPage', 100, MOST_ITEMS) },
    includeCount: readBoolean(query, 'includeCount', true),
  };
}

const NO_FILTERS = new Set(['envelope', 'pretty', 'pageNum', 'itemsPerPage', 'includeCount']);

function filtersOf(query: RawQuery): string {
  const given = Object.entries(query).filter(([name]) => !NO_FILTERS.has(name));
  return given
    .flatMap(([name, value]) => [value ?? []].flat().map((text) => `${encodeURIComponent(name)}=${encodeURIComponent(text)}&`))
    .join('');
}

export function readBoolean(query: RawQuery, name: string, fallback: boolean): boolean {
  const value = query[name];
  if (value === undefined || value === '') return fallback;
  if (value === 'true' || value === 'false') return value === 'true';
  throw new AtlasError('INVALID_QUERY_PARAMETER', [name]);
}

function readCount(query: RawQuery, name: string, fallback: number, most: number): number {
  const value = query[name];
  if (value === undefined || value === '') return fallback;
  const count = typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : 0;
  if (count < 1 || count > most) throw new AtlasError('INVALID_QUERY_PARAMETER', [name]);
  return count;
}

/** A list comes as a parameter that is repeated, or with commas in it. */
export function readNames(query: RawQuery, name: string): string[] {
  return [query[name] ?? []]
    .flat()
    .flatMap((text) => text.split(','))
    .filter(Boolean);
}

/** A day, or a moment of it. */
export function readDate(query: RawQuery, name: string): Date | undefined {
  const value = query[name];
  if (value === undefined || value === '') return undefined;
  const date = new Date(String(value));
  if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\d/.test(value) || Number.isNaN(date.getTime()))
    throw new AtlasError('INVALID_QUERY_PARAMETER', [name]);
  return date;
}
