import type { FastifyRequest } from 'fastify';

type Asked = Pick<FastifyRequest, 'headers' | 'protocol'>;

const PLAIN = 'lifeboat_session';
/** A browser takes a cookie of this name over TLS alone and from no other host: nobody can put another one in its place. */
const OVER_TLS = `__Host-${PLAIN}`;

export interface SessionCookie {
  /** Whether the request brought one, be it good for nothing. */
  isThere: boolean;
  /** `null` where there is none, or more than one: which of two is its user's nobody can say. */
  token: string | null;
}

export function readSessionCookie(request: Asked, publicUrl: string): SessionCookie {
  const cookies = (request.headers.cookie ?? '').split(';').map((part) => part.trim().split('=', 2));
  const wanted = isOverTls(request, publicUrl) ? OVER_TLS : PLAIN;
  const found = cookies.filter(([name]) => name === wanted);
  return {
    isThere: cookies.some(([name]) => name === PLAIN || name === OVER_TLS),
    token: found.length === 1 ? found[0]![1]! : null,
  };
}

/** No script reads it, no other site sends it, and it ends with the browser. */
export function sessionCookie(request: Asked, publicUrl: string, token: string): string {
  return written(isOverTls(request, publicUrl), token, []);
}

export function noSessionCookie(request: Asked, publicUrl: string): string {
  return written(isOverTls(request, publicUrl), '', ['Max-Age=0']);
}

function written(isSecure: boolean, value: string, more: string[]): string {
  const attributes = ['Path=/', 'HttpOnly', 'SameSite=Strict', ...(isSecure ? ['Secure'] : []), ...more];
  return [`${isSecure ? OVER_TLS : PLAIN}=${value}`, ...attributes].join('; ');
}

/** Of the connection itself, as a proxy that is trusted says it in X-Forwarded-Proto, or where links to Lifeboat begin with https anyhow. */
function isOverTls({ protocol }: Asked, publicUrl: string): boolean {
  return protocol === 'https' || publicUrl.startsWith('https:');
}
