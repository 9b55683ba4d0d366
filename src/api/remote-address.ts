import type { FastifyRequest } from 'fastify';
import { canonicalAddress } from '../backup/ip-block.ts';

/** An address as some proxies write it, with the port: `203.0.113.7:51234`, `[2001:db8::1]:51234`. */
const WITH_PORT = /^(?:\[([0-9a-f:.]+)\]|([0-9.]+))(?::\d{1,5})?$/i;

/**
 * Where a request comes from. X-Forwarded-For counts only as far as it was written by a proxy that the operator trusts (`trustProxy` of the
 * server); what a trusted proxy names that is no address is `unknown`, which no access list holds.
 */
export function remoteAddressOf({ ip }: Pick<FastifyRequest, 'ip'>): string {
  const [, inBrackets, bare] = WITH_PORT.exec(ip) ?? [];
  return canonicalAddress(inBrackets ?? bare ?? ip) ?? 'unknown';
}
