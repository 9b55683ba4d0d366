import type { Queryable } from './connection.ts';

export interface OrganizationRow {
  id: string;
  name: string;
  createdAt: Date;
}

export async function insertOrganization(db: Queryable, row: OrganizationRow): Promise<void> {
  await db.insertInto('organizations').values(row).execute();
}

export async function findOrganization(db: Queryable, id: string): Promise<OrganizationRow | null> {
  return (await db.selectFrom('organizations').selectAll().where('id', '=', id).executeTakeFirst()) ?? null;
}

export async function renameOrganization(db: Queryable, id: string, name: string): Promise<void> {
  await db.updateTable('organizations').set({ name }).where('id', '=', id).execute();
}
