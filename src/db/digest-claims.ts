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

/** A pair whose nonce has expired can never be used again, so nothing is gained by remembering it. */
export async function forgetDigestClaims(db: Db, before: Date): Promise<void> {
  await db.deleteFrom('digestClaims').where('expiresAt', '<', before).execute();
}
