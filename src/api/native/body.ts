import type { Static, TSchema } from 'typebox';
import Value from 'typebox/value';
import { Problem } from '../../errors.ts';

/** A body that matches the schema, or an `invalid-value` problem that names the first place where it does not. */
export function readBody<T extends TSchema>(schema: T, body: Record<string, unknown>): Static<T> {
  if (Value.Check(schema, body)) return body as Static<T>;
  const [first] = Value.Errors(schema, body);
  const place = first?.instancePath.replace(/^\//, '').replaceAll('/', '.') || 'body';
  throw new Problem('invalid-value', [place.slice(0, 100), first?.message ?? 'it does not match what is documented']);
}
