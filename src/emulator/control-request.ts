import { isIP } from 'node:net';
import type { FastifyRequest } from 'fastify';
import { callerOf } from '../api/caller.ts';
import { Problem } from '../errors.ts';

/** Where the routes are by which an emulator is steered. */
export const CONTROL = '/api/lifeboat/v1';

/**
 * Who may steer: an owner of an organization, with a key, and no page of another site. A name that somebody else's DNS turns into this machine's address is not believed: the host is an
 * address, `localhost`, or that of the public URL. A page is one of ours only where it comes from that very host.
 */
export function checkControl(request: FastifyRequest, publicUrl: string): void {
  const { host = '', origin } = request.headers;
  if (!isOurs(host, publicUrl)) throw new Problem('foreign-request', [host.slice(0, 100)]);
  if (origin !== undefined && ![host, new URL(publicUrl).host].includes(hostOf(origin)))
    throw new Problem('foreign-request', [origin.slice(0, 100)]);
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') throw new Problem('foreign-request', [String(site)]);
  const { kind, grants } = callerOf(request);
  if (kind === 'user' || !grants.some(({ roleName }) => roleName === 'ORG_OWNER')) throw new Problem('not-permitted');
}

function hostOf(origin: string): string {
  return URL.parse(origin)?.host ?? origin;
}

function isOurs(host: string, publicUrl: string): boolean {
  if (!URL.canParse(`http://${host}`)) return false;
  const { hostname } = new URL(`http://${host}`);
  return isIP(hostname.replace(/^\[|\]$/g, '')) > 0 || hostname === 'localhost' || hostname === new URL(publicUrl).hostname;
}
