import type { Document, Timestamp } from 'mongodb';
import { inParallel } from '../in-parallel.ts';
import { type CatalogCollection, readCatalog } from './catalog.ts';
import type { Deployment } from './deployment.ts';
import { CODES, engineError, hasCode, Interrupted } from './errors.ts';
import type { ReadPoint } from './raw-reader.ts';
import { type CollectionDigest, type Digest, digestOf } from './verification.ts';

/** What a snapshot is a picture of: the strongest of these that was proven, never one that was only likely. */
export type ConsistencyLabel = 'point-in-time' | 'quiesced' | 'per-collection';

export interface ConsistencyWatch {
  /** Every collection must be read at this moment, where there is one. */
  readAt?: ReadPoint;
  /**
   * Call when everything is read; `digests` are what was read, by the catalog's order (null for views). Answers with the strongest label that was proven.
   * Where neither snapshot reads nor the server's counters of writes prove anything, up to `secondReadBytes` in all are read a second time.
   */
  conclude(digests: readonly (CollectionDigest | null)[], o?: { signal?: AbortSignal }): Promise<ConsistencyLabel>;
}

export interface WatchOptions {
  exclude?: (database: string, collection: string) => boolean;
  newDigest: () => Digest;
  /** false: read at no one moment, after a try at it ended in `HistoryLost`. */
  snapshotReads?: boolean;
  /** How much is read a second time to prove that nothing changed (64 MiB: a second or so). */
  secondReadBytes?: number;
}

const SECOND_READ_BYTES = 64 * 1024 * 1024;
const READ_AGAIN_AT_ONCE = 8;

/**
 * Begins to watch over a snapshot of `catalog`, which must be read after this. On a replica set or a sharded cluster that knows snapshot reads,
 * all collections are read at one cluster time. Elsewhere it is looked at afterwards whether anything changed meanwhile.
 */
export async function watchConsistency(d: Deployment, catalog: readonly CatalogCollection[], o: WatchOptions): Promise<ConsistencyWatch> {
  const readAt = o.snapshotReads === false ? undefined : await readPoint(d, catalog);
  const writesBefore = await countedWrites(d);
  return {
    readAt,
    async conclude(digests, { signal } = {}) {
      // A snapshot read sees documents at its time but collections as they are: one that was dropped or renamed meanwhile breaks it.
      if (!sameCollections(catalog, await readCatalog(d, { exclude: o.exclude, sizes: false, signal }))) return 'per-collection';
      if (readAt) return 'point-in-time';
      if (writesBefore && isUnchanged(writesBefore, await countedWrites(d))) return 'quiesced';
      const isSame = await readsTheSameAgain(d, catalog, digests, o, signal);
      return isSame ? 'quiesced' : 'per-collection';
    },
  };
}

/**
 * Asks for a snapshot read and takes the moment that the server chose; undefined where it knows none. Before 8.0 capped collections cannot be read so: where there is one, it is
 * tried too, since one collection of another moment takes the label from all.
 */
async function readPoint(d: Deployment, catalog: readonly Sample[]): Promise<ReadPoint | undefined> {
  const isCapped = (c: Sample) => c.options.includes('"capped":true');
  const any = catalog.find((c) => c.kind === 'collection' && !isCapped(c));
  const capped = catalog.find(isCapped);
  if (!any || d.topology === 'standalone' || !d.sessions) return undefined;
  const client = await d.node();
  const session = client.startSession({ causalConsistency: false });
  try {
    const one = { filter: {}, limit: 1, singleBatch: true, projection: { _id: 1 } };
    const answer = await client.db(any.database).command({ find: any.name, ...one, readConcern: { level: 'snapshot' } }, { session });
    const atClusterTime = answer.cursor?.atClusterTime as Timestamp | undefined;
    if (atClusterTime?._bsontype !== 'Timestamp') return undefined;
    const readConcern = { level: 'snapshot', atClusterTime };
    if (capped) await client.db(capped.database).command({ find: capped.name, ...one, readConcern } as Document, { session });
    return { atClusterTime };
  } catch {
    return undefined;
  } finally {
    await session.endSession().catch(() => {});
  }
}

/** What of a collection says how it can be read. */
type Sample = Pick<CatalogCollection, 'database' | 'name' | 'kind' | 'options'>;

/** The label that a snapshot would get, as far as can be told without taking one. */
export interface Foreseen {
  label: ConsistencyLabel;
  reason: string;
  /** The right that would make it a stronger one. */
  lacks?: string;
}

/** `sample`: some collections of the deployment. */
export async function foreseeConsistency(d: Deployment, sample: readonly Sample[]): Promise<Foreseen> {
  if (sample.length === 0) return { label: 'quiesced', reason: 'There is nothing to read yet.' };
  if (d.topology !== 'standalone') {
    if (await readPoint(d, sample)) return { label: 'point-in-time', reason: 'The server reads all collections at one cluster time.' };
    return { label: 'per-collection', reason: 'The server knows no snapshot reads: each collection is read at a moment of its own.' };
  }
  if (await countedWrites(d))
    return {
      label: 'quiesced',
      reason: 'The counters of the server prove it where nothing is written meanwhile; else it is per-collection.',
    };
  const refusal = await d.client
    .db('admin')
    .command({ serverStatus: 1 })
    .then(() => null)
    .catch((error) => error);
  const reason = 'The server does not tell how much is written: nothing is proven but of small data, which is read a second time.';
  return { label: 'per-collection', reason, ...(hasCode(refusal, CODES.unauthorized) && { lacks: 'serverStatus' }) };
}

interface WriteCounters {
  counters: string;
  uptimeMillis: number;
}

/** Counters begin anew with the server, which may have the same process id then: in a container it always does. */
function isUnchanged(before: WriteCounters, after: WriteCounters | null): boolean {
  return after !== null && before.counters === after.counters && before.uptimeMillis <= after.uptimeMillis;
}

/** How many documents the server has written since it started, and how long ago that was; null where it does not say. Only a standalone's counters see every write. */
async function countedWrites(d: Deployment): Promise<WriteCounters | null> {
  if (d.topology !== 'standalone') return null;
  const status: Document | null = await d.client
    .db('admin')
    .command({ serverStatus: 1 })
    .catch(() => null);
  const written = status?.metrics?.document;
  if (!status || written?.inserted === undefined || written.updated === undefined || written.deleted === undefined) return null;
  const { insert, update, delete: deleted } = status.opcounters ?? {};
  // Documents that age out are deleted by the server itself.
  const aged = status.metrics.ttl?.deletedDocuments;
  const counters = [status.pid, written.inserted, written.updated, written.deleted, insert, update, deleted, aged].join('/');
  return { counters, uptimeMillis: Number(status.uptimeMillis ?? status.uptime) };
}

function sameCollections(before: readonly CatalogCollection[], after: readonly CatalogCollection[]): boolean {
  const described = (list: readonly CatalogCollection[]) =>
    list.map((c) => JSON.stringify([c.database, c.name, c.kind, c.options, c.indexes, c.uuid ?? null])).join('\n');
  return described(before) === described(after);
}

/** One collection that is another by now is enough: the others need not be read. */
class Changed extends Error {}

async function readsTheSameAgain(
  d: Deployment,
  catalog: readonly CatalogCollection[],
  digests: readonly (CollectionDigest | null)[],
  o: WatchOptions,
  signal?: AbortSignal,
): Promise<boolean> {
  const bytes = digests.reduce((sum, digest) => sum + (digest?.bytes ?? 0), 0);
  if (bytes > (o.secondReadBytes ?? SECOND_READ_BYTES) || digests.length !== catalog.length) return false;
  try {
    const isSame = async (c: CatalogCollection, number: number, stop: AbortSignal) => {
      const first = digests[number];
      if (!first || c.kind === 'view') return;
      const again = await digestOf(d, c, o.newDigest, { signal: stop });
      if (again.documents !== first.documents || again.bytes !== first.bytes || again.lanes !== first.lanes) throw new Changed();
    };
    await inParallel(READ_AGAIN_AT_ONCE, catalog, isSame, signal);
    return true;
  } catch (error) {
    if (error instanceof Changed) return false;
    signal?.throwIfAborted();
    // Then nothing is proven; what was read is whole all the same.
    if (error instanceof Interrupted) return false;
    throw engineError(error, 'for a second reading');
  }
}
