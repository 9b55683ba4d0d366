import type { FastifyInstance } from 'fastify';
import { remoteAddressOf } from './remote-address.ts';

/** The series that the Atlas CLI offers first when it sets a cluster up. */
const DEFAULT_MAJOR_VERSION = '8.0';

/** What the Atlas CLI asks beside the documented API. No credentials: it tells nothing that the asker does not know. */
export async function privateRoutes(server: FastifyInstance): Promise<void> {
  server.get('/api/private/ipinfo', async (request) => ({ currentIpv4Address: remoteAddressOf(request) }));
  server.get('/api/private/unauth/nds/defaultMongoDBMajorVersion', async (_request, reply) =>
    reply.type('text/plain').send(DEFAULT_MAJOR_VERSION),
  );
  // Telemetry is taken and thrown away: a client that is refused says so to its user.
  for (const url of ['/api/private/v1.0/telemetry/events', '/api/private/unauth/telemetry/events']) {
    server.post(url, async (_request, reply) => reply.code(204).send());
  }
}
