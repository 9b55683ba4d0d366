import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type TSchema, Type } from 'typebox';
import { callerOf, checkAccess } from '../caller.ts';
import type { ApiServices } from '../services.ts';
import { AtlasError } from './error-table.ts';
import { sendBody } from './exchange.ts';
import { readCommonQuery } from './query.ts';
import { AtlasErrorBody } from './render/schemas.ts';
import { type AtlasRoute, V1_ROUTES } from './routes.ts';

const V1 = '/api/atlas/v1.0';

/** Atlas' routes: each checks who asks and for which project, then leaves the rest to its handler. */
export async function atlasRoutes(server: FastifyInstance, services: ApiServices): Promise<void> {
  // Schemas describe here, for the OpenAPI document; requests are read by Atlas' own rules, which have their own codes.
  server.setValidatorCompiler(() => () => true);
  server.setSerializerCompiler(() => (text) => text as string);
  for (const route of V1_ROUTES) {
    server.route({
      method: route.method,
      url: `${V1}/groups/:groupId${route.path}`,
      schema: describe(route),
      handler: (request, reply) => answer(services, route, request, reply),
    });
  }
}

async function answer(services: ApiServices, route: AtlasRoute, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const common = readCommonQuery(request.query as Record<string, string>);
  const caller = callerOf(request);
  const parameters = request.params as Record<string, string>;
  const project = await services.projects.get(parameters.groupId!);
  checkAccess(caller, project, route.permission);
  if (route.takes) checkMediaType(request);
  const path = request.raw.url!.split('?', 1)[0]!;
  const body = await route.handler(services, {
    caller,
    project,
    parameters,
    query: request.query as Record<string, string>,
    body: request.body,
    url: services.publicUrl() + path,
  });
  return sendBody(reply, 200, body, common);
}

/** `application/json`, or the versioned form of v2, or none at all as a bare `curl -d` without `-H` would not say JSON. */
export function checkMediaType(request: FastifyRequest): void {
  const type = request.headers['content-type'];
  if (type === undefined || /^application\/([a-z0-9.+-]+\+)?json\b/i.test(type)) return;
  throw new AtlasError('UNSUPPORTED_MEDIA_TYPE', [type.slice(0, 100)]);
}

function describe(route: AtlasRoute): object {
  const isList = route.path.endsWith('s') && route.method === 'GET';
  const query: Record<string, TSchema> = {
    envelope: Type.Optional(Type.Boolean({ default: false })),
    pretty: Type.Optional(Type.Boolean({ default: false })),
    ...(isList && {
      pageNum: Type.Optional(Type.Integer({ minimum: 1, default: 1 })),
      itemsPerPage: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, default: 100 })),
      includeCount: Type.Optional(Type.Boolean({ default: true })),
    }),
  };
  const names = [...`:groupId${route.path}`.matchAll(/:(\w+)/g)].map(([, name]) => name!);
  const errors = Object.fromEntries([400, 401, 403, 404, 409, 500].map((status) => [status, AtlasErrorBody]));
  return {
    operationId: route.operationId,
    summary: route.summary,
    tags: ['Atlas v1.0: shared clusters'],
    params: Type.Object(Object.fromEntries(names.map((name) => [name, Type.String()]))),
    querystring: Type.Object(query),
    ...(route.takes && { body: route.takes }),
    response: { 200: route.answers, ...errors },
  };
}
