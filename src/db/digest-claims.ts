import { after, MINUTE } from '../clock.ts';
import type { Db } from './connection.ts';

/** Spends a (nonce, nc) pair; `false` when it was spent before, on whichever node. */
export async function claimDigest(db: Db, nonce: string, nc: number, expiresAt: Date): Promise<boolean> {
  const result = await db
    .insertInto('digestClaims')
    .values({ nonce, nc, expiresAt })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return result.numInsertedOrUpdatedRows === 1n;
}

/** The clocks of two nodes, each within a minute of the right time. */
const BETWEEN_CLOCKS = 2 * MINUTE;

/** A pair whose nonce has expired by the clocks of all nodes can never be used again, so nothing is gained by remembering it. */
export async function forgetDigestClaims(db: Db, now: Date): Promise<void> {
  await db.deleteFrom('digestClaims').where('expiresAt', '<', after(now, -BETWEEN_CLOCKS)).execute();
}
