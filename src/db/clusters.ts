import { type Listed, offsetOf, type Page } from '../page.ts';
import type { Queryable } from './connection.ts';

export interface ClusterRow {
  id: string;
  projectId: string;
  name: string;
  tier: string;
  uriSealed: Buffer;
  deployment: string;
  mongodbVersion: string;
  topology: string;
  createdAt: Date;
}

/** `false` when the project has a cluster of that name. */
export async function insertCluster(db: Queryable, row: ClusterRow): Promise<boolean> {
  const result = await db
    .insertInto('clusters')
    .values(row)
    .onConflict((conflict) => conflict.columns(['projectId', 'name']).doNothing())
    .executeTakeFirst();
  return result.numInsertedOrUpdatedRows === 1n;
}

export async function findCluster(db: Queryable, projectId: string, name: string): Promise<ClusterRow | null> {
  const found = await db.selectFrom('clusters').selectAll().where('projectId', '=', projectId).where('name', '=', name).executeTakeFirst();
  return found ?? null;
}

export async function findClusterById(db: Queryable, id: string): Promise<ClusterRow | null> {
  return (await db.selectFrom('clusters').selectAll().where('id', '=', id).executeTakeFirst()) ?? null;
}

export async function listClusters(db: Queryable, projectId: string, page: Page): Promise<Listed<ClusterRow>> {
  const matching = db.selectFrom('clusters').where('projectId', '=', projectId);
  const results = await matching.selectAll().orderBy('createdAt').orderBy('id').limit(page.size).offset(offsetOf(page)).execute();
  const { count } = await matching.select((eb) => eb.fn.countAll<number>().as('count')).executeTakeFirstOrThrow();
  return { results, totalCount: count };
}

export async function updateClusterVersion(db: Queryable, id: string, mongodbVersion: string, topology: string): Promise<void> {
  await db.updateTable('clusters').set({ mongodbVersion, topology }).where('id', '=', id).execute();
}
