import { Binary, type Document, serialize, Timestamp } from 'bson';
import { documentLength, elementsOf, findElement } from '../../../src/bson/documents.ts';
import { Cursors } from './cursors.ts';
import {
  type Block,
  blockOf,
  blockOfDocuments,
  type Collection,
  collectionFor,
  type Databases,
  documentAt,
  idOnly,
  type Position,
  presentMoment,
} from './data.ts';
import { type Answer, MAX_MESSAGE_BYTES, type Request } from './message.ts';
import { Refusal, refuse } from './refusal.ts';
import { BUCKETS, firstIndexes, keepsBucketsBeside, keptIndex, keptOptions, mixesSchemas, refuseView, typeOf } from './rules.ts';

export const VERSION = '7.0.14';
const MAX_DOCUMENT_BYTES = 16 * 1024 * 1024;
const MAX_WRITE_BATCH = 100_000;
/** A projection is carried out for a few documents only: for probes. */
const PROJECTED = 1000;

/** What every command may carry besides its own fields, which must not become options of a collection. */
const GENERIC = new Set([
  '$db',
  'lsid',
  '$clusterTime',
  '$readPreference',
  'writeConcern',
  'readConcern',
  'txnNumber',
  'comment',
  'maxTimeMS',
  'apiVersion',
]);

/** The commands that drivers, mongodump and mongorestore send. What a command cannot do is refused, never passed over. */
export class Commands {
  readonly #databases: Databases;
  readonly #version: string;
  readonly #members: readonly string[];
  readonly #cursors = new Cursors();

  /** `members`: of the replica set that it is in, itself first; none where it is a standalone server. */
  constructor(
    databases: Databases,
    { version = VERSION, members = [] }: { version?: string | undefined; members?: readonly string[] } = {},
  ) {
    this.#databases = databases;
    this.#version = version;
    this.#members = members;
  }

  answer(request: Request): Answer {
    try {
      const name = Object.keys(request.command).find((key) => key !== '$db')!;
      const handler = this.#handlers[name] ?? this.#handlers[name.toLowerCase()];
      if (!handler) return refuse(59, 'CommandNotFound', `no such command: '${name}'`);
      return handler(request.command, String(request.command.$db), request);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return { ok: 0, errmsg: error.message, code: error.code, codeName: error.codeName };
    }
  }

  readonly #handlers: Record<string, (command: Document, database: string, request: Request) => Answer> = {
    hello: () => ({ isWritablePrimary: true, ...hello(this.#members) }),
    ismaster: () => ({ ismaster: true, ...hello(this.#members) }),
    ping: () => ({ ok: 1 }),
    buildinfo: () => buildInfo(this.#version),
    connectionstatus: () => ({ authInfo: { authenticatedUsers: [], authenticatedUserRoles: [] }, ok: 1 }),
    getparameter: () => ({ featureCompatibilityVersion: { version: this.#version.split('.').slice(0, 2).join('.') }, ok: 1 }),
    serverstatus: () => ({ version: this.#version, process: 'mongod', storageEngine: { name: 'wiredTiger' }, ok: 1 }),
    getcmdlineopts: () => ({ argv: [], parsed: {}, ok: 1 }),
    endsessions: () => ({ ok: 1 }),
    refreshsessions: () => ({ ok: 1 }),
    killcursors: (command) => this.#cursors.kill(command.cursors),
    getmore: (command) => this.#cursors.more(command),

    listdatabases: () => ({
      databases: [...this.#databases]
        .filter(([, all]) => all.size > 0)
        .map(([name, all]) => ({ name, sizeOnDisk: bytesOf(all), empty: false })),
      ok: 1,
    }),
    listcollections: (command, database) => {
      const isWanted = nameFilter(command.filter);
      const listed = [...(this.#databases.get(database) ?? [])].filter(([name]) => isWanted(name)).map(describe);
      return this.#cursors.start(command, `${database}.$cmd.listCollections`, blocks(listed));
    },
    listindexes: (command, database) => {
      const collection = this.#get(database, command.listIndexes);
      refuseView(collection, `${database}.${command.listIndexes}`);
      return this.#cursors.start(command, `${database}.${command.listIndexes}`, blocks(collection.indexes));
    },
    count: (command, database) => ({ n: this.#find(database, command.count)?.documents ?? 0, ok: 1 }),
    collstats: (command, database) => ({
      ns: `${database}.${command.collStats}`,
      ...statsOf(this.#get(database, command.collStats)),
      ok: 1,
    }),
    aggregate: (command, database) => this.#aggregate(command, database),
    find: (command, database) => this.#startFind(command, database),

    create: (command, database) => {
      const name = command.create as string;
      if (this.#find(database, name)) refuse(48, 'NamespaceExists', `Collection ${database}.${name} already exists.`);
      const options = keptOptions(optionsOf(command, 'create', 'idIndex'));
      collectionFor(this.#databases, database, name, options).indexes = firstIndexes(options);
      if (options.timeseries && keepsBucketsBeside(this.#version)) {
        collectionFor(this.#databases, database, BUCKETS + name, { ...options, clusteredIndex: true }).indexes = [];
      }
      return { ok: 1 };
    },
    drop: (command, database) => {
      this.#get(database, command.drop);
      this.#databases.get(database)!.delete(command.drop);
      this.#databases.get(database)!.delete(BUCKETS + command.drop);
      return { ns: `${database}.${command.drop}`, nIndexesWas: 1, ok: 1 };
    },
    dropdatabase: (_, database) => {
      this.#databases.delete(database);
      return { dropped: database, ok: 1 };
    },
    collmod: (command, database) => {
      const collection = this.#get(database, command.collMod);
      const { index, timeseriesBucketsMayHaveMixedSchemaData: mixed, ...changed } = optionsOf(command, 'collMod');
      Object.assign(collection.options, changed);
      // No listing shows this one.
      if (mixed !== undefined) this.#bucketsOf(database, command.collMod).mayMixSchemas = mixed;
      if (index) Object.assign(collection.indexes.find((one) => one.name === index.name) ?? {}, index);
      return { ok: 1 };
    },
    renamecollection: (command) => this.#rename(command),
    createindexes: (command, database) => this.#createIndexes(command, database),
    insert: (command, database, request) => this.#insert(command, database, request),
  };

  #find(database: string, name: string): Collection | undefined {
    return this.#databases.get(database)?.get(name);
  }

  #get(database: string, name: string): Collection {
    return this.#find(database, name) ?? refuse(26, 'NamespaceNotFound', `ns does not exist: ${database}.${name}`);
  }

  #startFind(command: Document, database: string): Buffer[] {
    const namespace = `${database}.${command.find}`;
    const options = this.#find(database, command.find)?.options;
    if (options) refuseView({ options } as Collection, namespace);
    // Without rawData a time series answers measurements, which this server cannot unpack.
    if (options?.timeseries && !command.find.startsWith(BUCKETS) && command.rawData !== true)
      refuse(115, 'CommandNotSupported', 'this server does not unpack buckets');
    if (Object.keys(command.filter ?? {}).length > 0) refuse(2, 'BadValue', 'this server finds everything or nothing: no filter');
    const moment = this.#momentOf(command);
    const found = this.#find(database, command.find);
    const all = (moment === null ? found?.blocks : found?.blocksAt(moment)) ?? [];
    const more = moment === null ? {} : { atClusterTime: new Timestamp({ t: 1, i: moment }) };
    const at = command.min ? placeOf(command, all) : { block: 0, element: 0 };
    if (!command.projection || Object.keys(command.projection).length === 0)
      return this.#cursors.start(command, namespace, [...all], at, more);
    return this.#cursors.start(command, namespace, projected(command, all, at), undefined, more);
  }

  /** The moment that a snapshot read is of; null of any other read. */
  #momentOf(command: Document): number | null {
    if (command.readConcern?.level !== 'snapshot') return null;
    if (this.#members.length === 0) refuse(123, 'NotAReplicaSet', 'node needs to be a replica set member to use read concern snapshot');
    if (!command.lsid) refuse(72, 'InvalidOptions', 'a snapshot read needs a session here');
    const { atClusterTime } = command.readConcern;
    return atClusterTime ? (atClusterTime as Timestamp).low : presentMoment();
  }

  #aggregate(command: Document, database: string): Buffer[] {
    const name = command.aggregate as string;
    const stages = (command.pipeline as Document[]).filter((stage) => Object.keys(stage.$match ?? { none: 1 }).length > 0);
    const group = stages[0]?.$group;
    const answer = (documents: Document[]) => this.#cursors.start(command, `${database}.${name}`, blocks(documents));
    if (stages[0]?.$collStats) {
      const { count, size, storageSize } = statsOf(this.#get(database, name));
      return answer([{ ns: `${database}.${name}`, storageStats: { count, size, storageSize }, count }]);
    }
    // countDocuments of a driver.
    if (group?.n && stages.length === 1) return answer([{ _id: group._id, n: this.#find(database, name)?.documents ?? 0 }]);
    return refuse(115, 'CommandNotSupported', `no such pipeline here: ${JSON.stringify(command.pipeline)}`);
  }

  #rename(command: Document): Document {
    const [from, to] = [split(command.renameCollection), split(command.to)];
    const collection = this.#get(from.database, from.name);
    refuseView(collection, command.renameCollection);
    if (collection.options.timeseries)
      refuse(166, 'CommandNotSupportedOnView', `cannot rename the time series ${command.renameCollection}`);
    if (this.#find(to.database, to.name) && command.dropTarget !== true) refuse(48, 'NamespaceExists', 'target namespace exists');
    this.#databases.get(from.database)!.delete(from.name);
    if (!this.#databases.has(to.database)) this.#databases.set(to.database, new Map());
    this.#databases.get(to.database)!.set(to.name, collection);
    return { ok: 1 };
  }

  #createIndexes(command: Document, database: string): Document {
    const collection = collectionFor(this.#databases, database, command.createIndexes);
    refuseView(collection, `${database}.${command.createIndexes}`);
    const before = collection.indexes.length;
    for (const index of command.indexes as Document[]) {
      if (!collection.indexes.some((one) => one.name === index.name)) collection.indexes.push(keptIndex(collection, index));
    }
    return { numIndexesBefore: before, numIndexesAfter: collection.indexes.length, createdCollectionAutomatically: false, ok: 1 };
  }

  #insert(command: Document, database: string, { sequences, body }: Request): Document {
    const documents = sequences.get('documents') ?? documentsOfArray(body);
    const count = checkInsert(documents);
    if (count < 1 || count > MAX_WRITE_BATCH) {
      refuse(16, 'InvalidLength', `Write batch sizes must be between 1 and ${MAX_WRITE_BATCH}. Got ${count} operations.`);
    }
    const collection = collectionFor(this.#databases, database, command.insert);
    if (collection.options.timeseries) return this.#insertBuckets(command, collection, documents);
    // A copy of its own: the message's buffer may hold more than this.
    collection.add(documents);
    return { n: count, ok: 1 };
  }

  /** As in a real server, a bucket of mixed types is refused until `collMod` allows them; the others of an unordered insert go in. */
  #insertBuckets(command: Document, collection: Collection, documents: Buffer): Document {
    if (!command.insert.startsWith(BUCKETS) && command.rawData !== true)
      refuse(115, 'CommandNotSupported', 'this server does not pack buckets');
    const taken: Buffer[] = [];
    const writeErrors: Document[] = [];
    for (let at = 0, index = 0; at < documents.length; index++) {
      const document = documents.subarray(at, at + documentLength(documents, at));
      at += document.length;
      const errmsg =
        'Cannot write time-series bucket containing mixed schema data, please run collMod with timeseriesBucketsMayHaveMixedSchemaData';
      if (mixesSchemas(document) && !collection.mayMixSchemas) writeErrors.push({ index, code: 408, errmsg });
      else if (collection.holds(document)) writeErrors.push({ index, code: 11000, errmsg: 'E11000 duplicate key error' });
      else taken.push(document);
      if (writeErrors.length > 0 && command.ordered !== false) break;
    }
    if (taken.length > 0) collection.add(Buffer.concat(taken));
    return { n: taken.length, ...(writeErrors.length > 0 && { writeErrors }), ok: 1 };
  }

  /** Where the buckets of a time series are. */
  #bucketsOf(database: string, name: string): Collection {
    return this.#find(database, BUCKETS + name) ?? this.#get(database, name);
  }
}

function hello(members: readonly string[]): Document {
  const [me] = members;
  return {
    ...(me && { setName: 'rs0', setVersion: 1, hosts: members, me, primary: me, secondary: false }),
    helloOk: true,
    maxBsonObjectSize: MAX_DOCUMENT_BYTES,
    maxMessageSizeBytes: MAX_MESSAGE_BYTES,
    maxWriteBatchSize: MAX_WRITE_BATCH,
    localTime: new Date(),
    logicalSessionTimeoutMinutes: 30,
    connectionId: 1,
    minWireVersion: 0,
    maxWireVersion: 21,
    readOnly: false,
    ok: 1,
  };
}

function buildInfo(version: string): Document {
  const versionArray = version.split('.').map(Number).concat(0);
  return {
    version,
    versionArray,
    gitVersion: 'fixture',
    storageEngines: ['wiredTiger'],
    bits: 64,
    maxBsonObjectSize: MAX_DOCUMENT_BYTES,
    ok: 1,
  };
}

function blocks(documents: Document[]): Block[] {
  return documents.length > 0 ? [blockOfDocuments(documents)] : [];
}

function describe([name, collection]: [string, Collection]): Document {
  const { options, uuid, indexes } = collection;
  const type = name.startsWith(BUCKETS) ? 'collection' : typeOf(options);
  if (type === 'view') return { name, type, options, info: { readOnly: true } };
  return { name, type, options, info: { readOnly: false, uuid: new Binary(uuid, 4) }, idIndex: indexes[0] };
}

function nameFilter(filter: Document | undefined): (name: string) => boolean {
  const wanted = filter?.name;
  if (typeof wanted === 'string') return (name) => name === wanted;
  if (Array.isArray(wanted?.$in)) return (name) => wanted.$in.includes(name);
  return () => true;
}

const bytesOf = (all: Map<string, Collection>) => [...all.values()].reduce((sum, one) => sum + one.bytes, 0);

function statsOf({ documents, bytes }: Collection) {
  return { count: documents, size: bytes, storageSize: bytes, avgObjSize: documents > 0 ? Math.round(bytes / documents) : 0 };
}

function optionsOf(command: Document, ...others: string[]): Document {
  return Object.fromEntries(Object.entries(command).filter(([key]) => !GENERIC.has(key) && !others.includes(key)));
}

/** The first document at or after `min`, of which only an `_id` of the documents' own type is understood. */
function placeOf(command: Document, all: readonly Block[]): Position {
  if (!command.hint) refuse(51173, 'Location51173', 'When using min()/max() a hint of which index to use must be provided');
  const bound = Buffer.from(serialize(command.min));
  const wanted = findElement(bound, 0, '_id') ?? refuse(51174, 'Location51174', 'min() is only understood of _id');
  for (const [block, one] of all.entries()) {
    for (let element = 0; element < one.starts.length - 1; element++) {
      const document = documentAt(one, element);
      const id = findElement(document, 0, '_id');
      if (id?.type === wanted.type && document.compare(bound, wanted.start, wanted.end, id.start, id.end) >= 0) return { block, element };
    }
  }
  return { block: all.length, element: 0 };
}

function projected(command: Document, all: readonly Block[], at: Position): Block[] {
  const isIdOnly = JSON.stringify(command.projection) === '{"_id":1}';
  const limit = Math.abs(Number(command.limit ?? 0));
  if (!isIdOnly || limit === 0 || limit > PROJECTED) refuse(2, 'BadValue', 'this server projects the _id alone, of a few documents');
  const found: Buffer[] = [];
  for (let { block, element } = at; block < all.length && found.length < limit; block++, element = 0) {
    for (; element < all[block]!.starts.length - 1 && found.length < limit; element++) found.push(idOnly(documentAt(all[block]!, element)));
  }
  return found.length > 0 ? [blockOf(Buffer.concat(found))] : [];
}

function split(namespace: string): { database: string; name: string } {
  const dot = namespace.indexOf('.');
  return { database: namespace.slice(0, dot), name: namespace.slice(dot + 1) };
}

function documentsOfArray(body: Buffer): Buffer {
  const array = findElement(body, 0, 'documents') ?? refuse(40414, 'IDLFailedToParse', "BSON field 'insert.documents' is missing");
  return Buffer.concat([...elementsOf(body, array.start)].map(({ start, end }) => body.subarray(start, end)));
}

function checkInsert(documents: Buffer): number {
  let count = 0;
  for (let at = 0; at < documents.length; count++) {
    const length = documentLength(documents, at);
    if (length > MAX_DOCUMENT_BYTES) refuse(10334, 'BSONObjectTooLarge', `object to insert too large. size in bytes: ${length}`);
    at += length;
  }
  return count;
}
