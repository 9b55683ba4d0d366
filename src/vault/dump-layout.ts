import { createHash } from 'node:crypto';
import { Problem } from '../errors.ts';
import type { ManifestCollection, ManifestRoot } from './manifest.ts';

/** The layout of a mongodump folder, as mongorestore reads it (the rules are mongo-tools' own). */

/** Longer escaped names are cut; 238 leaves room in the 255 bytes of a file name for `.metadata.json.gz`. */
const LONGEST_NAME = 238;
const KEPT_OF_LONG_NAME = 208;
/** `prelude.json` came with this version of mongodump; what it says about the layout is true of ours. */
const TOOL_VERSION = '100.12.0';

const FORBIDDEN_IN_DATABASE = /[/\\. "\0$]/;
const LONGEST_DATABASE = 63;

/**
 * Throws `invalid-value` unless the database is a name that a server and mongodump allow: it becomes a folder of the download as it is, so nothing may lead
 * out of there. The collection is escaped and may be anything but empty.
 */
export function checkNamespace({ database, name }: { database: string; name: string }): void {
  if (database === '' || FORBIDDEN_IN_DATABASE.test(database) || Buffer.byteLength(database) > LONGEST_DATABASE) {
    throw new Problem('invalid-value', ['the database name', `${JSON.stringify(database)} is not one that MongoDB allows`]);
  }
  if (name === '' || name.includes('\0'))
    throw new Problem('invalid-value', ['the collection name', `${JSON.stringify(name)} is empty or has a NUL`]);
}

/** The collection's file name without its ending: Go's `url.QueryEscape`, and where that is too long, its start and a hash of the name. */
export function fileStem(collection: string): string {
  const escaped = queryEscape(collection);
  if (escaped.length <= LONGEST_NAME) return escaped;
  return `${escaped.slice(0, KEPT_OF_LONG_NAME)}%24${createHash('sha1').update(collection).digest('base64url')}`;
}

function queryEscape(text: string): string {
  return encodeURIComponent(text.toWellFormed())
    .replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replace(/%20/g, '+');
}

/**
 * The collection of a file's name without its ending: Go's `url.QueryUnescape`. Null where that cannot be: the name was cut short (then it is in the
 * metadata), or is nothing that was escaped.
 */
export function collectionOfStem(stem: string): string | null {
  if (stem.length === LONGEST_NAME && stem.includes('%24')) return null;
  try {
    return decodeURIComponent(stem.replaceAll('+', ' '));
  } catch {
    return null;
  }
}

/** The paths of a collection's files within the dump; `data` is null for views, which have none. */
export function dumpFiles(collection: ManifestCollection, mongodbVersion: string): { metadata: string; data: string | null } {
  const { database, name, kind } = collection;
  const metadata = `${database}/${fileStem(name)}.metadata.json`;
  if (kind === 'view') return { metadata, data: null };
  const isInBuckets = kind === 'timeseries' && isBefore(mongodbVersion, 8, 3);
  return { metadata, data: `${database}/${fileStem(isInBuckets ? `system.buckets.${name}` : name)}.bson` };
}

/** From 8.3 on the buckets of a time series have no collection of their own. */
function isBefore(version: string, major: number, minor: number): boolean {
  const [ownMajor = 0, ownMinor = 0] = version.split('.').map(Number);
  return ownMajor < major || (ownMajor === major && ownMinor < minor);
}

/** The metadata file: one object in canonical Extended JSON, no newline. The texts go in as the server's answer was written down, keys in its order. */
export function metadataText(collection: ManifestCollection): string {
  const fields = [
    `"indexes":[${collection.indexes.join(',')}]`,
    `"collectionName":${JSON.stringify(collection.name)}`,
    `"type":${JSON.stringify(collection.kind)}`,
  ];
  if (collection.uuid) fields.splice(1, 0, `"uuid":"${collection.uuid.replaceAll('-', '').toLowerCase()}"`);
  if (collection.options !== '' && collection.options !== '{}') fields.unshift(`"options":${collection.options}`);
  return `{${fields.join(',')}}`;
}

/** Tells mongorestore which server the data is from. */
export function preludeText(mongodbVersion: string): string {
  return JSON.stringify({ ServerVersion: mongodbVersion, ToolVersion: TOOL_VERSION });
}

/** What the download says about itself, with a checksum for every file of data and metadata. mongorestore skips it. */
export function manifestText(root: ManifestRoot): string {
  const collections = root.collections.map((collection) => {
    const files = dumpFiles(collection, root.mongodbVersion);
    const metadata = { file: files.metadata, sha256: createHash('sha256').update(metadataText(collection)).digest('hex') };
    const { documents, bytes, sha256 } = collection.totals;
    const data = files.data === null ? null : { file: files.data, documents, bytes, sha256 };
    return { database: collection.database, name: collection.name, kind: collection.kind, readOrder: collection.readOrder, metadata, data };
  });
  const { snapshotId, clusterName, mongodbVersion, topology, startedAt, finishedAt, consistency } = root;
  const totals = { collections: root.totals.collections, documents: root.totals.documents, bytes: root.totals.logicalBytes };
  const about = { format: 1, snapshotId, clusterName, mongodbVersion, topology, startedAt, finishedAt, consistency, totals };
  return `${JSON.stringify({ ...about, collections }, null, 2)}\n`;
}
