import type { TSchema } from 'typebox';
import type { DocumentedError } from '../atlas/error-table.ts';
import { NATIVE_ORGANIZATION, type OrganizationRoute } from '../native/organization-route.ts';
import { NATIVE, type NativeRoute } from '../native/route.ts';
import type { SessionRoute } from '../native/session-route.ts';
import { LIST_QUERY } from './atlas-operation.ts';
import {
  type Answer,
  OF_BODIES,
  OF_EVERY_ROUTE,
  type Operation,
  pathErrors,
  pathParameters,
  queryParameters,
  refusals,
  STATUS_WORDS,
} from './operation.ts';

/** A route of Lifeboat's own as the served document tells it. */
export function nativeOperation(route: NativeRoute): Operation {
  const errors = [...OF_EVERY_ROUTE, ...(['INVALID_GROUP_ID', 'NOT_IN_GROUP', 'USER_UNAUTHORIZED'] as const)];
  const mediaType = route.handler === 'stream' ? 'text/event-stream' : 'application/json';
  const answers = answersOf([...(route.status === 204 ? [EMPTY] : []), ...Object.entries(route.answers)], mediaType);
  return ownOperation(route, NATIVE + route.path, answers, errors);
}

export function organizationOperation(route: OrganizationRoute): Operation {
  const ofScope = ['INVALID_ORG_ID', 'ORG_NOT_FOUND', 'USER_CANNOT_ACCESS_ORG', 'USER_UNAUTHORIZED'] as const;
  const answers = answersOf([[String(route.status), route.answers]]);
  return ownOperation(route, NATIVE_ORGANIZATION + route.path, answers, [...OF_EVERY_ROUTE, ...ofScope]);
}

export function sessionOperation(route: SessionRoute): Operation {
  const answers = answersOf([[String(route.status), route.answers]]);
  const security = route.needsSession ? [{ session: [] }] : [];
  return { ...ownOperation(route, route.path, answers, OF_EVERY_ROUTE), tags: ['Sessions'], security };
}

type StatusSchema = [status: string, schema: TSchema | undefined];

const EMPTY: StatusSchema = ['204', undefined];

function answersOf(schemas: StatusSchema[], mediaType = 'application/json'): Record<string, Answer> {
  return Object.fromEntries(
    schemas.map(([status, schema]) => [
      status,
      { description: STATUS_WORDS[Number(status)]!, ...(schema && { content: { [mediaType]: { schema } } }) },
    ]),
  );
}

type OwnRoute = Pick<NativeRoute, 'operationId' | 'summary' | 'takes' | 'query' | 'isList' | 'errors'>;

function ownOperation(route: OwnRoute, path: string, answers: Record<string, Answer>, ofScope: readonly DocumentedError[]): Operation {
  const { envelope, pretty, pageNum, itemsPerPage } = LIST_QUERY;
  const errors = [
    ...ofScope,
    ...pathErrors(path),
    ...(route.takes ? ([...OF_BODIES, 'invalid-value'] as const) : []),
    ...(route.errors ?? []),
  ];
  return {
    operationId: `native.${route.operationId}`,
    summary: route.summary,
    tags: ['Lifeboat'],
    parameters: [
      ...pathParameters(path),
      ...queryParameters({ envelope, pretty, ...(route.isList && { pageNum, itemsPerPage }), ...route.query }),
    ],
    ...(route.takes && { requestBody: { required: true, content: { 'application/json': { schema: route.takes } } } }),
    responses: { ...answers, ...refusals(errors) },
  };
}
