import { serialize } from 'bson';
import { entriesOf, extendedJson, parseExtendedJson } from '../bson/extended-json.ts';
import type { ManifestCollection } from './manifest.ts';

/** What a `.metadata.json` of mongodump says (shared by all its versions; what is left out is the default). */
export interface DumpMetadata extends Pick<ManifestCollection, 'kind' | 'options' | 'indexes' | 'uuid'> {
  collectionName?: string;
}

/** A `.bson` without metadata is a collection without options. */
export const NO_METADATA: DumpMetadata = { kind: 'collection', options: '{}', indexes: [] };

/** Reads the text; numbers may be canonical or relaxed. Throws a sentence on anything else. */
export function parseMetadata(text: string): DumpMetadata {
  if (text.trim() === '') return NO_METADATA;
  const fields = new Map(entriesOf(parseExtendedJson(text)));
  const { options = {}, indexes = [], uuid, collectionName, type = 'collection' } = Object.fromEntries(fields);
  if (!isDocument(options)) throw new TypeError('the options are not a document');
  if (!Array.isArray(indexes) || !indexes.every(isDocument)) throw new TypeError('the indexes are not a list of documents');
  if (type !== 'collection' && type !== 'view' && type !== 'timeseries') throw new TypeError(`the type ${JSON.stringify(type)} is unknown`);
  if (uuid !== undefined && !(typeof uuid === 'string' && /^[0-9a-f]{32}$/i.test(uuid.replaceAll('-', '')))) {
    throw new TypeError('the UUID is none');
  }
  if (collectionName !== undefined && typeof collectionName !== 'string') throw new TypeError('the name of the collection is not text');
  return {
    kind: type,
    options: canonical(options),
    indexes: indexes.map(canonical),
    ...(uuid !== undefined && { uuid: String(uuid) }),
    ...(collectionName !== undefined && { collectionName }),
  };
}

function isDocument(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !('_bsontype' in value);
}

/** Canonical Extended JSON, keys in the order of the text. */
function canonical(document: object): string {
  return extendedJson(Buffer.from(serialize(document)));
}
