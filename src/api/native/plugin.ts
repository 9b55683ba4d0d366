import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isProblem } from '../../errors.ts';
import { sendBody } from '../atlas/answers.ts';
import { checkMediaType } from '../atlas/plugin.ts';
import { readCommonQuery } from '../atlas/query.ts';
import { enterOrganization, enterProject, exchangeOf } from '../atlas/scope.ts';
import type { PasswordThrottle } from '../auth/password-throttle.ts';
import type { Authenticate, Reauthenticate } from '../authenticate.ts';
import type { EventStreams } from '../event-streams.ts';
import type { ApiServices } from '../services.ts';
import { NATIVE_ORGANIZATION, type OrganizationRoute } from './organization-route.ts';
import { NATIVE, type NativeRoute } from './route.ts';
import { NATIVE_ROUTES } from './routes.ts';
import { SESSION_ROUTES } from './session-routes.ts';
import { USER_ROUTES } from './users.ts';

export interface NativeParts {
  services: ApiServices;
  streams: EventStreams;
  reauthenticate: Reauthenticate;
}

/** Lifeboat's own routes: the same credentials, the same error bodies. */
export async function nativeRoutes(server: FastifyInstance, parts: NativeParts): Promise<void> {
  for (const route of NATIVE_ROUTES) {
    server.route({
      method: route.method,
      url: NATIVE + route.path,
      handler: (request, reply) => answer(parts, route, request, reply),
    });
  }
  for (const route of USER_ROUTES) {
    server.route({
      method: route.method,
      url: NATIVE_ORGANIZATION + route.path,
      handler: (request, reply) => answerInOrganization(parts.services, route, request, reply),
    });
  }
}

/** Those by which people come in, and so of which some are for anybody. */
export async function sessionRoutes(
  server: FastifyInstance,
  services: ApiServices,
  authenticate: Authenticate,
  throttle: PasswordThrottle,
): Promise<void> {
  for (const { method, path, needsSession, handler } of SESSION_ROUTES) {
    server.route({
      method,
      url: path,
      // Before any body is read, as everywhere else.
      ...(needsSession && {
        onRequest: async (request: FastifyRequest, reply: FastifyReply) => ((await authenticate(request, reply)) ? undefined : reply),
      }),
      handler: (request, reply) => handler({ services, throttle }, request, reply),
    });
  }
}

async function answerInOrganization(
  services: ApiServices,
  route: OrganizationRoute,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const common = readCommonQuery(request.query as Record<string, string>);
  const asked = exchangeOf(services, request, 'v1');
  const exchange = await enterOrganization(services, asked, asked.parameters.organizationId ?? '', route.permission);
  if (route.takes) checkMediaType(request, reply);
  const body = await route.handler(services, exchange);
  return route.status === 204 ? reply.code(204).send() : sendBody(reply, route.status, body, common);
}

async function answer(parts: NativeParts, route: NativeRoute, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const { services } = parts;
  const common = readCommonQuery(request.query as Record<string, string>);
  const asked = exchangeOf(services, request, 'v1');
  const { projectId = '', clusterName, restoreJobId } = asked.parameters;
  const names = { projectId, clusterName, restoreJobId };
  const exchange = await enterProject(services, asked, names, route.permission);
  if (route.handler === 'stream') {
    const stillMay = async () => {
      const caller = await parts.reauthenticate(request);
      return caller !== null && isLetIn(enterProject(services, { ...asked, caller }, names, route.permission));
    };
    return parts.streams.answer(request, reply, { projectId, caller: exchange.caller, stillMay });
  }
  if (route.takes) checkMediaType(request, reply);
  const body = await route.handler(services, exchange);
  if (route.status === 204) return reply.code(204).send();
  return sendBody(reply, route.statusOf?.(body) ?? route.status, body, common);
}

/** What keeps the question from being answered is no answer. */
async function isLetIn(entering: Promise<unknown>): Promise<boolean> {
  return entering.then(
    () => true,
    (error) => !isProblem(error, 'project-not-found', 'not-permitted'),
  );
}
