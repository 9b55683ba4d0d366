import type { FastifyReply } from 'fastify';
import type { Bucket } from '../../backup/rate-limits.ts';
import type { ApiServices } from '../services.ts';
import { AtlasError } from './error-table.ts';
import type { CallerExchange, Dialect, Exchange, OrganizationExchange } from './exchange.ts';

/** The buckets that Atlas documents; what it gives no size for is not limited. */
export const BUCKETS = {
  tenantRestores: { name: 'tenant restore jobs', capacity: 4000, refill: 2000, refillSeconds: 60 },
  tenantSnapshots: { name: 'tenant snapshots', capacity: 4000, refill: 2000, refillSeconds: 60 },
  flexRestores: { name: 'flex restore jobs', capacity: 1200, refill: 500, refillSeconds: 60 },
  flexSnapshots: { name: 'flex snapshots', capacity: 1200, refill: 500, refillSeconds: 60 },
  events: { name: 'events', capacity: 300, refill: 100, refillSeconds: 60 },
} as const satisfies Record<string, Bucket>;

/**
 * Counts a request of whoever may make it, so that nobody else can empty a project's bucket. As recorded, answers of v2 say what is left, and those of
 * v1.0 do not. Throws `RATE_LIMITED_TOKEN_BUCKET`.
 */
export async function countRequest(
  services: ApiServices,
  bucket: Bucket | undefined,
  exchange: CallerExchange | Exchange | OrganizationExchange,
  reply: FastifyReply,
  dialect: Dialect,
): Promise<void> {
  if (!services.rateLimits || !bucket) return;
  const taken = await services.rateLimits.take(bucket, ownerOf(exchange));
  if (dialect !== 'v1') {
    reply.headers({ 'ratelimit-limit': String(bucket.capacity), 'ratelimit-remaining': String(taken.isTaken ? taken.left : 0) });
  }
  if (taken.isTaken) return;
  reply.header('retry-after', String(taken.retryAfterSeconds));
  const path = new URL(exchange.url).pathname.slice(1);
  throw new AtlasError('RATE_LIMITED_TOKEN_BUCKET', [
    path.slice(0, 300),
    taken.retryAfterSeconds,
    bucket.capacity,
    bucket.refill,
    bucket.refillSeconds,
  ]);
}

function ownerOf(exchange: CallerExchange | Exchange | OrganizationExchange): string {
  if ('project' in exchange) return exchange.project.id;
  return 'organization' in exchange ? exchange.organization.id : exchange.caller.organizationId;
}
