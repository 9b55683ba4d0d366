import { createHash } from 'node:crypto';
import { MongoClient } from 'mongodb';
import { countDocuments, elementsOf, findElement, stringValue } from '../../src/bson/documents.ts';
import { extendedJson } from '../../src/bson/extended-json.ts';
import { document, element } from './bson-bytes.ts';
import { readRaw } from './load.ts';

/** A namespace as a deployment shows it to any client: what must be equal before and after. */
export interface Picture {
  type: string;
  documents: number;
  /** Over all documents byte for byte: of a capped collection in their order, else sorted. */
  sha256: string;
  options: string;
  indexes: string[];
}

const SERVER_DATABASES = new Set(['admin', 'local', 'config']);

/** Everything in a deployment, or in one database of it, read by the driver: by namespace. */
export async function pictureOf(uri: string, only?: string): Promise<Record<string, Picture>> {
  const client = new MongoClient(uri);
  try {
    const pictures: Record<string, Picture> = {};
    const { databases } = await client.db('admin').command({ listDatabases: 1, nameOnly: true });
    for (const { name: database } of databases as { name: string }[]) {
      if (only === undefined ? SERVER_DATABASES.has(database) : database !== only) continue;
      for (const bytes of await raw(client.db(database).listCollections({}, { nameOnly: false, raw: true }))) {
        const [name, picture] = await pictureOfOne(client, database, bytes);
        pictures[`${database}.${name}`] = picture;
      }
    }
    return pictures;
  } finally {
    await client.close();
  }
}

async function pictureOfOne(client: MongoClient, database: string, listed: Buffer): Promise<[string, Picture]> {
  const name = textOf(listed, 'name') ?? '';
  const type = textOf(listed, 'type') ?? 'collection';
  const options = findElement(listed, 0, 'options');
  const documents = type === 'collection' ? await readRaw(client.db(database), name) : [];
  if (options && !findElement(listed, options.start, 'capped')) documents.sort(Buffer.compare);
  const hash = createHash('sha256');
  for (const one of documents) hash.update(one);
  const indexes = type === 'view' ? [] : await raw(client.db(database).collection(name).listIndexes({ raw: true }));
  const picture = {
    type,
    documents: documents.reduce((sum, one) => sum + countDocuments(one), 0),
    sha256: hash.digest('hex'),
    options: options ? fieldsOf(listed, options.start).join() : '',
    indexes: indexes.map((one) => fieldsOf(one, 0).join()).sort(),
  };
  return [name, picture];
}

function textOf(bytes: Buffer, field: string): string | undefined {
  const found = findElement(bytes, 0, field);
  return found ? stringValue(bytes, found) : undefined;
}

/** The fields of an option or an index have no order of their own; what is inside them has. */
function fieldsOf(bytes: Buffer, start: number): string[] {
  const fields = [...elementsOf(bytes, start)].filter(({ name }) => name !== 'ns' && name !== 'uuid');
  return fields.map(({ type, name, start, end }) => extendedJson(document(element(type, name, bytes.subarray(start, end))))).sort();
}

async function raw(cursor: { toArray(): Promise<unknown[]> }): Promise<Buffer[]> {
  return (await cursor.toArray()).map((bytes) => Buffer.from(bytes as Uint8Array));
}
