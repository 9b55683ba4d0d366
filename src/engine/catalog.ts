import { type Document, deserialize } from 'bson';
import { documentLength, findElement, stringValue, TYPES } from '../bson/documents.ts';
import { extendedJson } from '../bson/extended-json.ts';
import { inParallel } from '../in-parallel.ts';
import { runsOfBatch } from './cursor-reply.ts';
import { databaseOf } from './databases.ts';
import type { Deployment } from './deployment.ts';
import { CODES, hasCode } from './errors.ts';
import { isOwnCollection, isServerDatabase, isSystemCollection } from './namespaces.ts';
import { persistently } from './persistently.ts';
import { RawCursor } from './raw-cursor.ts';

export type CollectionKind = 'collection' | 'view' | 'timeseries';

/** A collection, view or time series as the server describes it. */
export interface CatalogCollection {
  database: string;
  name: string;
  kind: CollectionKind;
  /** The options of `listCollections` as canonical Extended JSON. */
  options: string;
  /** Each index of `listIndexes` as canonical Extended JSON, `_id_` included; none for views. */
  indexes: string[];
  /** 32 hexadecimal digits, where the server gives collections one. */
  uuid?: string;
  /** What the server's own books say; 0 when it does not say. */
  estimatedDocuments: number;
  estimatedBytes: number;
  /** `id` where a cursor over the `_id` index that begins at a bound was proven to work. */
  readOrder: 'id' | 'natural';
}

/** How many collections, or databases, are asked about at once. */
const AT_ONCE = 16;

/**
 * Everything in the deployment but the server's own databases and collections, Lifeboat's own stagings and what `exclude` names,
 * sorted by database and name. A collection that is dropped meanwhile is left out. `sizes: false`: nobody needs to know how large they are.
 */
export async function readCatalog(
  d: Deployment,
  o: { exclude?: (database: string, collection: string) => boolean; sizes?: boolean; signal?: AbortSignal } = {},
): Promise<CatalogCollection[]> {
  const read = async () => {
    const listed = await inParallel(AT_ONCE, await listDatabases(d), (database) => listCollections(d, database), o.signal);
    const wanted = listed.flat().filter((c) => !isSystemCollection(c.name) && !isOwnCollection(c.name) && !o.exclude?.(c.database, c.name));
    const described = await inParallel(AT_ONCE, wanted, (c) => describe(d, c, o.sizes ?? true), o.signal);
    const catalog = described.filter((c) => c !== null).sort(byNamespace);
    if (await knowsBounds(d, catalog)) for (const c of catalog) if (hasIdOrder(c)) c.readOrder = 'id';
    return catalog;
  };
  // At the end of a snapshot too: a connection that breaks then must not cost all that was read.
  return persistently('for its list of collections', read, o);
}

function byNamespace(a: CatalogCollection, b: CatalogCollection): number {
  const [left, right] = [`${a.database}\0${a.name}`, `${b.database}\0${b.name}`];
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Every database of the deployment but the server's own. */
export async function listDatabases(d: Deployment): Promise<string[]> {
  if (d.database !== undefined) return [d.database];
  const answer = await d.client.db('admin').command({ listDatabases: 1, nameOnly: true });
  return (answer.databases as { name: string }[]).map((database) => database.name).filter((name) => !isServerDatabase(name));
}

/** A collection as `listCollections` has it, before its indexes and sizes are known. */
export type Listed = Pick<CatalogCollection, 'database' | 'name' | 'kind' | 'options' | 'uuid'>;

/** What `listCollections` says of one database; server's and own collections included. */
export async function listCollections(d: Deployment, database: string, filter: Document = {}): Promise<Listed[]> {
  const listed: Listed[] = [];
  for (const bytes of await documentsOf(d, database, { listCollections: 1, filter, nameOnly: false })) {
    const name = findElement(bytes, 0, 'name');
    if (name?.type !== TYPES.string) continue;
    const options = findElement(bytes, 0, 'options');
    listed.push({
      database,
      name: stringValue(bytes, name),
      kind: kindOf(bytes),
      options: options?.type === TYPES.document ? extendedJson(bytes, options.start) : '{}',
      uuid: uuidOf(bytes),
    });
  }
  return listed;
}

function kindOf(bytes: Buffer): CollectionKind {
  const type = findElement(bytes, 0, 'type');
  const text = type?.type === TYPES.string ? stringValue(bytes, type) : 'collection';
  return text === 'view' || text === 'timeseries' ? text : 'collection';
}

function uuidOf(bytes: Buffer): string | undefined {
  const info = findElement(bytes, 0, 'info');
  const uuid = info?.type === TYPES.document ? findElement(bytes, info.start, 'uuid') : null;
  // A binary value is an int32 length, a subtype (4: UUID) and the bytes.
  return uuid?.type === TYPES.binary && bytes[uuid.start + 4] === 4 ? bytes.toString('hex', uuid.start + 5, uuid.end) : undefined;
}

/** The indexes of a collection as canonical Extended JSON, each document as the server sends it. */
export async function listIndexes(d: Deployment, c: { database: string; name: string }): Promise<string[]> {
  return (await documentsOf(d, c.database, { listIndexes: c.name })).map((bytes) => extendedJson(bytes));
}

async function describe(d: Deployment, c: Listed, sizes: boolean): Promise<CatalogCollection | null> {
  if (c.kind === 'view') return { ...c, indexes: [], estimatedDocuments: 0, estimatedBytes: 0, readOrder: 'natural' };
  try {
    const [indexes, size] = await Promise.all([listIndexes(d, c), sizes ? estimate(d, c) : UNKNOWN_SIZE]);
    return { ...c, indexes, ...size, readOrder: 'natural' };
  } catch (error) {
    if (hasCode(error, CODES.namespaceNotFound)) return null;
    throw error;
  }
}

const UNKNOWN_SIZE = { estimatedDocuments: 0, estimatedBytes: 0 };

/** Sizes for progress and forecasts only: a server that cannot tell them is no reason to fail. */
async function estimate(d: Deployment, c: Listed): Promise<{ estimatedDocuments: number; estimatedBytes: number }> {
  const db = databaseOf(d.client, c.database);
  const stats = await db.command({ collStats: c.name }).catch(() => null);
  if (stats) return { estimatedDocuments: countOf(stats.count), estimatedBytes: countOf(stats.size) };
  const counted = await db.command({ count: c.name }).catch(() => null);
  return { estimatedDocuments: countOf(counted?.n), estimatedBytes: 0 };
}

function countOf(value: unknown): number {
  const number = Number(value);
  return Number.isFinite(number) && number > 0 ? number : 0;
}

/** Capped collections are read and written in their own order; without an index on `_id` there is none to follow. */
function hasIdOrder(c: CatalogCollection): boolean {
  return (
    c.kind === 'collection' &&
    !c.options.includes('"capped":true') &&
    c.indexes.some((index) => index.includes('"key":{"_id":{"$numberInt":"1"}}'))
  );
}

/** What was found out about a deployment, for as long as the connection to it lasts. */
const BOUNDS = new WeakMap<Deployment, boolean>();

async function knowsBounds(d: Deployment, catalog: CatalogCollection[]): Promise<boolean> {
  const known = BOUNDS.get(d);
  if (known !== undefined) return known;
  const found = await startsAtBound(d, catalog);
  if (found !== null) BOUNDS.set(d, found);
  return found ?? false;
}

/** How many collections the probe tries to find one with two documents. */
const PROBES = 5;

/**
 * Whether a cursor can begin at an `_id`: some servers ignore `min` without an error, so the answer is in what they return. Asked of a collection
 * that has two documents; where there is none, nothing needs an order, and the answer is null.
 */
async function startsAtBound(d: Deployment, catalog: CatalogCollection[]): Promise<boolean | null> {
  // The smallest first: a server that does not use the index sorts all of it in memory. What has no estimate may be empty, or large: it comes last.
  const size = ({ estimatedDocuments }: CatalogCollection) => estimatedDocuments || Number.POSITIVE_INFINITY;
  const candidates = catalog.filter((c) => hasIdOrder(c) && c.estimatedDocuments !== 1).sort((a, b) => size(a) - size(b) || 0);
  for (const c of candidates.slice(0, PROBES)) {
    const ordered = { find: c.name, filter: {}, projection: { _id: 1 }, hint: { _id: 1 }, sort: { _id: 1 }, singleBatch: true };
    try {
      const [first, second] = await documentsOf(d, c.database, { ...ordered, limit: 2 });
      if (!first || !second) continue;
      const bound = deserialize(second, { promoteValues: false, bsonRegExp: true });
      const [found] = await documentsOf(d, c.database, { ...ordered, min: bound, limit: 1 });
      return found?.equals(second) === true && !first.equals(second);
    } catch {
      return false;
    }
  }
  return null;
}

/** All documents that a command with a cursor answers, each in a buffer of its own. For lists, not for data. */
async function documentsOf(d: Deployment, database: string, command: Document): Promise<Buffer[]> {
  const cursor = new RawCursor(await d.node({ primary: true }), database, command, { sessions: d.sessions });
  const documents: Buffer[] = [];
  try {
    for (let batch = await cursor.next(); batch; batch = await cursor.next()) {
      for (const { bytes } of runsOfBatch(batch)) {
        for (let start = 0; start < bytes.length; start += documentLength(bytes, start)) {
          documents.push(bytes.subarray(start, start + documentLength(bytes, start)));
        }
      }
    }
    return documents;
  } finally {
    await cursor.close();
  }
}
