import { sql } from 'kysely';
import { type Listed, offsetOf, type Page } from '../page.ts';
import type { Queryable } from './connection.ts';

export interface KeyAccessRow {
  cidrBlock: string;
  createdAt: Date;
  requests: number;
  lastUsedAt: Date | null;
  lastUsedAddress: string | null;
}

export interface ProjectAccessRow {
  projectId: string;
  entry: string;
  comment: string | null;
  deleteAfterDate: Date | null;
  createdAt: Date;
}

/** `false` when the list has the block already. */
export async function insertKeyAccess(db: Queryable, apiKeyId: string, cidrBlock: string, createdAt: Date): Promise<boolean> {
  const result = await db
    .insertInto('apiKeyAccessList')
    .values({ apiKeyId, cidrBlock, createdAt, lastUsedAt: null, lastUsedAddress: null })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return result.numInsertedOrUpdatedRows === 1n;
}

export async function listKeyAccess(db: Queryable, apiKeyId: string, page: Page): Promise<Listed<KeyAccessRow>> {
  const matching = db.selectFrom('apiKeyAccessList').where('apiKeyId', '=', apiKeyId);
  const results = await matching.selectAll().orderBy('createdAt').orderBy('cidrBlock').limit(page.size).offset(offsetOf(page)).execute();
  const { count } = await matching.select((eb) => eb.fn.countAll<number>().as('count')).executeTakeFirstOrThrow();
  return { results, totalCount: count };
}

export async function findKeyAccess(db: Queryable, apiKeyId: string, cidrBlock: string): Promise<KeyAccessRow | null> {
  const row = await db
    .selectFrom('apiKeyAccessList')
    .selectAll()
    .where('apiKeyId', '=', apiKeyId)
    .where('cidrBlock', '=', cidrBlock)
    .executeTakeFirst();
  return row ?? null;
}

export async function deleteKeyAccess(db: Queryable, apiKeyId: string, cidrBlock: string): Promise<boolean> {
  const result = await db
    .deleteFrom('apiKeyAccessList')
    .where('apiKeyId', '=', apiKeyId)
    .where('cidrBlock', '=', cidrBlock)
    .executeTakeFirst();
  return result.numDeletedRows === 1n;
}

export interface KeyAccessUse {
  apiKeyId: string;
  cidrBlock: string;
  requests: number;
  address: string;
  at: Date;
}

/** So many more requests came from where this block is, the last of them from `address`. */
export async function countKeyAccess(db: Queryable, { apiKeyId, cidrBlock, requests, address, at }: KeyAccessUse): Promise<void> {
  await db
    .updateTable('apiKeyAccessList')
    .set((eb) => ({ requests: eb('requests', '+', requests), lastUsedAt: at, lastUsedAddress: address }))
    .where('apiKeyId', '=', apiKeyId)
    .where('cidrBlock', '=', cidrBlock)
    .execute();
}

/** An entry that is there gets the new comment and date; `true` when it was not. */
export async function putProjectAccess(db: Queryable, row: ProjectAccessRow): Promise<boolean> {
  const { isNew } = await db
    .insertInto('projectAccessList')
    .values(row)
    .onConflict((conflict) =>
      conflict.columns(['projectId', 'entry']).doUpdateSet({ comment: row.comment, deleteAfterDate: row.deleteAfterDate }),
    )
    // A row that an upsert inserted was never locked by another transaction (xmax).
    .returning(sql<boolean>`xmax = 0`.as('isNew'))
    .executeTakeFirstOrThrow();
  return isNew;
}

/** Those whose time has not come, at `now`. */
export async function listProjectAccess(db: Queryable, projectId: string, now: Date, page: Page): Promise<Listed<ProjectAccessRow>> {
  const matching = db
    .selectFrom('projectAccessList')
    .where('projectId', '=', projectId)
    .where((eb) => eb.or([eb('deleteAfterDate', 'is', null), eb('deleteAfterDate', '>', now)]));
  const results = await matching.selectAll().orderBy('createdAt').orderBy('entry').limit(page.size).offset(offsetOf(page)).execute();
  const { count } = await matching.select((eb) => eb.fn.countAll<number>().as('count')).executeTakeFirstOrThrow();
  return { results, totalCount: count };
}

export async function findProjectAccess(db: Queryable, projectId: string, entry: string): Promise<ProjectAccessRow | null> {
  const row = await db
    .selectFrom('projectAccessList')
    .selectAll()
    .where('projectId', '=', projectId)
    .where('entry', '=', entry)
    .executeTakeFirst();
  return row ?? null;
}

export async function deleteProjectAccess(db: Queryable, projectId: string, entry: string): Promise<void> {
  await db.deleteFrom('projectAccessList').where('projectId', '=', projectId).where('entry', '=', entry).execute();
}
