import type { FastifyRequest } from 'fastify';
import type { NamedPlace } from '../../backup/places.ts';
import {
  isMember,
  isOrganizationMember,
  type OrganizationPermission,
  type Permission,
  permits,
  permitsInOrganization,
} from '../../backup/roles.ts';
import { isProblem, Problem } from '../../errors.ts';
import { callerOf } from '../caller.ts';
import { resourceUrl } from '../request-path.ts';
import type { ApiServices } from '../services.ts';
import { AtlasError } from './error-table.ts';
import type { CallerExchange, Dialect, Exchange, OrganizationExchange } from './exchange.ts';
import type { AtlasRoute } from './route.ts';

/** Finds what the path is below and checks the caller's role there. The handler's exchange is the answer. */
export async function enterScope(
  services: ApiServices,
  route: AtlasRoute,
  request: FastifyRequest,
  dialect: Dialect,
): Promise<CallerExchange | Exchange | OrganizationExchange> {
  const exchange = exchangeOf(services, request, dialect);
  if (route.scope === 'project') return enterProject(services, exchange, placeOf(exchange.parameters), route.permission);
  if (route.scope === 'organization') return enterOrganization(services, exchange, exchange.parameters.orgId!, route.permission);
  return exchange;
}

/** A request before it is known what it is below. */
export function exchangeOf(services: ApiServices, request: FastifyRequest, dialect: Dialect): CallerExchange {
  return {
    caller: callerOf(request),
    parameters: request.params as Record<string, string>,
    query: request.query as Record<string, string>,
    body: request.body,
    url: resourceUrl(services.publicUrl(), request),
    dialect,
  };
}

/** Atlas calls a project a group, and its families of routes have two names for a cluster and for a restore job. */
function placeOf(parameters: Readonly<Record<string, string>>): NamedPlace {
  const { groupId = '', clusterName, name, restoreId, restoreJobId } = parameters;
  return { projectId: groupId, clusterName: clusterName ?? name, restoreJobId: restoreJobId ?? restoreId };
}

/**
 * v1.0 and the native routes tell a project that is not there and one that is another's alike, 401 `NOT_IN_GROUP`, so that nothing can be probed. v2 tells them apart,
 * as recorded: 404 `GROUP_NOT_FOUND`, and 401 `USER_UNAUTHORIZED` for one the caller has no role in.
 */
export async function enterProject(
  services: ApiServices,
  exchange: CallerExchange,
  names: NamedPlace,
  permission: Permission,
): Promise<Exchange> {
  const isV1 = exchange.dialect === 'v1';
  const place = await services.places.find(names).catch((error) => {
    if (!isV1 && isProblem(error, 'project-not-found')) throw new AtlasError('GROUP_NOT_FOUND', [names.projectId]);
    throw error;
  });
  const { grants } = exchange.caller;
  if (isV1 && !isMember(grants, place.project)) throw new Problem('project-not-found', [names.projectId]);
  if (!permits(grants, place.project, permission)) throw new Problem('not-permitted');
  return { ...exchange, ...place };
}

/** An organization that is not there is told from a foreign one, as Atlas tells it. */
export async function enterOrganization(
  services: ApiServices,
  exchange: CallerExchange,
  organizationId: string,
  permission: OrganizationPermission,
): Promise<OrganizationExchange> {
  const organization = await services.organizations.get(organizationId);
  const { grants } = exchange.caller;
  if (!isOrganizationMember(grants, organization.id)) throw new AtlasError('USER_CANNOT_ACCESS_ORG');
  if (!permitsInOrganization(grants, organization.id, permission)) throw new Problem('not-permitted');
  return { ...exchange, organization };
}
