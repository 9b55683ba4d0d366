import type { FastifyRequest } from 'fastify';
import { canonicalAddress } from '../backup/ip-block.ts';

/**
 * Where a request comes from. X-Forwarded-For counts only as far as it was written by a proxy that the operator trusts (`trustProxy` of the
 * server); what a trusted proxy names that is no address is `unknown`, which no access list holds.
 */
export function remoteAddressOf(request: FastifyRequest): string {
  return canonicalAddress(request.ip) ?? 'unknown';
}
