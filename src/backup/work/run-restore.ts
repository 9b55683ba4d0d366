import { findClusterById } from '../../db/clusters.ts';
import { lockDeployment } from '../../db/deployment-lock.ts';
import { dropLease, keepLease } from '../../db/leases.ts';
import {
  beginRestore,
  completeRestore,
  countRestoreFailure,
  failRestore,
  findRestore,
  holdsRestore,
  type RestoreRow,
  reportRestore,
} from '../../db/restores.ts';
import { isBeingSnapshotted } from '../../db/snapshots.ts';
import { findSwapPlan } from '../../db/swap-journal.ts';
import { selectNamespaces } from '../../engine/namespace-selection.ts';
import type { RestoreReport, RestoreSource } from '../../engine/restore.ts';
import { restoreStaged } from '../../engine/staged-restore.ts';
import { Problem } from '../../errors.ts';
import { RetryLater } from '../../jobs/definitions.ts';
import type { SnapshotReader } from '../../vault/snapshot-reader.ts';
import { failureOf } from '../job-failure.ts';
import { type JobFailure, restoreStatusesBefore } from '../restore-job.ts';
import type { RestoreOptions } from '../restores.ts';
import { Attempt, CRASH_LIMIT, FAILURE_LIMIT, mayPass, Superseded, settleFailure } from './attempt.ts';
import type { WorkParts } from './parts.ts';
import { swapJournalOf } from './swap-journal.ts';

const BUSY_SECONDS = 1;
const RETRY_SECONDS = 3;
/** Once the swap has begun the target is only whole when it is done: it is tried for this many times before a human is asked. */
const SWAP_FAILURE_LIMIT = 200;
const LEASE_SECONDS = 120;

/** The job `restore.run`: loads beside the target, proves, swaps. The end is written after the clean-up. */
export async function runRestore(parts: WorkParts, restoreJobId: string, signal: AbortSignal): Promise<void> {
  const row = await begin(parts, restoreJobId);
  if (!row) return;
  const { db, clock } = parts;
  const fail = async (failure: JobFailure, cancelled: boolean) =>
    void (await failRestore(db, row.id, row.attempt, restoreStatusesBefore('fail'), { finishedAt: clock.now(), failure, cancelled }));
  if (row.attempt - row.failures > CRASH_LIMIT) return fail(failureOf(new Problem('worker-lost', [CRASH_LIMIT])), false);
  const lease = { id: `restore ${row.id}`, snapshotId: row.snapshotId, holder: 'restore', seconds: LEASE_SECONDS };
  await keepLease(db, lease);
  const attempt = new Attempt(signal, { documents: 0, bytes: 0, phase: 'connecting' }, async (progress) => {
    await keepLease(db, lease);
    return reportRestore(db, row.id, row.attempt, progress);
  });
  try {
    const report = await run(parts, row, attempt);
    await attempt.end();
    const { documents, bytes } = report;
    const progress = { documents, bytes, totalDocuments: documents, totalBytes: bytes };
    await completeRestore(db, row.id, row.attempt, { finishedAt: clock.now(), verification: report, progress });
  } catch (error) {
    await attempt.end();
    parts.logger.warn({ err: error, restoreJobId }, 'an attempt at a restore ended early');
    const isSwapping = (await findSwapPlan(db, journalIdOf(row))) !== null;
    await settleFailure(attempt.signal.aborted && !isSwapping ? attempt.signal.reason : error, {
      stopping: signal,
      mayPass,
      limit: isSwapping ? SWAP_FAILURE_LIMIT : FAILURE_LIMIT,
      retryAfterSeconds: RETRY_SECONDS,
      count: () => countRestoreFailure(db, row.id, row.attempt),
      fail,
    });
  } finally {
    await attempt.end();
    await dropLease(db, lease.id);
  }
}

/** Begins an attempt, unless the target is being snapshotted: then later. `null` when the job has ended. */
async function begin({ db }: WorkParts, restoreJobId: string): Promise<RestoreRow | null> {
  return db.transaction().execute(async (transaction) => {
    const job = await findRestore(transaction, restoreJobId);
    const target = job && (await findClusterById(transaction, job.targetClusterId));
    if (!job || !target) return null;
    for (const deployment of new Set([target.deployment, job.targetDeployment ?? target.deployment])) {
      await lockDeployment(transaction, deployment);
      if (await isBeingSnapshotted(transaction, deployment, '')) throw new RetryLater(BUSY_SECONDS, 'the target is being snapshotted');
    }
    return beginRestore(transaction, restoreJobId, restoreStatusesBefore('begin'));
  });
}

async function run(parts: WorkParts, row: RestoreRow, attempt: Attempt): Promise<RestoreReport> {
  const options = row.options as RestoreOptions;
  const snapshot = await parts.vault.readSnapshot(row.snapshotId);
  const deployment = await parts.clusters.open(row.targetClusterId, 'target-unavailable');
  try {
    return await restoreStaged({
      deployment,
      source: sourceOf(snapshot),
      mongodbVersion: snapshot.root.mongodbVersion,
      jobId: journalIdOf(row),
      attempt: row.attempt,
      newDigest: () => parts.vault.newDigest(),
      selection: selectNamespaces(options),
      journal: swapJournalOf(parts.db, journalIdOf(row), { restoreJobId: row.id, attempt: row.attempt }),
      fence: async () => {
        if (!(await holdsRestore(parts.db, row.id, row.attempt))) throw new Superseded();
      },
      signal: attempt.signal,
      onProgress: (progress) => attempt.report(progress),
    });
  } finally {
    await deployment.close();
  }
}

function sourceOf(snapshot: SnapshotReader): RestoreSource {
  return {
    collections: snapshot.root.collections.map(({ database, name, kind, options, indexes, totals }) => ({
      database,
      name,
      kind,
      options,
      indexes,
      expected: totals.digest,
    })),
    documents: (n, { signal }) => snapshot.documents(n, { signal }),
  };
}

/** The job whose swap is carried out: another one, where this job resumes what that one left midway. */
function journalIdOf(row: RestoreRow): string {
  return (row.options as RestoreOptions).resumes ?? row.id;
}
