import type { Insertable, Selectable } from 'kysely';
import { type Listed, offsetOf, type Page } from '../page.ts';
import type { Queryable } from './connection.ts';
import type { ProjectsTable } from './schema.ts';

export type ProjectRow = Selectable<ProjectsTable>;

/** `null` when the organization has a project of that name. */
export async function insertProject(db: Queryable, row: Insertable<ProjectsTable>): Promise<ProjectRow | null> {
  const inserted = await db
    .insertInto('projects')
    .values(row)
    .onConflict((conflict) => conflict.columns(['organizationId', 'name']).where('deletedAt', 'is', null).doNothing())
    .returningAll()
    .executeTakeFirst();
  return inserted ?? null;
}

export async function findProject(db: Queryable, id: string): Promise<ProjectRow | null> {
  const found = await db.selectFrom('projects').selectAll().where('id', '=', id).where('deletedAt', 'is', null).executeTakeFirst();
  return found ?? null;
}

export async function findProjectByName(db: Queryable, organizationId: string, name: string): Promise<ProjectRow | null> {
  const matching = db.selectFrom('projects').selectAll().where('organizationId', '=', organizationId).where('name', '=', name);
  return (await matching.where('deletedAt', 'is', null).executeTakeFirst()) ?? null;
}

/** Oldest first; all of the organization, or those in `ids` alone. `name`: a part of the name, whatever its case. */
export async function listProjects(
  db: Queryable,
  organizationId: string,
  page: Page,
  o: { ids?: readonly string[] | undefined; name?: string | undefined } = {},
): Promise<Listed<ProjectRow>> {
  if (o.ids?.length === 0) return { results: [], totalCount: 0 };
  let matching = db.selectFrom('projects').where('organizationId', '=', organizationId).where('deletedAt', 'is', null);
  if (o.ids) matching = matching.where('id', 'in', o.ids);
  if (o.name)
    matching = matching.where((eb) =>
      eb(eb.fn<number>('strpos', [eb.fn<string>('lower', ['name']), eb.val(o.name!.toLowerCase())]), '>', 0),
    );
  const results = await matching.selectAll().orderBy('createdAt').orderBy('id').limit(page.size).offset(offsetOf(page)).execute();
  const { count } = await matching.select((eb) => eb.fn.countAll<number>().as('count')).executeTakeFirstOrThrow();
  return { results, totalCount: count };
}

/** Whether a statement failed because the name was taken in the meantime. */
export function isNameTaken(error: unknown): boolean {
  const { code, table } = error as { code?: string; table?: string };
  return code === '23505' && table === 'projects';
}

/** `null` when it is not there. Throws what {@link isNameTaken} knows when the name is taken. */
export async function updateProject(
  db: Queryable,
  id: string,
  change: { name?: string; tags?: object; settings?: object },
): Promise<ProjectRow | null> {
  const { name, tags, settings } = change;
  const columns = {
    id,
    ...(name !== undefined && { name }),
    ...(tags && { tags: JSON.stringify(tags) }),
    ...(settings && { settings: JSON.stringify(settings) }),
  };
  const matching = db.updateTable('projects').set(columns).where('id', '=', id).where('deletedAt', 'is', null);
  return (await matching.returningAll().executeTakeFirst()) ?? null;
}

/** `false` when it still has clusters that users can see. */
export async function deleteProject(db: Queryable, id: string, at: Date): Promise<boolean> {
  const result = await db
    .updateTable('projects')
    .set({ deletedAt: at })
    .where('id', '=', id)
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('clusters').select('clusters.id').where('projectId', '=', id).where('lifecycle', '!=', 'parked'))),
    )
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** Of all organizations. */
export async function allProjectIds(db: Queryable): Promise<string[]> {
  const rows = await db.selectFrom('projects').select('id').where('deletedAt', 'is', null).orderBy('id').execute();
  return rows.map(({ id }) => id);
}
