import type { Clock } from '../clock.ts';
import type { Db } from '../db/connection.ts';
import { beatVaultRun, endVaultRun, startVaultRun } from '../db/vault-runs.ts';
import { newId } from '../ids.ts';
import type { ChunkIndex } from '../vault/chunk-index.ts';
import { chunkIndexOf, RunLost } from './vault-index.ts';
import { Attempt } from './work/attempt.ts';

/**
 * Work on the vault that is no job: what it stores and takes over is no garbage until it has ended. Its signal stops it when the caller's does, or when the run was taken for dead
 * ({@link RunLost}).
 */
export async function inVaultRun<T>(
  { db, clock, signal = new AbortController().signal }: { db: Db; clock: Clock; signal?: AbortSignal | undefined },
  kind: string,
  work: (index: ChunkIndex, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const runId = newId(clock.now());
  await startVaultRun(db, runId, kind);
  const beats = new Attempt(signal, { documents: 0, bytes: 0 }, async () =>
    (await beatVaultRun(db, runId)) ? { cancelRequested: false } : null,
  );
  try {
    return await work(chunkIndexOf(db, runId), beats.signal);
  } catch (error) {
    throw beats.signal.aborted && !signal.aborted ? new RunLost() : error;
  } finally {
    await beats.end();
    await endVaultRun(db, runId);
  }
}
