import { randomBytes } from 'node:crypto';
import { serialize } from 'bson';
import { Binary, type Document, Long, type MongoClient, MongoServerError } from 'mongodb';
import { documentLength, elementsOf } from '../../src/bson/documents.ts';
import type { Deployment } from '../../src/engine/deployment.ts';

interface FakeCollection {
  type: 'collection' | 'view' | 'timeseries';
  options: Document;
  uuid: Buffer;
  indexes: Document[];
  documents: Buffer[];
}

/**
 * A MongoDB in memory, for the commands that the engine sends: views, TTL indexes, `collMod`, UUIDs, `dropTarget` and the refusals of a real server
 * (https://www.mongodb.com/docs/manual/reference/command/), which the servers that tests can run here do not have.
 */
export class FakeMongo {
  readonly databases = new Map<string, Map<string, FakeCollection>>();
  /** Whether it can be told so; servers without SERVER-88750 cannot. */
  keepsEmptyTimestamps = true;

  deployment(): Deployment {
    const client = { db: (name: string) => ({ command: (command: Document) => this.#run(name, command) }) } as unknown as MongoClient;
    const limits = { maxWriteBatchSize: 100_000, maxMessageSizeBytes: 48_000_000, maxBsonObjectSize: 16_777_216 };
    return {
      ...{
        address: 'fake:27017',
        version: '7.0.5',
        majorVersion: '7.0',
        topology: 'replicaSet',
        product: 'mongodb',
        limits,
        sessions: false,
      },
      client,
      node: async () => client,
      close: async () => {},
    };
  }

  make(database: string, name: string, o: Partial<FakeCollection> & { docs?: Document[] } = {}): FakeCollection {
    const { docs = [], ...rest } = o;
    const indexes = [{ v: 2, key: { _id: 1 }, name: '_id_' }];
    const made: FakeCollection = { type: 'collection', options: {}, uuid: randomBytes(16), indexes, documents: docs.map(bson), ...rest };
    if (!this.databases.has(database)) this.databases.set(database, new Map());
    this.databases.get(database)!.set(name, made);
    return made;
  }

  async #run(database: string, command: Document): Promise<Document> {
    await Promise.resolve();
    const name = Object.keys(command)[0]!;
    const handler = this.#handlers[name];
    if (!handler) throw failure(59, `no such command: '${name}'`);
    return handler(database, command);
  }

  readonly #handlers: Record<string, (database: string, command: Document) => Document> = {
    listDatabases: () => ({ ok: 1, databases: [...this.databases].filter(([, all]) => all.size > 0).map(([name]) => ({ name })) }),
    listCollections: (database, { filter }) => {
      const wanted = filter?.name?.$in as string[] | undefined;
      const found = [...(this.databases.get(database) ?? [])].filter(([name]) => !wanted || wanted.includes(name));
      return cursor(
        `${database}.$cmd.listCollections`,
        found.map(([name, c]) => listed(name, c)),
      );
    },
    listIndexes: (database, { listIndexes }) => cursor(`${database}.${listIndexes}`, this.#get(database, listIndexes).indexes),
    collStats: (database, { collStats }) => {
      const { documents } = this.#get(database, collStats);
      return { ok: 1, count: documents.length, size: documents.reduce((sum, one) => sum + one.length, 0) };
    },
    find: (database, { find }) => cursor(`${database}.${find}`, this.#get(database, find, true)?.documents ?? []),
    create: (database, { create, writeConcern: _, ...options }) => {
      if (this.databases.get(database)?.has(create)) throw failure(48, `Collection ${database}.${create} already exists.`);
      const type = options.viewOn ? 'view' : options.timeseries ? 'timeseries' : 'collection';
      const made = this.make(database, create, { type, options });
      if (type === 'timeseries') Object.assign(made, { indexes: [] });
      if (type === 'timeseries') this.make(database, `system.buckets.${create}`);
      if (options.clusteredIndex) made.indexes = [{ ...options.clusteredIndex, clustered: true }];
      return { ok: 1 };
    },
    drop: (database, { drop }) => {
      this.#get(database, drop);
      this.databases.get(database)!.delete(drop);
      this.databases.get(database)!.delete(`system.buckets.${drop}`);
      return { ok: 1 };
    },
    renameCollection: (_, { renameCollection, to, dropTarget }) => this.#rename(renameCollection, to, dropTarget === true),
    insert: (database, { insert, documents, bypassEmptyTsReplacement }) => {
      if (bypassEmptyTsReplacement !== undefined && !this.keepsEmptyTimestamps)
        throw failure(40415, "BSON field 'insert.bypassEmptyTsReplacement' is an unknown field.");
      const c = this.#get(database, insert, true) ?? this.make(database, insert);
      const before = c.documents.length;
      c.documents.push(...sequenceDocuments(documents).map((one) => (bypassEmptyTsReplacement ? one : withTime(one))));
      return { ok: 1, n: c.documents.length - before };
    },
    createIndexes: (database, { createIndexes, indexes }) => {
      const c = this.#get(database, createIndexes);
      for (const index of indexes) {
        const same = c.indexes.find((one) => one.name === index.name);
        if (same && String(same.expireAfterSeconds) !== String(index.expireAfterSeconds))
          throw failure(85, `Index ${index.name} already exists with different options`);
        if (!same) c.indexes.push({ v: 2, ...index });
      }
      return { ok: 1 };
    },
    collMod: (database, { collMod, index, expireAfterSeconds }) => {
      const c = this.#get(database, collMod);
      if (expireAfterSeconds !== undefined) c.options = { ...c.options, expireAfterSeconds };
      if (!index) return { ok: 1 };
      const found = c.indexes.find((one) => one.name === index.name);
      if (!found) throw failure(27, `cannot find index ${index.name}`);
      found.expireAfterSeconds = index.expireAfterSeconds;
      return { ok: 1 };
    },
    killCursors: () => ({ ok: 1 }),
  };

  #get(database: string, name: string): FakeCollection;
  #get(database: string, name: string, optional: true): FakeCollection | undefined;
  #get(database: string, name: string, optional = false): FakeCollection | undefined {
    const found = this.databases.get(database)?.get(name);
    if (!found && !optional) throw failure(26, `ns not found: ${database}.${name}`);
    return found;
  }

  #rename(from: string, to: string, dropTarget: boolean): Document {
    const [database, name] = split(from);
    const [, newName] = split(to);
    const c = this.#get(database, name);
    if (c.type !== 'collection') throw failure(166, `cannot rename the ${c.type} ${from}`);
    const all = this.databases.get(database)!;
    const there = all.get(newName);
    if (there && (!dropTarget || there.type !== 'collection')) throw failure(48, 'target namespace exists');
    all.delete(name);
    all.set(newName, c);
    return { ok: 1 };
  }
}

const TIMESTAMP = 17;

/** https://www.mongodb.com/docs/manual/reference/bson-types/#timestamps: an insert gives empty ones at the top level the time. */
function withTime(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  for (const { type, name, start } of elementsOf(bytes, 0)) {
    if (type === TIMESTAMP && name !== '_id' && copy.readBigInt64LE(start) === 0n) copy.writeBigInt64LE(1n << 32n, start);
  }
  return copy;
}

const bson = (document: Document): Buffer => Buffer.from(serialize(document));
const failure = (code: number, errmsg: string) => new MongoServerError({ ok: 0, code, errmsg });

function split(namespace: string): [string, string] {
  const dot = namespace.indexOf('.');
  return [namespace.slice(0, dot), namespace.slice(dot + 1)];
}

function listed(name: string, c: FakeCollection): Document {
  const info = c.type === 'view' ? { readOnly: true } : { readOnly: false, uuid: new Binary(c.uuid, 4) };
  return { name, type: c.type, options: c.options, info };
}

/** An answer with everything in one batch, encoded: its documents are put in as they are. */
function cursor(ns: string, documents: (Document | Buffer)[]): Document {
  const encoded = documents.map((one) => (Buffer.isBuffer(one) ? one : bson(one)));
  const array = framed(encoded.map((one, n) => Buffer.concat([Buffer.from([3]), Buffer.from(`${n}\0`), one])));
  const rest = bson({ id: Long.ZERO, ns });
  return { ok: 1, cursor: framed([Buffer.from('\x04firstBatch\0'), array, rest.subarray(4, -1)]) };
}

function framed(elements: Buffer[]): Buffer {
  const document = Buffer.concat([Buffer.alloc(4), ...elements, Buffer.alloc(1)]);
  document.writeInt32LE(document.length, 0);
  return document;
}

/** The documents of an OP_MSG section of kind 1: a byte, an int32 for its size, the name of the field and a zero byte, documents. */
function sequenceDocuments(sequence: { toBin(): Uint8Array }): Buffer[] {
  const section = Buffer.from(sequence.toBin());
  const documents: Buffer[] = [];
  for (let at = section.indexOf(0, 5) + 1; at < section.length; at += documentLength(section, at)) {
    documents.push(section.subarray(at, at + documentLength(section, at)));
  }
  return documents;
}
