import { Int32 } from 'bson';
import type { Document } from 'mongodb';
import { entriesOf, parseExtendedJson } from '../bson/extended-json.ts';

/**
 * What to send to `createIndexes` and `create` for what a snapshot holds, and whether what the target then has is the same. Nothing here talks to a server.
 * The rules and where they come from are in docs/restore-rules.md.
 */

/** So far away that nothing expires while the restored data is being proven (68 years; the greatest value that servers accept). */
export const NEVER_EXPIRES = 2_147_483_647;

/** Fields of `listIndexes` that `createIndexes` must not get: `v` is the server's own choice, `ns` and `background` are gone from new servers, `clustered` comes with the collection. */
const NOT_SENT = new Set(['v', 'ns', 'background', 'clustered']);

export interface IndexSpec {
  name: string;
  /** Whether it deletes documents by age. */
  expires: boolean;
  /** What to send. */
  specification: Document;
  /** As the snapshot has it: the text. */
  text: string;
}

/** The indexes that have to be built: all but the one on `_id` that every collection has, or that a clustered collection is. */
export function indexSpecs(indexes: readonly string[], collectionOptions: string): IndexSpec[] {
  const collectionHasCollation = hasCollation(parseExtendedJson(collectionOptions));
  return indexes.flatMap((text) => {
    const index = parseExtendedJson(text);
    if (isIdIndex(index)) return [];
    const specification = Object.fromEntries(entriesOf(index).filter(([field]) => !NOT_SENT.has(field)));
    // An index without a collation inherits the collection's, and the snapshot's index without one has none.
    if (collectionHasCollation && !specification.collation) specification.collation = { locale: 'simple' };
    return [{ name: String(index.name), expires: specification.expireAfterSeconds !== undefined, specification, text }];
  });
}

/** Whether these indexes, each as canonical Extended JSON, have the one on `_id` (which a clustered collection is). */
export function hasIdIndex(indexes: readonly string[]): boolean {
  return indexes.some((text) => isIdIndex(parseExtendedJson(text)));
}

function isIdIndex(index: Document): boolean {
  const keys = entriesOf(index.key ?? {});
  return keys.length === 1 && keys[0]![0] === '_id' && Math.abs(Number(keys[0]![1])) === 1;
}

function hasCollation(options: Document): boolean {
  return options.collation !== undefined && options.collation.locale !== 'simple';
}

/** The specification with its expiry put off until the data is proven. */
export function withoutExpiry(spec: IndexSpec): Document {
  return spec.expires ? { ...spec.specification, expireAfterSeconds: new Int32(NEVER_EXPIRES) } : spec.specification;
}

/** Options of `listCollections` that `create` does not take from us: the servers' own marks, and what is the default or gone. */
const OPTIONS_NOT_SENT = new Set(['autoIndexId', 'flags', 'idIndex', 'uuid', 'temp']);

/** Options that only make sense together: one of them alone is refused whatever the server knows. */
const TOGETHER: readonly (readonly string[])[] = [
  ['capped', 'size', 'max'],
  ['validator', 'validationLevel', 'validationAction'],
  ['viewOn', 'pipeline'],
];

/** The options in the groups that a server takes or refuses as one. */
export function optionGroups(options: Document): Document[] {
  const groups = new Map<string, Document>();
  for (const [name, value] of entriesOf(options)) {
    const key = TOGETHER.find((together) => together.includes(name))?.[0] ?? name;
    groups.set(key, { ...groups.get(key), [name]: value });
  }
  return [...groups.values()];
}

/** The options to create the staging with. The expiry of a clustered collection or a time series acts at once, so it is set after the swap. */
export function createOptions(options: string): { options: Document; expireAfterSeconds: unknown } {
  const entries = entriesOf(parseExtendedJson(options)).filter(([name]) => !OPTIONS_NOT_SENT.has(name));
  const all = Object.fromEntries(entries);
  if (!all.clusteredIndex && !all.timeseries) return { options: all, expireAfterSeconds: undefined };
  const { expireAfterSeconds, ...rest } = all;
  return { options: rest, expireAfterSeconds };
}

/** Fields that a server fills in or leaves out as it likes when they have this value. */
const DEFAULTS: Readonly<Record<string, string>> = {
  capped: 'false',
  unique: 'false',
  sparse: 'false',
  hidden: 'false',
  validationLevel: '"strict"',
  validationAction: '"error"',
  changeStreamPreAndPostImages: '{"enabled":false}',
  collation: '{"locale":"simple"}',
  validator: '{}',
  pipeline: '[]',
};

/** What is different between the options of the snapshot and those of the target's collection, as the names of the options. */
export function differentOptions(expected: string, actual: string): string[] {
  return differentFields(parseExtendedJson(expected), parseExtendedJson(actual), OPTIONS_NOT_SENT);
}

/**
 * What is different between the indexes of the snapshot and those of a collection of the target, one text each. The `ages` of a staging are put off;
 * in the end they are the snapshot's.
 */
export function differentIndexes(
  expected: readonly IndexSpec[],
  actual: readonly string[],
  ages: 'put off' | 'true' = 'put off',
): string[] {
  const found = new Map(actual.map((text) => [String(parseExtendedJson(text).name), text]));
  const differences: string[] = [];
  for (const spec of expected) {
    const text = found.get(spec.name);
    if (!text) differences.push(`index ${spec.name} is missing`);
    else
      differences.push(
        ...differentFields(ages === 'true' ? spec.specification : withoutExpiry(spec), parseExtendedJson(text), NOT_SENT).map(
          (field) => `${field} of index ${spec.name}`,
        ),
      );
  }
  const wanted = new Set(expected.map((spec) => spec.name));
  for (const [name, text] of found)
    if (!wanted.has(name) && !isIdIndex(parseExtendedJson(text))) differences.push(`index ${name} is one too many`);
  return differences;
}

function differentFields(expected: Document, actual: Document, ignored: ReadonlySet<string>): string[] {
  const names = new Set([...entriesOf(expected), ...entriesOf(actual)].map(([name]) => name));
  const sides = [new Map(entriesOf(expected)), new Map(entriesOf(actual))];
  return [...names].filter((name) => {
    if (ignored.has(name)) return false;
    const [left, right] = sides.map((side) => comparable(name, side.get(name)));
    return left !== right;
  });
}

function comparable(name: string, value: unknown): string {
  const text = name === 'weights' ? sortedText(value) : plainText(value);
  // Servers round the size of a capped collection up to a multiple of 256.
  if (name === 'size' && /^\d+$/.test(text)) return String(Math.ceil(Number(text) / 256) * 256);
  return text === DEFAULTS[name] ? '' : text;
}

/** A value as text in which numbers are equal when they are equal, whatever their BSON type: servers store 1, 1.0 and NumberLong(1) as they like. */
function plainText(value: unknown): string {
  if (value === undefined) return '';
  if (Array.isArray(value)) return `[${value.map(plainText).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const type = (value as { _bsontype?: string })._bsontype;
  if (type === 'Int32' || type === 'Long' || type === 'Double') return String(value);
  if (type || value instanceof Date) return JSON.stringify({ type: type ?? 'Date', value });
  return `{${entriesOf(value)
    .map(([key, inner]) => `${JSON.stringify(key)}:${plainText(inner)}`)
    .join(',')}}`;
}

function sortedText(value: unknown): string {
  if (value === null || typeof value !== 'object') return plainText(value);
  return plainText(Object.fromEntries(entriesOf(value).sort(([a], [b]) => (a < b ? -1 : 1))));
}
