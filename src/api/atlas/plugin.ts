import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ApiServices } from '../services.ts';
import { sendBody } from './answers.ts';
import { AtlasError, inWords } from './error-table.ts';
import type { Dialect } from './exchange.ts';
import { readCommonQuery } from './query.ts';
import { countRequest } from './rate-limits.ts';
import type { AtlasRoute, Rendering } from './route.ts';
import { ATLAS_ROUTES } from './routes.ts';
import { enterScope } from './scope.ts';
import { resolveVersion, V1, V2, type VersionDate } from './versions.ts';

/** Atlas' routes: each checks who asks and below what, then leaves the rest to its handler and to the rendering of the version asked for. */
export async function atlasRoutes(server: FastifyInstance, services: ApiServices): Promise<void> {
  for (const route of ATLAS_ROUTES) {
    const { method, path, v1, v2 } = route;
    if (v1) {
      server.route({
        method,
        url: V1 + path,
        handler: (request, reply) => answer(services, { route, dialect: 'v1', base: V1, rendering: v1 }, request, reply),
      });
    }
    if (v2) {
      const versions = Object.keys(v2) as VersionDate[];
      server.route({
        method,
        url: V2 + path,
        handler: (request, reply) => {
          const dialect = resolveVersion(request.headers.accept, versions);
          return answer(services, { route, dialect, base: V2, rendering: v2[dialect]! }, request, reply);
        },
      });
    }
  }
}

interface Chosen {
  route: AtlasRoute;
  dialect: Dialect;
  base: string;
  rendering: Rendering<unknown>;
}

async function answer(services: ApiServices, chosen: Chosen, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const { route, dialect, rendering } = chosen;
  const common = readCommonQuery(request.query as Record<string, string>);
  const exchange = await enterScope(services, route, request, dialect);
  await countRequest(services, route.bucket, exchange, reply, dialect);
  if (route.takes) checkMediaType(request, reply);
  const value = await (route as { handler(services: ApiServices, exchange: unknown): Promise<unknown> })
    .handler(services, exchange)
    .catch((error) => Promise.reject(inWords(error, route.words)));
  const view = { base: services.publicUrl() + chosen.base, url: exchange.url };
  if (rendering.deprecated) reply.headers(deprecationHeaders(rendering.deprecated));
  if (route.location) reply.header('location', route.location(value, view));
  if (route.status === 204) return reply.code(204).send();
  return sendBody(reply, route.status ?? 200, rendering.render(value, view), common, dialect);
}

function deprecationHeaders({ since, sunset }: { since?: string; sunset: string }): Record<string, string> {
  return { ...(since !== undefined && { deprecation: since }), sunset };
}

/** `application/json`, or the versioned form of v2, or none at all as a bare `curl -d` without `-H` would not say JSON. Never compressed. */
export function checkMediaType(request: FastifyRequest, reply: FastifyReply): void {
  const encoding = request.headers['content-encoding']?.trim().toLowerCase() || 'identity';
  if (encoding !== 'identity') {
    // RFC 9110, 15.5.16: which encodings would do.
    reply.header('accept-encoding', 'identity');
    throw new AtlasError('UNSUPPORTED_CONTENT_ENCODING', [encoding.slice(0, 100)]);
  }
  const type = request.headers['content-type'];
  if (type === undefined || /^application\/([a-z0-9.+-]+\+)?json\b/i.test(type)) return;
  throw new AtlasError('UNSUPPORTED_MEDIA_TYPE', [type.slice(0, 100)]);
}
