import { Type } from 'typebox';
import { organizationEvents, projectEvents } from '../events.ts';
import { BUCKETS } from '../rate-limits.ts';
import { AtlasEvent, atlasEvent } from '../render/event.ts';
import { AtlasDate, ClusterName } from '../render/schemas.ts';
import { type AtlasRoute, list, one } from '../route.ts';

const event = { answers: AtlasEvent, render: atlasEvent };
const events = { bucket: BUCKETS.events, v1: event, v2: { '2023-01-01': event } } as const;

const includeRaw = Type.Optional(Type.Boolean({ default: false }));
const filters = {
  includeRaw,
  eventType: Type.Optional(Type.Array(Type.String())),
  excludedEventType: Type.Optional(Type.Array(Type.String())),
  minDate: Type.Optional(AtlasDate),
  maxDate: Type.Optional(AtlasDate),
};
const ofClusters = { ...filters, clusterNames: Type.Optional(Type.Array(ClusterName)) };

const inOrganization = { tag: 'Events', scope: 'organization', permission: 'read' } as const;
const inProject = { tag: 'Events', scope: 'project', permission: 'read' } as const;

export const EVENT_ROUTES: readonly AtlasRoute[] = [
  list({
    ...inProject,
    method: 'GET',
    path: '/groups/:groupId/events',
    operationId: 'listProjectEvents',
    summary: 'Get the events of a project, newest first',
    query: ofClusters,
    handler: projectEvents.list,
    ...events,
  }),
  one({
    ...inProject,
    method: 'GET',
    path: '/groups/:groupId/events/:eventId',
    operationId: 'getProjectEvent',
    summary: 'Get one event of a project',
    query: { includeRaw },
    handler: projectEvents.get,
    ...events,
  }),
  list({
    ...inOrganization,
    method: 'GET',
    path: '/orgs/:orgId/events',
    operationId: 'listOrganizationEvents',
    summary: 'Get the events of an organization, newest first',
    query: filters,
    handler: organizationEvents.list,
    ...events,
  }),
  one({
    ...inOrganization,
    method: 'GET',
    path: '/orgs/:orgId/events/:eventId',
    operationId: 'getOrganizationEvent',
    summary: 'Get one event of an organization',
    query: { includeRaw },
    handler: organizationEvents.get,
    ...events,
  }),
];
