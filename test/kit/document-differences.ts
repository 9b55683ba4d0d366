import type { Operation } from '../../src/api/openapi/operation.ts';

/** What two OpenAPI documents must agree in. */
interface Document {
  paths: Record<string, Record<string, unknown>>;
  components: { [kind: string]: object };
}
// biome-ignore lint/suspicious/noExplicitAny: a schema of either document, with whatever keywords it has
type Schema = Record<string, any>;

/** One line for each thing in which `ours` and `theirs` tell an operation differently; the newest version that theirs has. */
export function differences(ours: Document, theirs: Document, path: string, method: string): string[] {
  const our = ours.paths[path]![method] as Operation;
  const their = resolve(theirs, theirs.paths[path]![method] as Schema);
  const theirParameters = (their.parameters as Schema[]).map((parameter) => resolve(theirs, parameter));
  const ourParameters = (our.parameters ?? []) as unknown as Schema[];
  const [theirStatus, theirAnswer] = success(theirs, their);
  const [ourStatus, ourAnswer] = success(ours, our as unknown as Schema);
  const version = Object.keys(theirAnswer.content ?? {})[0]!;
  const of = (document: Document, answer: Schema) => fieldsOf(document, answer.content?.[version]?.schema, 'readable');
  return [
    ...compare('parameter', named(theirParameters, theirs), named(ourParameters, ours)),
    ...(theirStatus === ourStatus ? [] : [`status ${ourStatus} for ${theirStatus}`]),
    ...statuses(their, our as unknown as Schema),
    ...compare('answer', of(theirs, theirAnswer), of(ours, ourAnswer)),
    ...compare('body', bodyOf(theirs, their), bodyOf(ours, our as unknown as Schema)),
  ];
}

function bodyOf(document: Document, { requestBody }: Schema): Map<string, string> {
  const contents = Object.values((requestBody?.content ?? {}) as Record<string, Schema>);
  return fieldsOf(document, contents.at(-1)?.schema, 'writable');
}

function success(document: Document, { responses }: Schema): [string, Schema] {
  const [status, answer] = Object.entries(responses as Record<string, Schema>).find(([of]) => of.startsWith('2'))!;
  return [status, resolve(document, answer)];
}

function statuses(their: Schema, our: Schema): string[] {
  const refusals = ({ responses }: Schema) => Object.keys(responses).filter((status) => status >= '400');
  const [theirs, ours] = [refusals(their), refusals(our)];
  return [
    ...theirs.filter((status) => !ours.includes(status)).map((status) => `status ${status} is not here`),
    ...ours.filter((status) => !theirs.includes(status)).map((status) => `status ${status} is ours alone`),
  ];
}

function named(parameters: Schema[], document: Document): Map<string, string> {
  return new Map(
    parameters.flatMap(({ name, in: place, schema }) =>
      [...fieldsOf(document, schema, 'readable')].map(([, fact]) => [`${place} ${name}`, fact] as const),
    ),
  );
}

function compare(what: string, theirs: Map<string, string>, ours: Map<string, string>): string[] {
  const lines: string[] = [];
  for (const [field, fact] of theirs) {
    const own = ours.get(field);
    // Below a part that is not here nothing more is said.
    if (own === undefined && !hasMissingParent(field, theirs, ours)) lines.push(`${what} ${field} is not here`);
    else if (own !== undefined && own !== fact) lines.push(`${what} ${field} is ${own} for ${fact}`);
  }
  for (const field of ours.keys())
    if (!theirs.has(field) && !hasMissingParent(field, ours, theirs)) lines.push(`${what} ${field} is ours alone`);
  return lines;
}

function hasMissingParent(field: string, of: Map<string, string>, other: Map<string, string>): boolean {
  return [...of.keys()].some(
    (parent) => (field.startsWith(`${parent}.`) || field.startsWith(`${parent}[]`)) && parent !== field && !other.has(parent),
  );
}

/** Every field of a schema by its path, with its type and what its values may be. */
function fieldsOf(document: Document, schema: Schema | undefined, use: 'readable' | 'writable'): Map<string, string> {
  const fields = new Map<string, string>();
  if (schema) collect(document, schema, '', use, fields, 0);
  return fields;
}

function collect(
  document: Document,
  referring: Schema,
  path: string,
  use: 'readable' | 'writable',
  fields: Map<string, string>,
  depth: number,
): void {
  const schema = merged(document, referring);
  if (use === 'writable' ? schema.readOnly : schema.writeOnly) return;
  if (path) fields.set(path, factOf(schema));
  if (depth > 12) return;
  for (const [name, part] of Object.entries((schema.properties ?? {}) as Schema))
    collect(document, part, path ? `${path}.${name}` : name, use, fields, depth + 1);
  if (schema.items) collect(document, schema.items, `${path}[]`, use, fields, depth + 1);
  if (!path && !schema.properties && !schema.items) fields.set('value', factOf(schema));
}

function factOf({ type, enum: values, const: only, pattern, format }: Schema): string {
  const known: unknown[] | undefined = values ?? (only === undefined ? undefined : [only]);
  const words = [known ? known.toSorted().join('|') : (type ?? 'object'), pattern?.replaceAll('\\', ''), format];
  return words.filter(Boolean).join(' ');
}

/** A schema with what it refers to, with all of `allOf`, and with what any of its variants may have. */
function merged(document: Document, referring: Schema, above: readonly string[] = []): Schema {
  const schema = resolve(document, referring);
  const within = [...above, referring.$ref].filter(Boolean);
  // A variant names the schema that it is a variant of as a part of its own.
  const parts = [...(schema.allOf ?? []), ...(schema.oneOf ?? []), ...(schema.anyOf ?? [])]
    .filter((part: Schema) => !within.includes(part.$ref))
    .map((part: Schema) => merged(document, part, within));
  if (parts.length === 0) return schema;
  const all = [schema, ...parts];
  const properties: Schema = {};
  for (const [name, property] of all.flatMap((part) => Object.entries((part.properties ?? {}) as Schema)))
    properties[name] = properties[name] && properties[name] !== property ? { anyOf: [properties[name], property] } : property;
  const values = all.flatMap((part) => part.enum ?? (part.const === undefined ? [] : [part.const]));
  return {
    ...Object.assign({}, ...parts),
    ...schema,
    type: parts.find((part) => part.type && part.type !== 'null')?.type ?? schema.type,
    ...(Object.keys(properties).length > 0 && { properties }),
    ...(values.length > 0 && { enum: [...new Set(values)] }),
  };
}

function resolve(document: Document, value: Schema): Schema {
  if (typeof value.$ref !== 'string') return value;
  const [, , kind, name] = value.$ref.split('/');
  const { $ref: _ref, ...siblings } = value;
  return { ...resolve(document, (document.components[kind!] as Schema)[name!]), ...siblings };
}
