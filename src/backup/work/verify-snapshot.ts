import { markChunksDamaged } from '../../db/chunks.ts';
import { dropLease, keepLease } from '../../db/leases.ts';
import { beginVerification, completeVerification, countVerificationHandover, reportVerification } from '../../db/verifications.ts';
import { Problem } from '../../errors.ts';
import { RetryLater } from '../../jobs/definitions.ts';
import { verifyVault } from '../../vault/verify.ts';
import { failureOf } from '../job-failure.ts';
import { Attempt, CRASH_LIMIT, FAILURE_LIMIT, mayPass, Superseded } from './attempt.ts';
import type { WorkParts } from './parts.ts';

const RETRY_SECONDS = 10;

/** The job `snapshot.verify`: reads everything of a snapshot in the vault again and notes what it found. A worker that is lost begins it anew. */
export async function verifySnapshot(parts: WorkParts, snapshotId: string, signal: AbortSignal): Promise<void> {
  const { db, clock, vault } = parts;
  const begun = await beginVerification(db, snapshotId);
  if (!begun) return;
  const { number } = begun;
  const fail = async (error: unknown) =>
    void (await reportVerification(db, snapshotId, number, { status: 'FAILED', failure: failureOf(error) }));
  if (begun.lost >= CRASH_LIMIT) return fail(new Problem('worker-lost', [CRASH_LIMIT]));
  const lease = { id: `verification ${snapshotId}`, snapshotId, holder: 'verification', seconds: parts.leaseSeconds };
  const attempt = new Attempt(signal, { documents: 0, bytes: 0 }, async (progress) => {
    await keepLease(db, lease);
    return (await reportVerification(db, snapshotId, number, { progress })) ? { cancelRequested: false } : null;
  });
  try {
    await keepLease(db, lease);
    const report = await verifyVault(vault, {
      snapshotId,
      signal: attempt.signal,
      onProgress: ({ documents, bytes, totalBytes }) => attempt.report({ documents, bytes, totalBytes }),
    });
    const damaged = [...report.damaged, ...report.missing].map(({ object }) => object);
    // No snapshot relies on any of them from now on (C4 of docs/vault-format.md).
    await markChunksDamaged(db, damaged);
    await attempt.end();
    const verified = { at: clock.now().toISOString(), ok: damaged.length === 0, damaged: damaged.length };
    await completeVerification(db, snapshotId, number, verified);
  } catch (error) {
    await attempt.end();
    if (attempt.signal.reason instanceof Superseded) return;
    // Another worker has it at once.
    if (signal.aborted) {
      await countVerificationHandover(db, snapshotId, number);
      throw error;
    }
    parts.logger.warn({ err: error, snapshotId }, 'a snapshot could not be verified');
    // As with every other job: what may pass is tried once more.
    if (mayPass(error) && begun.lost + 1 < FAILURE_LIMIT) throw new RetryLater(RETRY_SECONDS, 'the snapshot could not be verified');
    await fail(error);
  } finally {
    await attempt.end();
    await dropLease(db, lease.id);
  }
}
