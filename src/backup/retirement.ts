import type { Clock } from '../clock.ts';
import type { Db } from '../db/connection.ts';
import { leasedSnapshots } from '../db/leases.ts';
import {
  keepSnapshots,
  listCompletedSnapshots,
  listExpiredSnapshots,
  type RetainedRow,
  retireSnapshots,
} from '../db/scheduled-snapshots.ts';
import type { Id } from '../ids.ts';
import { jobEvent, recordEvent } from './events.ts';
import { expired, inOrderOfWorth, type RetainedSnapshot } from './retention.ts';

/** Whether nothing of a COMPLETED snapshot is known to be damaged or missing. */
export type Wholeness = (snapshotId: Id) => Promise<boolean>;

const AT_ONCE = 500;

/**
 * Gives up what has expired: it is gone for users, and garbage collection takes it out of the vault. Never the last good snapshot of a cluster, nor one that is held or
 * read. Answers how many.
 */
export async function retireExpired({ db, clock, isWhole }: { db: Db; clock: Clock; isWhole: Wholeness }): Promise<number> {
  const now = clock.now();
  let retired = 0;
  let last: RetainedRow | null = null;
  for (;;) {
    const candidates = await listExpiredSnapshots(db, now, last, AT_ONCE);
    if (candidates.length === 0) return retired;
    const clusterIds = [...new Set(candidates.map(({ clusterId }) => clusterId))];
    const completed = Map.groupBy(await listCompletedSnapshots(db, clusterIds), ({ clusterId }) => clusterId);
    const inUse = new Set(await leasedSnapshots(db));
    const going: RetainedRow[] = [];
    const good = new Map<Id, Id | null>();
    for (const [clusterId, ofCluster] of Map.groupBy(candidates, (row) => row.clusterId)) {
      const lastGood = await lastGoodOf(completed.get(clusterId) ?? [], ofCluster, isWhole);
      good.set(clusterId, lastGood);
      going.push(...expired(ofCluster, { now, inUse, lastGood }));
    }
    retired += await retire(db, clock, going, good);
    last = candidates.at(-1)!;
  }
}

async function retire(db: Db, clock: Clock, going: readonly RetainedRow[], good: ReadonlyMap<Id, Id | null>): Promise<number> {
  if (going.length === 0) return 0;
  return db.transaction().execute(async (transaction) => {
    // Somebody may have deleted the one that was to stay: then the others stay until the next time.
    const staying = new Set(
      await keepSnapshots(
        transaction,
        [...good.values()].flatMap((id) => id ?? []),
      ),
    );
    const ids = going.filter(({ clusterId }) => good.get(clusterId) === null || staying.has(good.get(clusterId)!)).map(({ id }) => id);
    const retired = await retireSnapshots(transaction, ids, clock.now());
    if (retired.length > 0) await recordEvent(transaction, clock, ...retired.map((row) => jobEvent('TENANT_SNAPSHOT_DELETED_AUDIT', row)));
    return retired.length;
  });
}

/**
 * The last good one of a cluster's COMPLETED snapshots; the first in order where none is whole, for what is left of it. It is not looked at where none but itself
 * could go.
 */
export async function lastGoodOf(
  completed: readonly RetainedSnapshot[],
  candidates: readonly RetainedSnapshot[],
  isWhole: Wholeness,
): Promise<Id | null> {
  const inOrder = inOrderOfWorth(completed);
  const first = inOrder[0];
  if (!first) return null;
  const mayGo = candidates.some(({ id, status }) => status === 'COMPLETED' && id !== first.id);
  if (!mayGo) return first.id;
  for (const { id } of inOrder) if (await isWhole(id)) return id;
  return first.id;
}
