/** `npm run faults` asks for all of it; `npm test` takes a part that is quick. */
export const LONG = process.env.LIFEBOAT_FAULTS === 'long';

/** Every case of a table in the long form, the named ones in the short form. */
export function casesOf<T>(table: Readonly<Record<string, T>>, short: readonly string[]): [string, T][] {
  return Object.entries(table).filter(([name]) => LONG || short.includes(name));
}
