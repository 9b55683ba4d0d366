import { timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';

/**
 * Whether a page of ours asks, as far as the browser says it: the origin is that of our links, or of the very address that was asked. Other clients
 * name none. `null`, of a page without an origin, is not ours.
 */
export function isOurOrigin({ headers, host }: Pick<FastifyRequest, 'headers' | 'host'>, publicUrl: string): boolean {
  const { origin } = headers;
  if (origin === undefined) return true;
  const url = URL.canParse(origin) ? new URL(origin) : null;
  if (url?.origin !== origin || !/^https?:$/.test(url.protocol)) return false;
  const asked = `${url.protocol}//${host}`;
  return origin === new URL(publicUrl).origin || (URL.canParse(asked) && origin === new URL(asked).origin);
}

/** What only reads needs no proof that its page is ours: another's page cannot read the answer. */
export function isSafe(method: string): boolean {
  return method === 'GET' || method === 'HEAD';
}

export function sameToken(given: string | string[] | undefined, expected: string): boolean {
  if (typeof given !== 'string') return false;
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
