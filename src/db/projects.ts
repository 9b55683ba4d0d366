import { type Listed, offsetOf, type Page } from '../page.ts';
import type { Queryable } from './connection.ts';

export interface ProjectRow {
  id: string;
  organizationId: string;
  name: string;
  createdAt: Date;
}

export async function insertProject(db: Queryable, row: ProjectRow): Promise<void> {
  await db.insertInto('projects').values(row).execute();
}

export async function findProject(db: Queryable, id: string): Promise<ProjectRow | null> {
  return (await db.selectFrom('projects').selectAll().where('id', '=', id).executeTakeFirst()) ?? null;
}

export async function listProjects(db: Queryable, organizationId: string, page: Page): Promise<Listed<ProjectRow>> {
  const matching = db.selectFrom('projects').where('organizationId', '=', organizationId);
  const results = await matching.selectAll().orderBy('createdAt').orderBy('id').limit(page.size).offset(offsetOf(page)).execute();
  const { count } = await matching.select((eb) => eb.fn.countAll<number>().as('count')).executeTakeFirstOrThrow();
  return { results, totalCount: count };
}
