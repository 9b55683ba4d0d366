import { type TSchema, Type } from 'typebox';
import { AtlasError } from '../atlas/error-table.ts';
import { type RawQuery, readNames } from '../atlas/query.ts';

/** A choice of some of `values`: a parameter that is repeated, or with commas in it. */
export function choiceOf(values: readonly string[], description: string): TSchema {
  return Type.Optional(Type.Array(Type.Unsafe({ type: 'string', enum: [...values] }), { description }));
}

/** What was chosen; nothing where nothing was said. */
export function readChoice<T extends string>(query: RawQuery, name: string, values: readonly T[]): T[] {
  const chosen = readNames(query, name);
  for (const value of chosen) if (!(values as readonly string[]).includes(value)) throw new AtlasError('INVALID_QUERY_PARAMETER', [name]);
  return chosen as T[];
}

const MOST_SEARCHED = 200;

export const Search = Type.Optional(Type.String({ maxLength: MOST_SEARCHED }));

/** Without blanks around it; `''` where nothing is looked for. */
export function readSearch(query: RawQuery, name = 'search'): string {
  const text = query[name] ?? '';
  if (typeof text !== 'string' || text.length > MOST_SEARCHED) throw new AtlasError('INVALID_QUERY_PARAMETER', [name]);
  return text.trim();
}

export const Moment = Type.Optional(Type.String({ format: 'date-time' }));
