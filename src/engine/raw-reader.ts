import { type Document, deserialize, serialize } from 'bson';
import type { Timestamp } from 'mongodb';
import { type DocumentRun, documentLength, findElement } from '../bson/documents.ts';
import { bucketsOf } from './buckets.ts';
import type { CatalogCollection } from './catalog.ts';
import { runsOfBatch } from './cursor-reply.ts';
import type { Deployment } from './deployment.ts';
import { engineError, isTransient } from './errors.ts';
import { namespaceText } from './namespaces.ts';
import { RawCursor } from './raw-cursor.ts';

/** One moment of a replica set, at which every collection is read (`atClusterTime`). */
export interface ReadPoint {
  atClusterTime: Timestamp;
}

export interface ReadOptions {
  signal?: AbortSignal;
  readAt?: ReadPoint;
  /** Read what a majority has, from the node that takes writes: for verification. */
  majority?: boolean;
  /**
   * Every run lies in the same memory, good until the next is asked for: for callers that are done with a run by then. It spares the garbage collector,
   * which megabytes of new Buffers wake so often that it costs a snapshot a good part of its processor time.
   */
  reuseMemory?: boolean;
}

/** What the reader has to know of a collection. */
export type ReadableCollection = Pick<CatalogCollection, 'database' | 'name' | 'kind' | 'readOrder'> &
  Partial<Pick<CatalogCollection, 'estimatedDocuments' | 'estimatedBytes'>>;

/** What the server's books say is so small comes whole in the first answer, which spares a round trip. */
const SMALL_DOCUMENTS = 1000;
const SMALL_BYTES = 1024 * 1024;
/** Some servers refuse 0, and not all limit an answer's bytes: the first batch only has to show how large documents are. */
const FIRST_BATCH = 10;
/** Large enough that round trips cost nothing, small enough that the two batches a reader holds are. */
const BATCH_BYTES = 4 * 1024 * 1024;
/** About what one chunk of the vault holds: small enough to stay in a processor's cache until it is used. */
const RUN_BYTES = 1024 * 1024;
/** How often in a row a lost cursor is taken up again without one document of progress. */
const FRUITLESS_LIMIT = 3;

/**
 * Every document of a collection, in runs of whole documents, undecoded. In `id` order a lost cursor is taken up again after the last `_id`;
 * else it throws `Interrupted`, and the collection has to be read from its start. Throws `mongodb-failed` when the server refuses,
 * and the signal's reason when it is aborted.
 */
export async function* readCollection(d: Deployment, c: ReadableCollection, o: ReadOptions = {}): AsyncGenerator<DocumentRun> {
  if (!o.reuseMemory) return yield* readPersistently(d, c, o);
  const memory = IDLE.pop() ?? Buffer.allocUnsafeSlow(RUN_BYTES);
  try {
    yield* readPersistently(d, c, { ...o, memory });
  } finally {
    if (IDLE.length < MOST_IDLE) IDLE.push(memory);
  }
}

/** Memory of readers that have ended: thousands of small collections that took a new megabyte each would only keep the garbage collector busy. */
const IDLE: Buffer[] = [];
const MOST_IDLE = 8;

async function* readPersistently(d: Deployment, c: ReadableCollection, o: ReadOptions & { memory?: Buffer }): AsyncGenerator<DocumentRun> {
  let lastRun: DocumentRun | null = null;
  let last: Buffer | null = null;
  let fruitless = 0;
  for (;;) {
    try {
      for await (const run of readFrom(d, c, last, o)) {
        fruitless = 0;
        lastRun = run;
        yield run;
      }
      return;
    } catch (error) {
      o.signal?.throwIfAborted();
      const resumesAt: Buffer | null = lastRun ? lastId(lastRun) : last;
      const resumable = c.readOrder === 'id' && isTransient(error) && (resumesAt || !lastRun) && ++fruitless <= FRUITLESS_LIMIT;
      if (!resumable) throw engineError(error, `to read ${namespaceText(c)}`);
      last = resumesAt;
      // Its memory may be written over before the next run is handed out.
      lastRun = null;
    }
  }
}

/** One cursor's run through the collection, after the document whose `_id` is `last` (a document `{_id}`), or from the start. */
async function* readFrom(
  d: Deployment,
  c: ReadableCollection,
  last: Buffer | null,
  o: ReadOptions & { memory?: Buffer },
): AsyncGenerator<DocumentRun> {
  const client = await d.node({ primary: o.majority ?? false });
  const cursor = new RawCursor(client, c.database, findCommand(d, c, last, o), { sessions: d.sessions, batchBytes: BATCH_BYTES });
  let skip = last;
  try {
    for (let batch = await cursor.next(o.signal); batch; batch = await cursor.next(o.signal)) {
      for (const run of runsOfBatch(batch, { memory: o.memory })) {
        const rest: DocumentRun = skip ? withoutFirst(run, skip) : run;
        skip = null;
        if (rest.documents > 0) yield rest;
      }
    }
  } finally {
    await cursor.close();
  }
}

function findCommand(d: Deployment, c: ReadableCollection, last: Buffer | null, o: ReadOptions): Document {
  const command: Document = { find: c.name, filter: {}, batchSize: firstBatchOf(c) };
  if (c.kind === 'timeseries') {
    const { name, ...raw } = bucketsOf(d, c.name);
    Object.assign(command, { find: name, ...raw });
  }
  if (c.readOrder === 'id') {
    // `min`, never `$gt`: comparisons in a filter only see values of the same type. The sort costs nothing on the index and proves the order.
    Object.assign(command, { hint: { _id: 1 }, sort: { _id: 1 } });
    if (last) command.min = deserialize(last, { promoteValues: false, bsonRegExp: true });
  }
  if (o.readAt) command.readConcern = { level: 'snapshot', atClusterTime: o.readAt.atClusterTime };
  else if (o.majority && d.topology !== 'standalone') command.readConcern = { level: 'majority' };
  return command;
}

function firstBatchOf({ kind, estimatedDocuments = 0, estimatedBytes = 0 }: ReadableCollection): number {
  const isSmall = kind === 'collection' && estimatedBytes > 0 && estimatedBytes <= SMALL_BYTES && estimatedDocuments < SMALL_DOCUMENTS;
  // One more than there are: a batch that is not filled up says that there is no other.
  return isSmall ? Math.max(FIRST_BATCH, estimatedDocuments + 1) : FIRST_BATCH;
}

/** The last document's `_id` as a document `{_id}`, or null where the driver could not send exactly that value back. */
function lastId(run: DocumentRun): Buffer | null {
  let start = 0;
  for (let next = 0; next < run.bytes.length; next += documentLength(run.bytes, next)) start = next;
  return idDocument(run.bytes, start);
}

function idDocument(bytes: Buffer, start: number): Buffer | null {
  const id = findElement(bytes, start, '_id');
  if (!id) return null;
  const document = Buffer.alloc(id.end - id.start + 10);
  document.writeInt32LE(document.length, 0);
  document[4] = id.type;
  document.write('_id', 5);
  bytes.copy(document, 9, id.start, id.end);
  const sent = serialize(deserialize(document, { promoteValues: false, bsonRegExp: true }));
  return document.equals(sent) ? document : null;
}

/** `min` includes its bound: the first document is the last one of before, unless it was deleted meanwhile. */
function withoutFirst(run: DocumentRun, last: Buffer): DocumentRun {
  if (!idDocument(run.bytes, 0)?.equals(last)) return run;
  return { bytes: run.bytes.subarray(documentLength(run.bytes, 0)), documents: run.documents - 1 };
}
