import type { Document } from 'bson';
import { elementsOf, findElement } from '../../../src/bson/documents.ts';
import type { Collection } from './data.ts';
import { refuse } from './refusal.ts';

/** What a real server makes of the options and indexes it is given; where each rule is from stands in MongoDB's manual under the command. */

export const BUCKETS = 'system.buckets.';

/** A collation as the server lists it: with every field, in this order whatever order it came in. */
const COLLATION = {
  locale: 'simple',
  caseLevel: false,
  caseFirst: 'off',
  strength: 3,
  numericOrdering: false,
  alternate: 'non-ignorable',
  maxVariable: 'punct',
  normalization: false,
  backwards: false,
  version: '57.1',
};

function wholeCollation(given: Document | undefined): Document | undefined {
  return given && given.locale !== 'simple' ? { ...COLLATION, ...given } : undefined;
}

/** The options that `listCollections` will show. */
export function keptOptions(options: Document): Document {
  const { collation, clusteredIndex, size, ...kept } = options;
  const whole = wholeCollation(collation);
  if (whole) kept.collation = whole;
  if (clusteredIndex) kept.clusteredIndex = { v: 2, name: '_id_', ...clusteredIndex };
  // A capped collection's size is a multiple of 256.
  if (size !== undefined) kept.size = Math.ceil(Number(size) / 256) * 256;
  if (kept.capped && clusteredIndex) refuse(72, 'InvalidOptions', 'A capped collection cannot be clustered');
  return kept;
}

/** The indexes of a new collection. */
export function firstIndexes(options: Document): Document[] {
  if (options.viewOn || options.timeseries) return [];
  if (options.clusteredIndex) return [{ ...options.clusteredIndex, clustered: true }];
  return [{ v: 2, key: { _id: 1 }, name: '_id_', ...(options.collation && { collation: options.collation }) }];
}

/** An index as `listIndexes` will show it: without a collation of its own it takes the collection's. */
export function keptIndex(collection: Collection, given: Document): Document {
  const { collation = collection.options.collation, ns: _, background: __, ...index } = given;
  const whole = wholeCollation(collation);
  if (index.weights) index.weights = Object.fromEntries(Object.entries(index.weights).sort(([a], [b]) => (a < b ? -1 : 1)));
  return { v: 2, ...index, ...(whole && { collation: whole }) };
}

export function typeOf(options: Document): 'collection' | 'view' | 'timeseries' {
  return options.viewOn ? 'view' : options.timeseries ? 'timeseries' : 'collection';
}

/** Views and time series are not renamed, indexed or written to as collections are. */
export function refuseView(collection: Collection, namespace: string): void {
  if (collection.options.viewOn) refuse(166, 'CommandNotSupportedOnView', `Namespace ${namespace} is a view, not a collection`);
}

/** Whether a bucket says that a field's least and greatest value are of different types. */
export function mixesSchemas(bucket: Buffer): boolean {
  const control = findElement(bucket, 0, 'control');
  const [min, max] = control ? [findElement(bucket, control.start, 'min'), findElement(bucket, control.start, 'max')] : [];
  if (!min || !max) return false;
  return [...elementsOf(bucket, min.start)].some(({ type, name }) => (findElement(bucket, max.start, name)?.type ?? type) !== type);
}

/** Up to 8.2 a time series has its buckets in a collection beside it. */
export function keepsBucketsBeside(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major < 8 || (major === 8 && minor < 3);
}
