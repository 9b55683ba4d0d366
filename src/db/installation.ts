import type { Db, Queryable } from './connection.ts';

export interface InstallationRow {
  id: string;
  organizationId: string | null;
  vaultId: string | null;
  createdAt: Date;
  keyExportedAt: Date | null;
  secretKeySealed: Buffer | null;
}

export async function findInstallation(db: Db): Promise<InstallationRow | null> {
  return (await db.selectFrom('installation').selectAll().executeTakeFirst()) ?? null;
}

/** Whoever sets something up for the first time waits for another who does. */
export async function lockInstallation(db: Queryable): Promise<InstallationRow> {
  return db.selectFrom('installation').selectAll().forUpdate().executeTakeFirstOrThrow();
}

/** The installation's one row; the first caller's `id` stays. */
export async function ensureInstallation(db: Db, id: string, createdAt: Date): Promise<InstallationRow> {
  await db
    .insertInto('installation')
    .values({ id, organizationId: null, vaultId: null, createdAt, keyExportedAt: null, secretKeySealed: null })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  return db.selectFrom('installation').selectAll().executeTakeFirstOrThrow();
}

/** Gives the installation its organization, once; `false` when it has one. */
export async function claimInstallation(db: Queryable, organizationId: string): Promise<boolean> {
  const result = await db.updateTable('installation').set({ organizationId }).where('organizationId', 'is', null).executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

export async function markKeyExported(db: Queryable, at: Date): Promise<void> {
  await db.updateTable('installation').set({ keyExportedAt: at }).execute();
}

export async function setVault(db: Db, vaultId: string): Promise<void> {
  await db.updateTable('installation').set({ vaultId }).execute();
}

/** The installation goes on as another one, which does not own what the one before owned. */
export async function renameInstallation(db: Queryable, id: string): Promise<InstallationRow> {
  await db.updateTable('installation').set({ id }).execute();
  return db.selectFrom('installation').selectAll().executeTakeFirstOrThrow();
}
