import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { sendBody } from '../atlas/answers.ts';
import { checkMediaType } from '../atlas/plugin.ts';
import { readCommonQuery } from '../atlas/query.ts';
import { enterProject, exchangeOf } from '../atlas/scope.ts';
import type { ApiServices } from '../services.ts';
import { NATIVE, type NativeRoute } from './route.ts';
import { NATIVE_ROUTES } from './routes.ts';

/** Lifeboat's own routes: the same digest, the same error bodies. */
export async function nativeRoutes(server: FastifyInstance, services: ApiServices): Promise<void> {
  for (const route of NATIVE_ROUTES) {
    server.route({
      method: route.method,
      url: NATIVE + route.path,
      handler: (request, reply) => answer(services, route, request, reply),
    });
  }
}

async function answer(services: ApiServices, route: NativeRoute, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const common = readCommonQuery(request.query as Record<string, string>);
  const asked = exchangeOf(services, request, 'v1');
  const { projectId = '', clusterName, restoreJobId } = asked.parameters;
  const exchange = await enterProject(services, asked, { projectId, clusterName, restoreJobId }, route.permission);
  if (route.takes) checkMediaType(request, reply);
  const body = await route.handler(services, exchange);
  if (route.status === 204) return reply.code(204).send();
  return sendBody(reply, route.statusOf?.(body) ?? route.status, body, common);
}
