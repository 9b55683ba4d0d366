import type { Queryable } from './connection.ts';

/** What is sealed under keys that come from the master key, of every row. */
export interface SealedColumns {
  clusters: { id: string; uriSealed: Buffer }[];
  apiKeys: { id: string; ha1Sealed: Buffer }[];
  secretKeySealed: Buffer | null;
}

export async function readSealedColumns(db: Queryable): Promise<SealedColumns> {
  return {
    clusters: await db.selectFrom('clusters').select(['id', 'uriSealed']).forUpdate().execute(),
    apiKeys: await db.selectFrom('apiKeys').select(['id', 'ha1Sealed']).forUpdate().execute(),
    ...(await db.selectFrom('installation').select('secretKeySealed').executeTakeFirstOrThrow()),
  };
}

/** Writes them under a new key, of which nobody has a copy yet. */
export async function writeSealedColumns(db: Queryable, { clusters, apiKeys, secretKeySealed }: SealedColumns): Promise<void> {
  for (const { id, uriSealed } of clusters) await db.updateTable('clusters').set({ uriSealed }).where('id', '=', id).execute();
  for (const { id, ha1Sealed } of apiKeys) await db.updateTable('apiKeys').set({ ha1Sealed }).where('id', '=', id).execute();
  await db.updateTable('installation').set({ secretKeySealed, keyExportedAt: null }).execute();
}
