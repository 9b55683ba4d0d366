import { EJSON } from 'bson';
import { type Db, type Document, MongoClient } from 'mongodb';
import { entriesOf } from '../../src/bson/extended-json.ts';
import { documentSequence } from '../../src/engine/document-sequence.ts';
import { COLLECTIONS, type CorpusDocument, IDS, INDEXES, LARGE, NAMES, SHAPES, TYPES } from './corpus.ts';

/** A server that breaks a connection over what it cannot read is back at once: the driver need not wait its half second. */
const QUICK = { minHeartbeatFrequencyMS: 10, heartbeatFrequencyMS: 500 };

/** What of the corpus a server does not keep as it was given: proven by putting it in and reading it back, never looked up. */
export interface Unsupported {
  documents: string[];
  names: string[];
  collections: string[];
  indexes: string[];
}

/** Loads into the deployment all of the corpus that it keeps, in two databases, or in the one that is named; answers what it does not. */
export async function loadCorpus(uri: string, { only, large = true }: { only?: string; large?: boolean } = {}): Promise<Unsupported> {
  const client = new MongoClient(uri, QUICK);
  const [db, named] = [client.db(only ?? 'fidelity'), client.db(only ?? 'names')];
  try {
    const unsupported: Unsupported = { documents: [], names: [], collections: [], indexes: [] };
    for (const [name, documents] of Object.entries({ types: TYPES, shapes: SHAPES, ids: IDS, ...(large && { large: LARGE }) })) {
      unsupported.documents.push(...(await loadDocuments(db, name, documents)));
    }
    for (const name of NAMES) if (!(await loadName(named, name))) unsupported.names.push(name);
    await db.collection<Document>('base').insertMany([1, 2, 3].map((n) => ({ _id: n as never, n })));
    for (const { what, options } of COLLECTIONS) if (!(await loadCollection(db, what, options))) unsupported.collections.push(what);
    for (const index of INDEXES) if (!(await loadIndex(db, index))) unsupported.indexes.push(index.name);
    await db.createCollection('empty');
    return unsupported;
  } finally {
    await client.close();
  }
}

/** Documents as they are, without a driver that decodes or checks them. */
export async function insertRaw(db: Db, collection: string, bytes: Buffer): Promise<void> {
  const reply = await db.command({ insert: collection, documents: documentSequence('documents', bytes) });
  if (reply.writeErrors) throw new Error(JSON.stringify(reply.writeErrors));
}

export async function readRaw(db: Db, collection: string): Promise<Buffer[]> {
  const found = await db.collection(collection).find({}, { raw: true, batchSize: 2 }).toArray();
  return (found as unknown as Uint8Array[]).map((bytes) => Buffer.from(bytes));
}

async function loadDocuments(db: Db, collection: string, documents: readonly CorpusDocument[]): Promise<string[]> {
  const kept = new Set<CorpusDocument>();
  for (const one of documents) {
    const scratch = `scratch-${collection}`;
    const isKept = await insertRaw(db, scratch, one.bytes)
      .then(() => readRaw(db, scratch))
      .then(([found]) => found?.equals(one.bytes) === true)
      .catch(() => false);
    if (isKept) kept.add(one);
    await db.dropCollection(scratch).catch(() => {});
  }
  // An `_id` can be equal to an earlier one: some servers compare Decimal128 as a double.
  for (const one of kept) await insertRaw(db, collection, one.bytes).catch(() => kept.delete(one));
  return documents.filter((one) => !kept.has(one)).map(({ what }) => what);
}

async function loadName(db: Db, name: string): Promise<boolean> {
  try {
    await db.collection<Document>(name).insertOne({ _id: name as never });
    return (await db.listCollections().toArray()).some((info) => info.name === name);
  } catch {
    return false;
  }
}

/** Made, and listed with every option that was given. */
async function loadCollection(db: Db, name: string, options: Document): Promise<boolean> {
  try {
    await db.command({ create: name, ...options });
    const info = (await db.listCollections({}, { nameOnly: false }).toArray()).find((one) => one.name === name) as Document | undefined;
    const { collation, clusteredIndex, ...plain } = options;
    const isKept =
      holds(info?.options, plain) &&
      (!collation || info?.options.collation?.locale === collation.locale) &&
      (!clusteredIndex || info?.options.clusteredIndex?.unique === true) &&
      (info?.type === 'view') === (options.viewOn !== undefined);
    if (!isKept) await db.dropCollection(name);
    else if (!options.viewOn)
      await db.collection<Document>(name).insertMany(Array.from({ length: 20 }, (_, n) => ({ _id: (20 - n) as never, a: 'x' })));
    return isKept;
  } catch {
    await db.dropCollection(name).catch(() => {});
    return false;
  }
}

async function loadIndex(db: Db, index: Document): Promise<boolean> {
  try {
    await db.command({ createIndexes: 'indexed', indexes: [index] });
    const listed = (await db.collection('indexed').listIndexes().toArray()).find(({ name }) => name === index.name) as Document | undefined;
    const { key, collation, ...options } = index;
    const isKept =
      holds(listed, options) &&
      JSON.stringify(Object.keys(listed!.key).sort()) ===
        JSON.stringify(
          entriesOf(key)
            .map(([field]) => field)
            .sort(),
        ) &&
      (!collation || listed!.collation?.locale === collation.locale);
    if (!isKept) await db.command({ dropIndexes: 'indexed', index: index.name });
    return isKept;
  } catch {
    return false;
  }
}

function holds(found: Document | undefined, wanted: Document): boolean {
  return Object.entries(wanted).every(([name, value]) => EJSON.stringify(found?.[name]) === EJSON.stringify(value));
}
