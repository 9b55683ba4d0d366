import { markChunksDamaged } from '../db/chunks.ts';
import type { Db } from '../db/connection.ts';
import { isProblem } from '../errors.ts';

/**
 * Remembers the chunk whose object `error` says is damaged or missing, whoever found it (invariant C4 of docs/vault-format.md): no snapshot relies on it any more, and the next that
 * has its documents writes it anew. Any other error is passed over.
 */
export async function noteDamage(db: Db, error: unknown): Promise<void> {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (isProblem(cause, 'object-damaged', 'object-missing')) await markChunksDamaged(db, [cause.parameters[0]!]);
  }
}
