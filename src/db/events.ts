import { type Listed, offsetOf, type Page } from '../page.ts';
import type { Queryable } from './connection.ts';
import type { EventsTable } from './schema.ts';

export type EventRow = EventsTable;

/** Of a project, or of an organization: then what its own list shows. */
export type EventScope = { projectId: string } | { organizationId: string };

export interface EventFilter {
  types: string[];
  exceptTypes: string[];
  clusterNames: string[];
  from: Date | undefined;
  until: Date | undefined;
}

/** The organization of a project's event is looked up, so that who records one need not know it. */
export async function insertEvents(
  db: Queryable,
  rows: readonly (Omit<EventRow, 'organizationId'> & { organizationId: string | null })[],
): Promise<void> {
  await db
    .insertInto('events')
    .values((eb) =>
      rows.map(({ organizationId, projectId, ...rest }) => ({
        ...rest,
        projectId,
        organizationId: organizationId ?? eb.selectFrom('projects').select('projects.organizationId').where('projects.id', '=', projectId),
      })),
    )
    .execute();
}

export async function findEvent(db: Queryable, scope: EventScope, id: string): Promise<EventRow | null> {
  return (await inScope(db, scope).selectAll().where('id', '=', id).executeTakeFirst()) ?? null;
}

function inScope(db: Queryable, scope: EventScope) {
  const events = db.selectFrom('events');
  if ('projectId' in scope) return events.where('projectId', '=', scope.projectId);
  return events.where('organizationId', '=', scope.organizationId).where('ofOrganization', '=', true);
}

/** Newest first, ties by id. */
export async function listEvents(db: Queryable, scope: EventScope, filter: EventFilter, page: Page): Promise<Listed<EventRow>> {
  let matching = inScope(db, scope);
  if (filter.types.length > 0) matching = matching.where('type', 'in', filter.types);
  if (filter.exceptTypes.length > 0) matching = matching.where('type', 'not in', filter.exceptTypes);
  if (filter.clusterNames.length > 0) matching = matching.where('clusterName', 'in', filter.clusterNames);
  if (filter.from) matching = matching.where('createdAt', '>=', filter.from);
  if (filter.until) matching = matching.where('createdAt', '<=', filter.until);
  const results = await matching
    .selectAll()
    .orderBy('createdAt', 'desc')
    .orderBy('id', 'desc')
    .limit(page.size)
    .offset(offsetOf(page))
    .execute();
  const { count } = await matching.select((eb) => eb.fn.countAll<number>().as('count')).executeTakeFirstOrThrow();
  return { results, totalCount: count };
}
