import type { Insertable, Selectable } from 'kysely';
import { type Listed, offsetOf, type Page } from '../page.ts';
import type { Queryable } from './connection.ts';
import type { ClustersTable } from './schema.ts';

export type ClusterRow = Selectable<ClustersTable>;
export type NewClusterRow = Insertable<ClustersTable>;

/** `null` when the project has a cluster of that name. */
export async function insertCluster(db: Queryable, row: NewClusterRow): Promise<ClusterRow | null> {
  const inserted = await db
    .insertInto('clusters')
    .values(row)
    .onConflict((conflict) => conflict.columns(['projectId', 'name']).doNothing())
    .returningAll()
    .executeTakeFirst();
  return inserted ?? null;
}

/** A parked one is not found: to users it is not there yet, or no longer. */
export async function findCluster(db: Queryable, projectId: string, name: string): Promise<ClusterRow | null> {
  const found = await db
    .selectFrom('clusters')
    .selectAll()
    .where('projectId', '=', projectId)
    .where('name', '=', name)
    .where('lifecycle', '!=', 'parked')
    .executeTakeFirst();
  return found ?? null;
}

export async function findClusterById(db: Queryable, id: string): Promise<ClusterRow | null> {
  return (await db.selectFrom('clusters').selectAll().where('id', '=', id).executeTakeFirst()) ?? null;
}

/** Oldest first; of all tiers, or of `tiers` alone. Parked ones are left out. */
export async function listClusters(db: Queryable, projectId: string, page: Page, tiers?: readonly string[]): Promise<Listed<ClusterRow>> {
  let matching = db.selectFrom('clusters').where('projectId', '=', projectId).where('lifecycle', '!=', 'parked');
  if (tiers) matching = matching.where('tier', 'in', tiers);
  const results = await matching.selectAll().orderBy('createdAt').orderBy('id').limit(page.size).offset(offsetOf(page)).execute();
  const { count } = await matching.select((eb) => eb.fn.countAll<number>().as('count')).executeTakeFirstOrThrow();
  return { results, totalCount: count };
}

export async function listClustersOfProjects(db: Queryable, projectIds: readonly string[]): Promise<ClusterRow[]> {
  if (projectIds.length === 0) return [];
  const matching = db.selectFrom('clusters').selectAll().where('projectId', 'in', projectIds).where('lifecycle', '!=', 'parked');
  return matching.orderBy('createdAt').orderBy('id').execute();
}

/** Of every project, by name. */
export async function listAllClusters(db: Queryable): Promise<ClusterRow[]> {
  return db.selectFrom('clusters').selectAll().orderBy('name').orderBy('id').execute();
}

export async function countClusters(db: Queryable, projectIds: readonly string[]): Promise<Map<string, number>> {
  if (projectIds.length === 0) return new Map();
  const rows = await db
    .selectFrom('clusters')
    .select((eb) => ['projectId', eb.fn.countAll<number>().as('count')])
    .where('projectId', 'in', projectIds)
    .where('lifecycle', '!=', 'parked')
    .groupBy('projectId')
    .execute();
  return new Map(rows.map((row) => [row.projectId, row.count]));
}

export async function updateClusterVersion(db: Queryable, id: string, mongodbVersion: string, topology: string): Promise<void> {
  await db.updateTable('clusters').set({ mongodbVersion, topology }).where('id', '=', id).execute();
}

/** What a creation through the API says of a cluster. */
export interface ClusterSettings {
  tags: { key: string; value: string }[];
  terminationProtection: boolean;
}

/**
 * Makes a registered or parked cluster the one that a client creates; `null` when there is none, or it was created already. A parked one takes
 * the tier that is asked for; one that users can see keeps its own, and another tier is another cluster.
 */
export async function adoptCluster(
  db: Queryable,
  key: { projectId: string; name: string },
  settings: ClusterSettings & { tier: string; backingProvider: string; region: string },
): Promise<ClusterRow | null> {
  const row = await db
    .updateTable('clusters')
    .set({ ...settings, tags: JSON.stringify(settings.tags), lifecycle: 'created' })
    .where('projectId', '=', key.projectId)
    .where('name', '=', key.name)
    .where((eb) => eb.or([eb('lifecycle', '=', 'parked'), eb.and([eb('lifecycle', '=', 'registered'), eb('tier', '=', settings.tier)])]))
    .returningAll()
    .executeTakeFirst();
  return row ?? null;
}

/** Where a cluster is. */
export type ClusterPlace = Pick<ClusterRow, 'uriSealed' | 'deployment' | 'mongodbVersion' | 'topology' | 'connectionString'>;

export async function moveCluster(db: Queryable, id: string, place: ClusterPlace): Promise<void> {
  await db.updateTable('clusters').set(place).where('id', '=', id).execute();
}

export async function findParkedCluster(db: Queryable, projectId: string, name: string): Promise<ClusterRow | null> {
  const matching = db.selectFrom('clusters').selectAll().where('projectId', '=', projectId).where('name', '=', name);
  return (await matching.where('lifecycle', '=', 'parked').executeTakeFirst()) ?? null;
}

/** A parked cluster as what `row` says, under the id that it has; `null` when it is parked no longer. */
export async function returnCluster(db: Queryable, row: NewClusterRow): Promise<ClusterRow | null> {
  const { id, createdAt: _, ...columns } = row;
  const returned = await db
    .updateTable('clusters')
    .set({ terminationProtection: false, ...columns })
    .where('id', '=', id)
    .where('lifecycle', '=', 'parked')
    .returningAll()
    .executeTakeFirst();
  return returned ?? null;
}

/** What is absent stays as it is. */
export async function updateCluster(
  db: Queryable,
  id: string,
  settings: Partial<ClusterSettings & { tier: string; backingProvider: string; region: string }>,
): Promise<ClusterRow | null> {
  const { tags, ...columns } = settings;
  const row = await db
    .updateTable('clusters')
    .set({ ...columns, ...(tags && { tags: JSON.stringify(tags) }), id })
    .where('id', '=', id)
    .where('lifecycle', '!=', 'parked')
    .returningAll()
    .executeTakeFirst();
  return row ?? null;
}

/** `false` when it is protected, or parked already. */
export async function parkCluster(db: Queryable, id: string): Promise<boolean> {
  const result = await db
    .updateTable('clusters')
    .set({ lifecycle: 'parked', tags: '[]' })
    .where('id', '=', id)
    .where('lifecycle', '!=', 'parked')
    .where('terminationProtection', '=', false)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}
