import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { FastifyInstance } from 'fastify';
import { weighted } from './accept.ts';

const compressed = promisify(gzip);

/** What fits into one packet of the network anyway is sent as it is. */
const LEAST_BYTES = 1400;
/** JSON repeats itself: the quickest level makes a tenth of it. */
const LEVEL = 1;

/**
 * Bodies in gzip for who asks for it: of the API and its documents, which are whole when they are sent. A download is a stream, and an archive that is
 * compressed already: its bytes and its ranges stay what they are.
 */
export function compressBodies(server: FastifyInstance): void {
  server.addHook('onSend', (request, reply, payload, done) => {
    const isWhole = typeof payload === 'string' || Buffer.isBuffer(payload);
    if (!isWhole || payload.length < LEAST_BYTES || reply.hasHeader('content-encoding')) return done(null, payload);
    reply.header('vary', 'Accept-Encoding');
    if (!acceptsGzip(request.headers['accept-encoding'])) return done(null, payload);
    compressed(payload, { level: LEVEL }).then(
      (bytes) => {
        reply.header('content-encoding', 'gzip').removeHeader('content-length');
        done(null, bytes);
      },
      (error: Error) => done(error),
    );
  });
}

/** RFC 9110, 12.5.3; without the header anything would do, and such clients seldom mean it. */
export function acceptsGzip(header: string | string[] | undefined): boolean {
  const weights = new Map(weighted(header).map(({ name, weight }) => [name, weight]));
  return (weights.get('gzip') ?? weights.get('*') ?? 0) > 0;
}
