import type { EventFilter, EventScope } from '../../backup/events.ts';
import type { Listed, Page } from '../../page.ts';
import type { ApiServices } from '../services.ts';
import type { Exchange, OrganizationExchange } from './exchange.ts';
import { type RawQuery, readBoolean, readDate, readNames } from './query.ts';
import type { ShownEvent } from './render/event.ts';

export const projectEvents = {
  list: (services: ApiServices, { project, query }: Exchange, page: Page): Promise<Listed<ShownEvent>> =>
    list(services, { projectId: project.id }, query, page),

  get: (services: ApiServices, { project, parameters, query }: Exchange): Promise<ShownEvent> =>
    get(services, { projectId: project.id }, parameters.eventId!, query),
};

export const organizationEvents = {
  list: (services: ApiServices, { organization, query }: OrganizationExchange, page: Page): Promise<Listed<ShownEvent>> =>
    list(services, { organizationId: organization.id }, query, page),

  get: (services: ApiServices, { organization, parameters, query }: OrganizationExchange): Promise<ShownEvent> =>
    get(services, { organizationId: organization.id }, parameters.eventId!, query),
};

async function list(services: ApiServices, scope: EventScope, query: RawQuery, page: Page): Promise<Listed<ShownEvent>> {
  const withRaw = readBoolean(query, 'includeRaw', false);
  const { results, totalCount } = await services.events.list(scope, readFilter(query), page);
  return { results: results.map((event) => ({ event, withRaw })), totalCount };
}

async function get(services: ApiServices, scope: EventScope, id: string, query: RawQuery): Promise<ShownEvent> {
  const withRaw = readBoolean(query, 'includeRaw', false);
  return { event: await services.events.get(scope, id), withRaw };
}

function readFilter(query: RawQuery): EventFilter {
  return {
    types: readNames(query, 'eventType'),
    exceptTypes: readNames(query, 'excludedEventType'),
    clusterNames: readNames(query, 'clusterNames'),
    from: readDate(query, 'minDate'),
    until: readDate(query, 'maxDate'),
  };
}
