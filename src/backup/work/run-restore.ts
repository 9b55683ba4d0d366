import { markChunksDamaged } from '../../db/chunks.ts';
import { findClusterById } from '../../db/clusters.ts';
import { lockDeployment } from '../../db/deployment-lock.ts';
import { dropLease, keepLease } from '../../db/leases.ts';
import {
  beginRestore,
  completeRestore,
  countRestoreFailure,
  countRestoreHandover,
  failRestore,
  findRestore,
  holdsRestore,
  isBeingRestored,
  type RestoreRow,
  reportRestore,
} from '../../db/restores.ts';
import { findSnapshot, isBeingSnapshotted } from '../../db/snapshots.ts';
import { findSwapPlan, leftoverJournals } from '../../db/swap-journal.ts';
import type { Deployment } from '../../engine/deployment.ts';
import { rehearseRestore } from '../../engine/drill.ts';
import { restoreInPlace } from '../../engine/in-place-restore.ts';
import type { NamespaceSelection } from '../../engine/namespace-selection.ts';
import type { RestoreMode, RestoreReport } from '../../engine/restore.ts';
import { isSameDeployment } from '../../engine/same-deployment.ts';
import { restoreStaged } from '../../engine/staged-restore.ts';
import { abandonRestore } from '../../engine/stagings.ts';
import { RestoreDiffers } from '../../engine/verification.ts';
import { isProblem, Problem } from '../../errors.ts';
import { Gathered } from '../../gathered.ts';
import type { SnapshotReader } from '../../vault/snapshot-reader.ts';
import { noteDamage } from '../damage.ts';
import { recorded, restoreEvent } from '../events.ts';
import { failureOf } from '../job-failure.ts';
import { type JobFailure, restoreStatusesBefore } from '../restore-job.ts';
import { intentOf, type RestoreOptions } from '../restore-options.ts';
import { restoreSourceOf } from '../restore-source.ts';
import { Attempt, CRASH_LIMIT, FAILURE_LIMIT, killsItsWorkers, mayPass, Superseded, settleFailure, wasReached } from './attempt.ts';
import type { WorkParts } from './parts.ts';
import { swapJournalOf } from './swap-journal.ts';
import { busy, requireHostRoom } from './turns.ts';

const RETRY_SECONDS = 3;
/** Once the swap has begun the target is only whole when it is done: it is tried for this many times before a human is asked. */
const SWAP_FAILURE_LIMIT = 200;
const FENCES_AT_ONCE = 100;

/**
 * The job `restore.run`, for restores and drills: loads beside the target (or in place), proves, swaps (or drops what it proved). The end is written after the
 * clean-up.
 */
export async function runRestore(parts: WorkParts, restoreJobId: string, signal: AbortSignal): Promise<void> {
  if (!(await isProtected(parts, restoreJobId))) return;
  const row = await begin(parts, restoreJobId);
  if (!row) return;
  const { db, clock } = parts;
  if (killsItsWorkers(row)) return giveUp(parts, row);
  const lease = { id: `restore ${row.id}`, snapshotId: row.snapshotId, holder: 'restore', seconds: parts.leaseSeconds };
  await keepLease(db, lease);
  const attempt = new Attempt(signal, { documents: 0, bytes: 0, phase: 'connecting' }, async (progress) => {
    await keepLease(db, lease);
    return reportRestore(db, row.id, row.attempt, progress);
  });
  try {
    const report = await run(parts, row, attempt, signal);
    await attempt.end();
    const { documents, bytes } = report;
    const progress = { documents, bytes, totalDocuments: documents, totalBytes: bytes };
    await recorded(db, clock, restoreEvent('TENANT_RESTORE_COMPLETED_AUDIT', row), (transaction) =>
      completeRestore(transaction, row.id, row.attempt, { finishedAt: clock.now(), verification: report, progress }),
    );
  } catch (error) {
    await attempt.end();
    parts.logger.warn({ err: error, restoreJobId }, 'an attempt at a restore ended early');
    await noteDamage(db, error);
    const isSwapping = (await findSwapPlan(db, journalIdOf(row))) !== null;
    await settleFailure(attempt.signal.aborted && !isSwapping ? attempt.signal.reason : error, {
      stopping: signal,
      mayPass,
      limit: isSwapping ? SWAP_FAILURE_LIMIT : FAILURE_LIMIT,
      retryAfterSeconds: RETRY_SECONDS,
      count: () => countRestoreFailure(db, row.id, row.attempt),
      handOver: () => countRestoreHandover(db, row.id, row.attempt),
      fail: (failure, cancelled) => fail(parts, row, failure, cancelled, error),
    });
  } finally {
    await attempt.end();
    await dropLease(db, lease.id);
  }
}

async function fail(parts: WorkParts, row: RestoreRow, failure: JobFailure, cancelled: boolean, error?: unknown): Promise<void> {
  const verification = error instanceof RestoreDiffers ? { differences: error.differences } : null;
  const outcome = { finishedAt: parts.clock.now(), failure, cancelled, verification };
  await recorded(parts.db, parts.clock, restoreEvent('TENANT_RESTORE_FAILED', row), (transaction) =>
    failRestore(transaction, row.id, row.attempt, restoreStatusesBefore('fail'), outcome),
  );
}

/** Ends a job that lost worker after worker. What it left at the target is removed where that is possible now, and by the next restore into it otherwise. */
async function giveUp(parts: WorkParts, row: RestoreRow): Promise<void> {
  const journalId = journalIdOf(row);
  if (await findSwapPlan(parts.db, journalId)) {
    const problem = new Problem('partially-replaced', [`${CRASH_LIMIT} workers were lost while they replaced it`, journalId]);
    return fail(parts, row, failureOf(problem), false);
  }
  try {
    const deployment = await parts.clusters.open(row.targetClusterId, 'target-unavailable');
    await abandonRestore({ deployment, ...holdOf(parts, row, journalId) }).finally(() => deployment.close());
  } catch (error) {
    parts.logger.warn({ err: error, restoreJobId: row.id }, 'stagings of a restore that was given up remain at the target');
  }
  await fail(parts, row, failureOf(new Problem('worker-lost', [CRASH_LIMIT])), false);
}

/** Whether the safety snapshot, where there is one, is COMPLETED. When it FAILED, so does the job, and its target is as it was. */
async function isProtected({ db, clock }: WorkParts, restoreJobId: string): Promise<boolean> {
  const job = await findRestore(db, restoreJobId);
  const snapshot = job?.safetySnapshotId ? await findSnapshot(db, job.safetySnapshotId) : null;
  if (!job || !snapshot || job.attempt > 0 || snapshot.status === 'COMPLETED') return true;
  if (snapshot.status !== 'FAILED') throw busy(clock, job, 'the safety snapshot is being taken');
  const reason = snapshot.failure?.message.replace(/\.$/, '') ?? 'no reason was recorded';
  const failure = failureOf(new Problem('safety-snapshot-failed', [snapshot.id, reason]));
  await recorded(db, clock, restoreEvent('TENANT_RESTORE_FAILED', job), (transaction) =>
    failRestore(transaction, job.id, null, ['PENDING', 'QUEUED'], { finishedAt: clock.now(), failure, cancelled: false }),
  );
  return false;
}

/** Begins an attempt, unless the target is being snapshotted, restored or drilled on: then later. `null` when the job has ended. */
async function begin(parts: WorkParts, restoreJobId: string): Promise<RestoreRow | null> {
  const { db, clock } = parts;
  return db.transaction().execute(async (transaction) => {
    const job = await findRestore(transaction, restoreJobId);
    const target = job && (await findClusterById(transaction, job.targetClusterId));
    if (!job || !target) return null;
    for (const deployment of new Set([target.deployment, job.targetDeployment ?? target.deployment])) {
      await lockDeployment(transaction, deployment);
      if (await isBeingSnapshotted(transaction, deployment, '')) throw busy(clock, job, 'the target is being snapshotted');
      if (await isBeingRestored(transaction, deployment, job.id)) throw busy(clock, job, 'the target is being restored');
    }
    await requireHostRoom(parts, transaction, job.targetDeployment ?? target.deployment, job);
    return beginRestore(transaction, restoreJobId, restoreStatusesBefore('begin'), clock.now());
  });
}

async function run(parts: WorkParts, row: RestoreRow, attempt: Attempt, stopping: AbortSignal): Promise<RestoreReport> {
  const options = row.options as RestoreOptions;
  const snapshot = await parts.vault.readSnapshot(row.snapshotId);
  const reach = { wasThere: wasReached(row), signal: attempt.signal };
  const deployment = await parts.clusters.open(row.targetClusterId, 'target-unavailable', reach);
  const { selection, keep, mode } = intentOf(options);
  const restore = row.deliveryType === 'DRILL' ? rehearseRestore : mode === 'in-place' ? restoreInPlace : restoreStaged;
  const hold = holdOf(parts, row, journalIdOf(row));
  try {
    await requireSameDeployment(parts, row, deployment);
    await removeLeftovers(parts, row, deployment);
    if ((await hold.journal.load()) === null) await checkSnapshot(parts, snapshot, selection, mode, attempt);
    return await restore({
      deployment,
      source: restoreSourceOf(snapshot),
      mongodbVersion: snapshot.root.mongodbVersion,
      jobId: journalIdOf(row),
      attempt: row.attempt,
      newDigest: () => parts.vault.newDigest(),
      selection,
      keep,
      onUnsupported: options.onUnsupported,
      onLittleRoom: parts.roomCheck,
      forward: options.resumes !== undefined,
      ...hold,
      signal: attempt.signal,
      mayContinue: (error) => mayContinue(row, attempt.signal.aborted ? attempt.signal.reason : error, stopping),
      onProgress: (progress) => attempt.report(progress),
    });
  } finally {
    await deployment.close();
  }
}

/** The name of the target may lead elsewhere by now: what stands there was never looked at, and no safety snapshot is of it. */
async function requireSameDeployment(parts: WorkParts, row: RestoreRow, { address }: Deployment): Promise<void> {
  if (row.targetDeployment === null || isSameDeployment(row.targetDeployment, address)) return;
  const target = await findClusterById(parts.db, row.targetClusterId);
  const hint = 'The restore was asked for when the cluster was that deployment. Start another one where this one is meant.';
  throw new Problem('other-deployment', [target?.name ?? row.targetClusterId, row.targetDeployment, address], { hint });
}

/** The most that a message names of what is damaged; `lifeboat verify` lists it all. */
const NAMED = 5;

/**
 * While the target is as it was: what is damaged in the vault. A staged restore proves each chunk before the target's own collections are touched, so a glance is enough; one in place
 * reads everything first.
 */
async function checkSnapshot(
  parts: WorkParts,
  snapshot: SnapshotReader,
  selection: NamespaceSelection,
  mode: RestoreMode,
  attempt: Attempt,
): Promise<void> {
  attempt.report({ ...attempt.progress, phase: 'checking the snapshot' });
  const chosen = snapshot.root.collections.flatMap((collection, number) => (selection.target(collection) ? [number] : []));
  const damaged = await snapshot.damage(chosen, { contents: mode === 'in-place', signal: attempt.signal });
  if (damaged.length === 0) return;
  // No snapshot relies on any of them from now on (C4).
  await markChunksDamaged(
    parts.db,
    damaged.map(({ object }) => object),
  );
  const named = damaged.slice(0, NAMED).map(({ object, what }) => `${object}: ${what}`);
  if (damaged.length > NAMED) named.push(`and ${damaged.length - NAMED} more`);
  throw new Problem('snapshot-damaged', [snapshot.root.snapshotId, named.join('; ')], {
    hint: 'Run `npx lifeboat repair`, or restore another snapshot.',
  });
}

/** The other half of what {@link settleFailure} decides: whether another attempt follows. */
function mayContinue(row: RestoreRow, error: unknown, stopping: AbortSignal): boolean {
  if (error instanceof Superseded) return true;
  if (isProblem(error, 'cancelled')) return false;
  return stopping.aborted || (mayPass(error) && row.failures + 1 < FAILURE_LIMIT);
}

/** What jobs that FAILED while the target was away could not remove from it: nobody else knows of it any more. */
async function removeLeftovers(parts: WorkParts, row: RestoreRow, deployment: Deployment): Promise<void> {
  for (const journalId of await leftoverJournals(parts.db, deployment.address)) {
    await abandonRestore({ deployment, ...holdOf(parts, row, journalId) });
  }
}

/** A journal, under the fence of this attempt. Steps that are taken at the same time ask for the fence together, by a question that was asked after all of them. */
function holdOf({ db }: WorkParts, row: RestoreRow, journalId: string) {
  const holds = new Gathered(FENCES_AT_ONCE, async (steps: null[]) => {
    const isHeld = await holdsRestore(db, row.id, row.attempt);
    return steps.map(() => isHeld);
  });
  return {
    journal: swapJournalOf(db, journalId, { restoreJobId: row.id, attempt: row.attempt }),
    fence: async () => {
      if (!(await holds.ask(null))) throw new Superseded();
    },
  };
}

/** The job whose swap is carried out: another one, where this job resumes what that one left midway. */
function journalIdOf(row: RestoreRow): string {
  return (row.options as RestoreOptions).resumes ?? row.id;
}
