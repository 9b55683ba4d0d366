import type { FastifyReply, FastifyRequest } from 'fastify';
import { sendChallenge, sendError } from './atlas/answers.ts';
import { AtlasError } from './atlas/error-table.ts';
import { Authentication, type Refusal } from './auth/authentication.ts';
import { Digest } from './auth/digest.ts';
import type { LoginThrottle } from './auth/login-throttle.ts';
import { remoteAddressOf } from './remote-address.ts';
import type { ApiServices } from './services.ts';

/** `false` when the request was refused, and answered. */
export type Authenticate = (request: FastifyRequest, reply: FastifyReply) => Promise<boolean>;

/** Authentication of one server: the counts that a nonce has used and the failures of addresses are kept in it. */
export function authenticator(services: ApiServices, throttle: LoginThrottle): Authenticate {
  const digest = new Digest({
    keys: services.apiKeys,
    nonces: services.nonces,
    claims: services.digestClaims,
    allowRfc2069: services.allowRfc2069,
  });
  const authentication = new Authentication({ digest, uses: services.keyUses, tokens: services.accessTokens, throttle });
  return async (request, reply) => {
    const { method, headers, raw } = request;
    const address = remoteAddressOf(request);
    const outcome = await authentication.check({ method, uri: raw.url!, authorization: headers.authorization, address });
    if ('caller' in outcome) {
      request.caller = outcome.caller;
      return true;
    }
    if (outcome.refused === 'throttled' || outcome.refused === 'address') await noteRefusal(services, address, outcome.refused);
    refuse(digest, request, reply, outcome);
    return false;
  };
}

/** Single failures are no news; that an address is slowed down, or uses a key that it may not, is. A request is refused whether or not it is told. */
async function noteRefusal({ audit, logger }: ApiServices, address: string, refused: 'throttled' | 'address'): Promise<void> {
  const result = refused === 'throttled' ? 'RATE_LIMITED' : 'IP_ADDRESS_NOT_ON_ACCESS_LIST';
  const action = refused === 'throttled' ? 'SIGN_IN_THROTTLED' : 'REQUEST_DENIED';
  await audit
    // One customer has a /64 of IPv6 at the least.
    .noteOnce(address.includes(':') ? address.split(':').slice(0, 4).join(':') : address, { action, result, address })
    .catch((error) => logger.error({ err: error }, 'a refusal could not be audited'));
}

function refuse(digest: Digest, request: FastifyRequest, reply: FastifyReply, refusal: Refusal): FastifyReply {
  switch (refusal.refused) {
    case 'credentials':
      return sendChallenge(reply, digest.challenge(refusal.stale));
    case 'token':
      // Atlas answers a token it does not know with nothing but the status.
      return reply.code(401).header('www-authenticate', 'Bearer error="invalid_token"').send();
    case 'throttled':
      reply.header('retry-after', String(refusal.retryAfterSeconds));
      return sendError(request, reply, new AtlasError('RATE_LIMITED', ['authentication', '30', '1']));
    case 'address':
      return sendError(request, reply, new AtlasError('IP_ADDRESS_NOT_ON_ACCESS_LIST', [refusal.address]));
  }
}
