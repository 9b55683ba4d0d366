import { type Document, deserialize } from 'bson';
import { MongoError } from 'mongodb';
import { type DocumentRun, documentLength } from '../bson/documents.ts';
import { pause, SECOND } from '../clock.ts';
import { Problem } from '../errors.ts';
import { bucketsOf } from './buckets.ts';
import { databaseOf } from './databases.ts';
import type { Deployment, Limits } from './deployment.ts';
import { documentSequence } from './document-sequence.ts';
import { CODES, engineError, hasCode, Interrupted, isTransient } from './errors.ts';
import { type Namespace, namespaceText } from './namespaces.ts';

export interface WriteOptions {
  /** How many inserts are under way at once; 1 keeps the documents' order, as capped collections need. */
  parallelism: number;
  /** Waits between resends after a lost connection or primary; an ordered writer resends nothing. */
  resendAfter?: readonly number[];
  /** The collection is a time series, and the documents are its buckets. */
  buckets?: boolean;
  signal?: AbortSignal;
  onWritten?: (run: DocumentRun) => void;
}

/** About 20 s in all: an election takes 10 to 12. */
const RESEND_AFTER: readonly number[] = [0.2 * SECOND, 1 * SECOND, 3 * SECOND, 6 * SECOND, 10 * SECOND];

/** What the command around the documents may take of a message. */
const COMMAND_BYTES = 16 * 1024;

/**
 * Inserts every run into a collection that is nobody's but ours, undecoded, and returns what was inserted once a majority has it.
 * After an unknown outcome (the connection broke, the primary changed) the same documents are sent again, and those that are already there
 * are passed over: the verification that follows is the judge. With `parallelism` 1 nothing is sent twice, since order would be lost;
 * it throws `Interrupted`, and the collection has to be loaded anew.
 */
export async function insertRuns(
  d: Deployment,
  target: Namespace,
  runs: AsyncIterable<DocumentRun>,
  o: WriteOptions,
): Promise<{ documents: number; bytes: number }> {
  const written = { documents: 0, bytes: 0 };
  const underWay = new Set<Promise<void>>();
  let failure: { error: unknown } | null = null;
  const send = async (part: DocumentRun) => {
    try {
      await (o.buckets ? insertBuckets : insertOnce)(d, target, part, o);
      written.documents += part.documents;
      written.bytes += part.bytes.length;
      o.onWritten?.(part);
    } catch (error) {
      failure ??= { error };
    }
  };
  try {
    for await (const run of runs) {
      for (const part of splitRun(run, d.limits)) {
        const sent: Promise<void> = send(part).finally(() => underWay.delete(sent));
        underWay.add(sent);
        if (underWay.size >= o.parallelism) await Promise.race(underWay);
        if (failure) break;
      }
      if (failure) break;
    }
  } finally {
    await Promise.all(underWay);
  }
  rethrow(failure, target);
  return written;
}

function rethrow(failure: { error: unknown } | null, target: Namespace): void {
  if (failure) throw engineError(failure.error, `to insert into ${namespaceText(target)}`);
}

/** A run in parts that one message may carry: tiny documents are more than `maxWriteBatchSize` in a few megabytes. */
export function* splitRun(run: DocumentRun, limits: Limits): Generator<DocumentRun> {
  const most = limits.maxMessageSizeBytes - COMMAND_BYTES;
  if (run.documents <= limits.maxWriteBatchSize && run.bytes.length <= most) {
    yield run;
    return;
  }
  let start = 0;
  let documents = 0;
  for (let end = 0; end < run.bytes.length; ) {
    const length = documentLength(run.bytes, end);
    if (documents > 0 && (documents === limits.maxWriteBatchSize || end + length - start > most)) {
      yield { bytes: run.bytes.subarray(start, end), documents };
      start = end;
      documents = 0;
    }
    end += length;
    documents++;
  }
  if (documents > 0) yield { bytes: run.bytes.subarray(start), documents };
}

/**
 * Buckets whose values are of several types under one name are refused until the collection is told that it may have such. No listing shows of a source that it has
 * them, so it is only known from the refusal.
 */
async function insertBuckets(d: Deployment, target: Namespace, part: DocumentRun, o: WriteOptions): Promise<void> {
  try {
    await insertOnce(d, target, part, o);
  } catch (error) {
    if (!isOfMixedSchemas(error)) throw error;
    const allow = { collMod: target.name, timeseriesBucketsMayHaveMixedSchemaData: true, writeConcern: { w: 'majority' } };
    await d.client.db(target.database).command(allow);
    // The others of the part went in.
    await insertOnce(d, target, part, o, true);
  }
}

function isOfMixedSchemas(error: unknown): boolean {
  const writeError = (error as Error).cause as { code?: number } | undefined;
  return hasCode(error, CODES.mixedSchemaBuckets) || writeError?.code === CODES.mixedSchemaBuckets;
}

async function insertOnce(d: Deployment, target: Namespace, part: DocumentRun, o: WriteOptions, again = false): Promise<void> {
  const waits = o.resendAfter ?? RESEND_AFTER;
  for (let resends = 0; ; resends++) {
    o.signal?.throwIfAborted();
    try {
      return checkReply(await send(d, target, part, o), part, again || resends > 0);
    } catch (error) {
      if (!isTransient(error)) throw error;
      if (o.parallelism === 1) throw new Interrupted(`The ordered load of ${namespaceText(target)} broke off`, error);
      if (resends >= waits.length) throw error;
      await pause(waits[resends]!, o.signal);
    }
  }
}

/** Servers that cannot be told to keep empty timestamps; found out by the first insert. */
const REPLACING = new WeakSet<Deployment>();
const KEEP_EMPTY_TIMESTAMPS = 'bypassEmptyTsReplacement';

/** An insert gives `Timestamp(0, 0)` at the top level of a document the time, unless it is told not to (SERVER-88750). */
async function send(d: Deployment, target: Namespace, part: DocumentRun, o: WriteOptions): Promise<Document> {
  const insert = (asIs: Document) =>
    databaseOf(d.client, target.database).command({ ...insertCommand(d, target, part, o), ...asIs }, { ignoreUndefined: false });
  if (REPLACING.has(d)) return insert({});
  try {
    return await insert({ [KEEP_EMPTY_TIMESTAMPS]: true });
  } catch (error) {
    const isUnknown = hasCode(error, CODES.unknownField) || (error instanceof MongoError && error.message.includes(KEEP_EMPTY_TIMESTAMPS));
    if (!isUnknown) throw error;
    REPLACING.add(d);
    return insert({});
  }
}

function insertCommand(d: Deployment, target: Namespace, part: DocumentRun, o: WriteOptions): Document {
  const documents = documentSequence('documents', part.bytes) ?? decode(part.bytes);
  const { name, ...raw } = o.buckets ? bucketsOf(d, target.name) : { name: target.name, bypassDocumentValidation: true };
  // `db.command` inherits no write concern from the connection string.
  return { insert: name, documents, ordered: o.parallelism === 1, ...raw, writeConcern: { w: 'majority' } };
}

function decode(bytes: Buffer): Document[] {
  const documents: Document[] = [];
  for (let start = 0; start < bytes.length; start += documentLength(bytes, start)) {
    documents.push(deserialize(bytes.subarray(start, start + documentLength(bytes, start)), { promoteValues: false, bsonRegExp: true }));
  }
  return documents;
}

/** An insert can answer `ok: 1` and have inserted nothing: what counts is `n`, the write errors, and whether a majority has it. */
export function checkReply(reply: Document, part: DocumentRun, resent: boolean): void {
  const errors = (reply.writeErrors ?? []) as { code?: number; errmsg?: string }[];
  const already = resent ? errors.filter((error) => error.code === CODES.duplicateKey).length : 0;
  const real = errors.find((error) => !(resent && error.code === CODES.duplicateKey));
  if (real) throw new Problem('mongodb-failed', ['a document', `${real.errmsg ?? 'no reason given'} (code ${real.code})`], { cause: real });
  if (reply.writeConcernError) throw new Interrupted('A majority did not confirm an insert', reply.writeConcernError.errmsg);
  const inserted = Number(reply.n);
  if (inserted + already !== part.documents) {
    throw new Problem('mongodb-failed', [`${part.documents} documents`, `it says it inserted ${inserted}`]);
  }
}
