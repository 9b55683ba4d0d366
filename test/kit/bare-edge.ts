import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { type Logger, pino } from 'pino';
import { Nonces } from '../../src/api/auth/nonces.ts';
import { buildServer, type ServerOptions } from '../../src/api/server.ts';
import type { ApiServices } from '../../src/api/services.ts';
import { wallClockSeconds } from '../../src/clock.ts';

/** The HTTP edge with nothing behind it, for what happens before anything is asked of it. Listens on a free loopback port. */
export async function startBareEdge(
  options: ServerOptions = {},
  host = '127.0.0.1',
): Promise<{ server: FastifyInstance; port: number; logger: Logger; log: string[] }> {
  const log: string[] = [];
  const logger = pino({ level: 'trace' }, { write: (line: string) => void log.push(line) });
  const nonces = new Nonces(randomBytes(32), wallClockSeconds);
  const keyUses = { flush: async () => {} };
  const changes = { close: async () => {} };
  const services = { logger, nonces, keyUses, changes, trustedProxies: [], rateLimits: null, publicUrl: () => 'https://backup.example' };
  const server = await buildServer(services as unknown as ApiServices, options);
  await server.listen({ host, port: 0 });
  return { server, port: (server.server.address() as AddressInfo).port, logger, log };
}
