import { damagedChunks, markChunksDamaged } from '../db/chunks.ts';
import type { Db } from '../db/connection.ts';
import { isProblem } from '../errors.ts';
import { objectsOf } from '../vault/snapshot-objects.ts';
import type { Vault } from '../vault/vault.ts';

/**
 * Remembers the chunk whose object `error` says is damaged or missing, whoever found it (invariant C4 of docs/vault-format.md): no snapshot relies on it any more, and the next that
 * has its documents writes it anew. Any other error is passed over.
 */
export async function noteDamage(db: Db, error: unknown): Promise<void> {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (isProblem(cause, 'object-damaged', 'object-missing')) await markChunksDamaged(db, [cause.parameters[0]!]);
  }
}

/**
 * Whether nothing of a COMPLETED snapshot is known to be damaged or missing: its manifest can be read, root and segments, and names no chunk that somebody found damaged. The chunks are not
 * searched for what nobody has found yet; that is what `verify` is for.
 */
export async function isWhole(db: Db, vault: Vault, snapshotId: string): Promise<boolean> {
  const damaged = new Set(await damagedChunks(db));
  try {
    for await (const key of objectsOf(vault.access, snapshotId)) if (damaged.has(key)) return false;
    return true;
  } catch (error) {
    if (isProblem(error, 'object-missing', 'object-damaged')) return false;
    throw error;
  }
}
