export type Json = string | number | boolean | null | undefined | Json[] | { [name: string]: Json };

/** The few places where Atlas writes `null`; elsewhere what has no value is left out. */
export const NULL: Json = Object.freeze({});

/** Atlas' JSON: keys in alphabetical order, what has no value left out, no white space unless `pretty`, which is the v1.0 pages' `"key" : value`. */
export function writeJson(value: Json, pretty: boolean): string {
  const sorted = sortKeys(value);
  if (!pretty) return JSON.stringify(sorted);
  // A line break never stands inside a JSON string, so a quoted word at the beginning of a line is a key.
  return JSON.stringify(sorted, null, 2).replace(/^(\s*"(?:[^"\\]|\\.)*"): /gm, '$1 : ');
}

function sortKeys(value: Json): Json {
  if (value === NULL) return null;
  if (Array.isArray(value)) return value.map(sortKeys);
  if (value === null || typeof value !== 'object') return value;
  const names = Object.keys(value).filter((name) => value[name] !== undefined && value[name] !== null);
  return Object.fromEntries(names.sort().map((name) => [name, sortKeys(value[name])]));
}
