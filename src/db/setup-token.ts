import type { Queryable } from './connection.ts';

export interface SetupTokenRow {
  sha256: Buffer;
  expiresAt: Date;
}

/** The one before is worth nothing from now on. */
export async function replaceSetupToken(db: Queryable, row: SetupTokenRow): Promise<void> {
  await db
    .insertInto('setupToken')
    .values(row)
    .onConflict((conflict) => conflict.column('isOnly').doUpdateSet(row))
    .execute();
}

export async function isSetupToken(db: Queryable, sha256: Buffer, now: Date): Promise<boolean> {
  const matching = db.selectFrom('setupToken').select('expiresAt').where('sha256', '=', sha256).where('expiresAt', '>', now);
  return (await matching.executeTakeFirst()) !== undefined;
}

/** Spends the token; of many at once one alone is answered `true`. */
export async function spendSetupToken(db: Queryable, sha256: Buffer, now: Date): Promise<boolean> {
  const result = await db.deleteFrom('setupToken').where('sha256', '=', sha256).where('expiresAt', '>', now).executeTakeFirst();
  return result.numDeletedRows === 1n;
}

export async function forgetSetupToken(db: Queryable): Promise<void> {
  await db.deleteFrom('setupToken').execute();
}
