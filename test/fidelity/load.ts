import { EJSON } from 'bson';
import { type Document, MongoClient } from 'mongodb';
import { entriesOf } from '../../src/bson/extended-json.ts';
import { documentSequence } from '../../src/engine/document-sequence.ts';
import { COLLECTIONS, type CorpusDocument, IDS, INDEXES, LARGE, NAMES, SHAPES, TYPES } from './corpus.ts';

const DATABASE = 'fidelity';

/** A server that breaks a connection over what it cannot read is back at once: the driver need not wait its half second. */
const QUICK = { minHeartbeatFrequencyMS: 10, heartbeatFrequencyMS: 500 };

/** What of the corpus a server does not keep as it was given: proven by putting it in and reading it back, never looked up. */
export interface Unsupported {
  documents: string[];
  names: string[];
  collections: string[];
  indexes: string[];
}

/** Loads into the deployment all of the corpus that it keeps, in two databases; answers what it does not. */
export async function loadCorpus(uri: string): Promise<Unsupported> {
  const client = new MongoClient(uri, QUICK);
  try {
    const unsupported: Unsupported = { documents: [], names: [], collections: [], indexes: [] };
    for (const [name, documents] of Object.entries({ types: TYPES, shapes: SHAPES, ids: IDS, large: LARGE })) {
      unsupported.documents.push(...(await loadDocuments(client, name, documents)));
    }
    for (const name of NAMES) if (!(await loadName(client, name))) unsupported.names.push(name);
    await client
      .db(DATABASE)
      .collection<Document>('base')
      .insertMany([1, 2, 3].map((n) => ({ _id: n as never, n })));
    for (const { what, options } of COLLECTIONS) if (!(await loadCollection(client, what, options))) unsupported.collections.push(what);
    for (const index of INDEXES) if (!(await loadIndex(client, index))) unsupported.indexes.push(index.name);
    await client.db(DATABASE).createCollection('empty');
    return unsupported;
  } finally {
    await client.close();
  }
}

/** Documents as they are, without a driver that decodes or checks them. */
export async function insertRaw(client: MongoClient, collection: string, bytes: Buffer, database = DATABASE): Promise<void> {
  const reply = await client.db(database).command({ insert: collection, documents: documentSequence('documents', bytes) });
  if (reply.writeErrors) throw new Error(JSON.stringify(reply.writeErrors));
}

export async function readRaw(client: MongoClient, collection: string, database = DATABASE): Promise<Buffer[]> {
  const found = await client.db(database).collection(collection).find({}, { raw: true, batchSize: 2 }).toArray();
  return (found as unknown as Uint8Array[]).map((bytes) => Buffer.from(bytes));
}

async function loadDocuments(client: MongoClient, collection: string, documents: readonly CorpusDocument[]): Promise<string[]> {
  const kept = new Set<CorpusDocument>();
  for (const one of documents) {
    const scratch = `scratch-${collection}`;
    const isKept = await insertRaw(client, scratch, one.bytes)
      .then(() => readRaw(client, scratch))
      .then(([found]) => found?.equals(one.bytes) === true)
      .catch(() => false);
    if (isKept) kept.add(one);
    await client
      .db(DATABASE)
      .dropCollection(scratch)
      .catch(() => {});
  }
  // An `_id` can be equal to an earlier one: some servers compare Decimal128 as a double.
  for (const one of kept) await insertRaw(client, collection, one.bytes).catch(() => kept.delete(one));
  return documents.filter((one) => !kept.has(one)).map(({ what }) => what);
}

async function loadName(client: MongoClient, name: string): Promise<boolean> {
  try {
    await client
      .db('names')
      .collection<Document>(name)
      .insertOne({ _id: name as never });
    return (await client.db('names').listCollections().toArray()).some((info) => info.name === name);
  } catch {
    return false;
  }
}

/** Made, and listed with every option that was given. */
async function loadCollection(client: MongoClient, name: string, options: Document): Promise<boolean> {
  const db = client.db(DATABASE);
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

async function loadIndex(client: MongoClient, index: Document): Promise<boolean> {
  const db = client.db(DATABASE);
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
