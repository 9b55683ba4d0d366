import type { FastifyRequest } from 'fastify';

/** The path that was asked for, as it was written; a client that takes us for a proxy writes all of the URL (RFC 9112, 3.2.2). */
export function pathOf({ raw }: Pick<FastifyRequest, 'raw'>): string {
  return raw.url!.split('?', 1)[0]!.replace(/^https?:\/\/[^/]*/i, '') || '/';
}

/** The URL of what was asked for, for the links in its answer. */
export function resourceUrl(publicUrl: string, request: Pick<FastifyRequest, 'raw'>): string {
  return publicUrl + pathOf(request).replace(/\/$/, '');
}
