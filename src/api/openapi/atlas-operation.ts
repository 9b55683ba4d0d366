import { type TSchema, Type } from 'typebox';
import type { DocumentedError } from '../atlas/error-table.ts';
import { LAST_PAGE, MOST_ITEMS } from '../atlas/query.ts';
import type { AtlasRoute, Rendering } from '../atlas/route.ts';
import { mediaTypeOf, type VersionDate } from '../atlas/versions.ts';
import {
  type Answer,
  type Content,
  OF_BODIES,
  OF_EVERY_ROUTE,
  type Operation,
  pathErrors,
  pathParameters,
  queryParameters,
  refusals,
  STATUS_WORDS,
} from './operation.ts';

const COMMON_QUERY = {
  envelope: Type.Boolean({ default: false, description: 'The answer within another that names the status.' }),
  pretty: Type.Boolean({ default: false, description: 'The answer with line breaks.' }),
};
export const LIST_QUERY = {
  ...COMMON_QUERY,
  pageNum: Type.Integer({ minimum: 1, maximum: LAST_PAGE, default: 1 }),
  itemsPerPage: Type.Integer({ minimum: 1, maximum: MOST_ITEMS, default: 100 }),
  includeCount: Type.Boolean({ default: true }),
};

/** A route of Atlas as the served document tells it: on v2 with one media type for each version. */
export function atlasOperation(route: AtlasRoute, api: 'v1' | 'v2'): Operation {
  const renderings: [string, Rendering<unknown>][] =
    api === 'v1'
      ? [['application/json', route.v1!]]
      : Object.entries(route.v2!).map(([version, rendering]) => [mediaTypeOf(version as VersionDate), rendering]);
  const takes = renderings.flatMap(([mediaType, rendering]): [string, TSchema][] => {
    const schema = rendering.takes ?? route.takes;
    return schema ? [[mediaType, schema]] : [];
  });
  return {
    operationId: api === 'v1' ? `v1.${route.operationId}` : route.operationId,
    summary: route.summary,
    tags: [`${route.tag} (${api === 'v1' ? 'v1.0' : 'v2'})`],
    ...(renderings.every(([, rendering]) => rendering.deprecated) && { deprecated: true }),
    parameters: [...pathParameters(route.path), ...queryParameters(queryOf(route))],
    ...(takes.length > 0 && { requestBody: { required: true, content: contentOf(takes) } }),
    responses: {
      [route.status ?? 200]: answerOf(route, renderings),
      ...refusals(
        [
          ...OF_EVERY_ROUTE,
          ...scopeErrors(route, api),
          ...pathErrors(route.path),
          ...(takes.length > 0 ? OF_BODIES : []),
          ...(route.bucket ? (['RATE_LIMITED_TOKEN_BUCKET'] as const) : []),
          ...(route.errors ?? []),
        ],
        route.words,
      ),
    },
  };
}

function queryOf(route: AtlasRoute): Record<string, TSchema> {
  return { ...(route.isList ? LIST_QUERY : COMMON_QUERY), ...route.query };
}

/** Of what the path is below, and of how its versions are told apart. */
function scopeErrors({ scope }: AtlasRoute, api: 'v1' | 'v2'): DocumentedError[] {
  const version: DocumentedError[] = api === 'v2' ? ['INVALID_VERSION_DATE'] : [];
  if (scope === 'installation') return version;
  if (scope === 'organization') {
    return [...version, 'INVALID_ORG_ID', 'ORG_NOT_FOUND', 'USER_CANNOT_ACCESS_ORG', 'USER_UNAUTHORIZED'];
  }
  return [...version, 'INVALID_GROUP_ID', api === 'v1' ? 'NOT_IN_GROUP' : 'GROUP_NOT_FOUND', 'USER_UNAUTHORIZED'];
}

function answerOf({ status, location }: AtlasRoute, renderings: [string, Rendering<unknown>][]): Answer {
  const bodies = renderings.flatMap(([mediaType, { answers }]): [string, TSchema][] => (answers ? [[mediaType, answers]] : []));
  const header = (description: string) => ({ description, schema: { type: 'string' } });
  const headers = {
    ...(location && { Location: header('The URL of what was made.') }),
    ...(renderings.some(([, { deprecated }]) => deprecated?.since) && { Deprecation: header('Since when this version is deprecated.') }),
    ...(renderings.some(([, { deprecated }]) => deprecated) && { Sunset: header('When this version ends in Atlas.') }),
  };
  return {
    description: STATUS_WORDS[status ?? 200]!,
    ...(Object.keys(headers).length > 0 && { headers }),
    ...(bodies.length > 0 && { content: contentOf(bodies) }),
  };
}

function contentOf(schemas: [string, TSchema][]): Content {
  return Object.fromEntries(schemas.map(([mediaType, schema]) => [mediaType, { schema }]));
}
