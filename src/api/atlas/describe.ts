import { type TSchema, Type } from 'typebox';
import { AtlasErrorBody } from './render/schemas.ts';
import type { AtlasRoute, Rendering } from './route.ts';
import { mediaTypeOf, type VersionDate } from './versions.ts';

/** What the served OpenAPI document says of a route: on v2 one media type for each version. */
export function describe(route: AtlasRoute, api: 'v1' | 'v2'): object {
  const names = [...route.path.matchAll(/:(\w+)/g)].map(([, name]) => name!);
  const errors = Object.fromEntries([400, 401, 403, 404, 409, 500].map((status) => [status, AtlasErrorBody]));
  const renderings: [string, Rendering<unknown>][] =
    api === 'v1'
      ? [['application/json', route.v1!]]
      : Object.entries(route.v2!).map(([version, rendering]) => [mediaTypeOf(version as VersionDate), rendering]);
  return {
    operationId: api === 'v1' ? `v1.${route.operationId}` : route.operationId,
    summary: route.summary,
    tags: [`${route.tag} (${api === 'v1' ? 'v1.0' : 'v2'})`],
    ...(renderings.every(([, rendering]) => rendering.deprecated) && { deprecated: true }),
    ...(names.length > 0 && { params: Type.Object(Object.fromEntries(names.map((name) => [name, Type.String()]))) }),
    querystring: Type.Object(queryOf(route)),
    ...(route.takes && { body: { content: contentOf(renderings.map(([mediaType, { takes }]) => [mediaType, takes ?? route.takes!])) } }),
    response: { [route.status ?? 200]: answerOf(renderings), ...errors },
  };
}

function queryOf(route: AtlasRoute): Record<string, TSchema> {
  return {
    envelope: Type.Optional(Type.Boolean({ default: false })),
    pretty: Type.Optional(Type.Boolean({ default: false })),
    ...(route.isList && {
      pageNum: Type.Optional(Type.Integer({ minimum: 1, default: 1 })),
      itemsPerPage: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, default: 100 })),
      includeCount: Type.Optional(Type.Boolean({ default: true })),
    }),
    ...route.query,
  };
}

function answerOf(renderings: [string, Rendering<unknown>][]): object {
  const bodies = renderings.flatMap(([mediaType, { answers }]): [string, TSchema][] => (answers ? [[mediaType, answers]] : []));
  return bodies.length > 0 ? { description: 'OK', content: contentOf(bodies) } : { description: 'OK', type: 'null' };
}

function contentOf(schemas: [string, TSchema][]): object {
  return Object.fromEntries(schemas.map(([mediaType, schema]) => [mediaType, { schema }]));
}
