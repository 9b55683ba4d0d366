import type { TSchema } from 'typebox';
import Value from 'typebox/value';
import { JobFault, RequestFault } from './fault-rule.ts';

export type Place = (string | number)[];

export interface Mistake {
  place: Place;
  expected: string;
}

interface SchemaError {
  keyword: string;
  instancePath: string;
  params: Record<string, unknown>;
  message: string;
}

/** What of a seed, or of a body with faults, does not match its schema: the place that says most, and what was expected there. */
export function mistakeOfSchema(schema: TSchema, value: unknown): Mistake {
  const errors = [...Value.Errors(schema, value)] as SchemaError[];
  const others = errors.filter(({ instancePath }) => !instancePath.startsWith('/faults/'));
  if (others.length > 0) return worst(others);
  const rules = (value as { faults: unknown[] }).faults;
  for (const [n, rule] of rules.entries()) {
    const mistake = mistakeOfRule(rule);
    if (mistake) return { ...mistake, place: ['faults', n, ...mistake.place] };
  }
  return worst(errors);
}

/** A rule is of one kind or the other: what is wrong is said of the kind that it names. */
function mistakeOfRule(rule: unknown): Mistake | null {
  if (typeof rule !== 'object' || rule === null || Array.isArray(rule)) return { place: [], expected: 'object is expected' };
  const kind = 'request' in rule ? RequestFault : 'job' in rule ? JobFault : null;
  if (kind === null) return { place: [], expected: 'request or job says what it is about' };
  return Value.Check(kind, rule) ? null : worst([...Value.Errors(kind, rule)] as SchemaError[]);
}

/** Of a choice, the alternative that went farthest is the one that was meant; of one place, a word that is not known says more than one that is missing. */
function worst(errors: SchemaError[]): Mistake {
  const worth = (error: SchemaError) => 2 * placeOf(error).length + (error.keyword === 'additionalProperties' ? 1 : 0);
  const named = errors.filter(({ keyword }) => keyword !== 'anyOf' && keyword !== 'boolean');
  const all = named.length > 0 ? named : errors;
  const error = all.reduce((best, other) => (worth(other) > worth(best) ? other : best));
  const choices = errors.filter(({ keyword, instancePath }) => keyword === 'const' && instancePath === error.instancePath);
  return {
    place: placeOf(error),
    expected: choices.length > 1 ? oneOf(choices.map(({ params }) => params.allowedValue)) : expectation(error),
  };
}

/** Of a word that is not known, its own. */
function placeOf({ keyword, instancePath, params }: SchemaError): Place {
  const path = instancePath.split('/').slice(1);
  const place = path.map((part) => (/^\d+$/.test(part) ? Number(part) : part.replaceAll('~1', '/').replaceAll('~0', '~')));
  return keyword === 'additionalProperties' ? [...place, (params.additionalProperties as string[])[0]!] : place;
}

function expectation({ keyword, params, message }: SchemaError): string {
  if (keyword === 'additionalProperties') return `${(params.additionalProperties as string[])[0]} is not known here`;
  if (keyword === 'required') return `${(params.requiredProperties as string[])[0]} is missing`;
  if (keyword === 'type') return `${String(params.type)} is expected`;
  if (keyword === 'const') return `${JSON.stringify(params.allowedValue)} is expected`;
  if (keyword === 'enum') return oneOf(params.allowedValues as unknown[]);
  if (keyword === 'minLength') return 'at least one character is expected';
  return message;
}

function oneOf(values: readonly unknown[]): string {
  return `one of ${values.map((value) => JSON.stringify(value)).join(', ')} is expected`;
}
