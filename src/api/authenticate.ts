import type { FastifyReply, FastifyRequest } from 'fastify';
import type { NewAuditEntry } from '../backup/audit-log.ts';
import type { Caller } from '../backup/caller.ts';
import { networkOf } from '../backup/ip-block.ts';
import { sendChallenge, sendError } from './atlas/answers.ts';
import { AtlasError } from './atlas/error-table.ts';
import { Authentication, type Refusal } from './auth/authentication.ts';
import { Digest } from './auth/digest.ts';
import type { LoginThrottle } from './auth/login-throttle.ts';
import { isOurOrigin } from './auth/request-origin.ts';
import { readSessionCookie } from './auth/session-cookie.ts';
import { callerOf } from './caller.ts';
import { SESSION_PATH } from './native/session-route.ts';
import { remoteAddressOf } from './remote-address.ts';
import { pathOf } from './request-path.ts';
import type { ApiServices } from './services.ts';

/** `false` when the request was refused, and answered. */
export type Authenticate = (request: FastifyRequest, reply: FastifyReply) => Promise<boolean>;

/** Who asked, as far as they would be let in again now; `null` when not. */
export type Reauthenticate = (request: FastifyRequest) => Promise<Caller | null>;

/** Authentication of one server: the counts that a nonce has used and the failures of addresses are kept in it. */
export function authenticator(
  services: ApiServices,
  throttle: LoginThrottle,
): { authenticate: Authenticate; reauthenticate: Reauthenticate } {
  const digest = new Digest({
    keys: services.apiKeys,
    nonces: services.nonces,
    claims: services.digestClaims,
    allowRfc2069: services.allowRfc2069,
  });
  const authentication = new Authentication({
    digest,
    keys: services.apiKeys,
    uses: services.keyUses,
    tokens: services.accessTokens,
    sessions: services.sessions,
    throttle,
  });
  const authenticate: Authenticate = async (request, reply) => {
    const { method, headers, raw } = request;
    const address = remoteAddressOf(request);
    const outcome = await authentication.check({
      method,
      uri: raw.url!,
      authorization: headers.authorization,
      cookie: readSessionCookie(request, services.publicUrl()),
      csrfToken: headers['x-csrf-token'],
      isOurOrigin: isOurOrigin(request, services.publicUrl()),
      address,
    });
    if ('caller' in outcome) {
      request.caller = outcome.caller;
      request.session = outcome.session;
      return true;
    }
    const told = TOLD[outcome.refused];
    if (told) await noteRefusal(services, address, told);
    refuse(digest, request, reply, outcome);
    return false;
  };
  const reauthenticate: Reauthenticate = (request) =>
    authentication.again(callerOf(request), {
      authorization: request.headers.authorization,
      cookie: readSessionCookie(request, services.publicUrl()),
    });
  return { authenticate, reauthenticate };
}

/** Single failures are no news; that an address is slowed down, uses a key that it may not, or has a page that is not ours change something, is. */
const TOLD: Readonly<Partial<Record<Refusal['refused'], Pick<NewAuditEntry, 'action' | 'result'>>>> = {
  throttled: { action: 'SIGN_IN_THROTTLED', result: 'RATE_LIMITED' },
  address: { action: 'REQUEST_DENIED', result: 'IP_ADDRESS_NOT_ON_ACCESS_LIST' },
  csrf: { action: 'REQUEST_DENIED', result: 'CSRF_TOKEN_INVALID' },
};

/** A request is refused whether or not it is told. */
export async function noteRefusal(
  { audit, logger }: ApiServices,
  address: string,
  entry: Pick<NewAuditEntry, 'action' | 'result'>,
): Promise<void> {
  await audit
    .noteOnce(`${networkOf(address)} ${entry.result}`, { ...entry, address })
    .catch((error) => logger.error({ err: error }, 'a refusal could not be audited'));
}

function refuse(digest: Digest, request: FastifyRequest, reply: FastifyReply, refusal: Refusal): FastifyReply {
  switch (refusal.refused) {
    case 'credentials':
      if (isConsole(request)) return sendError(request, reply, new AtlasError('NOT_SIGNED_IN'));
      return sendChallenge(reply, digest.challenge(refusal.stale));
    case 'session':
      return sendError(request, reply, new AtlasError('NOT_SIGNED_IN'));
    case 'csrf':
      return sendError(request, reply, new AtlasError('CSRF_TOKEN_INVALID'));
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

/** To a challenge a browser would show a dialog of its own. */
function isConsole(request: FastifyRequest): boolean {
  return request.headers['x-lifeboat-console'] !== undefined || pathOf(request).startsWith(SESSION_PATH);
}
