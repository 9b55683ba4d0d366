import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { TOKEN_SECONDS, TOKENS_A_MINUTE } from '../backup/access-tokens.ts';
import type { LoginThrottle } from './auth/login-throttle.ts';
import { remoteAddressOf } from './remote-address.ts';
import type { ApiServices } from './services.ts';

/** RFC 6749, section 5.2, and Atlas' 429. */
type OAuthError = 'invalid_request' | 'invalid_client' | 'unsupported_grant_type' | 'slow_down' | 'server_error';

const NO_STORE = { 'cache-control': 'no-store', pragma: 'no-cache' };
const BASIC = 'Basic realm="MMS Public API"';

/**
 * The tokens of service accounts, as Atlas gives them out: RFC 6749 client credentials and RFC 7009 revocation, with HTTP Basic. Access lists
 * apply to the use of a token, not here.
 */
export async function oauthRoutes(server: FastifyInstance, services: ApiServices, throttle: LoginThrottle): Promise<void> {
  server.setErrorHandler((error, request, reply) => {
    const status = (error as { statusCode?: number }).statusCode ?? 500;
    if (status < 500) return refuse(reply, 400, 'invalid_request', 'The request could not be understood.');
    request.log.error({ err: error }, 'a request failed unexpectedly');
    return refuse(reply, 500, 'server_error', 'Unexpected error.');
  });
  server.post('/api/oauth/token', (request, reply) => answerToken(services, throttle, request, reply));
  server.post('/api/oauth/revoke', (request, reply) => answerRevoke(services, throttle, request, reply));
}

async function answerToken(
  services: ApiServices,
  throttle: LoginThrottle,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const client = readClient(request);
  if (!client) return refuseClient(reply);
  const grant = readForm(request)?.get('grant_type');
  if (!grant) return refuse(reply, 400, 'invalid_request', 'A form with the parameter grant_type is expected.');
  if (grant !== 'client_credentials') return refuse(reply, 400, 'unsupported_grant_type', 'Only client_credentials is supported.');
  const checked = await throttle.run({ address: remoteAddressOf(request), name: client.id }, async () => {
    const minted = await services.accessTokens.mint(client.id, client.secret, remoteAddressOf(request));
    return 'refused' in minted && minted.refused === 'credentials' ? null : minted;
  });
  if ('wrong' in checked) return checked.wrong === 'throttled' ? refuseRate(reply, checked.retryAfterSeconds) : refuseClient(reply);
  if (!('token' in checked.right)) return refuseRate(reply, Math.ceil(60 / TOKENS_A_MINUTE));
  return reply.headers(NO_STORE).send({ access_token: checked.right.token, expires_in: TOKEN_SECONDS, token_type: 'Bearer' });
}

async function answerRevoke(
  services: ApiServices,
  throttle: LoginThrottle,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const client = readClient(request);
  if (!client) return refuseClient(reply);
  const token = readForm(request)?.get('token');
  if (!token) return refuse(reply, 400, 'invalid_request', 'A form with the parameter token is expected.');
  const checked = await throttle.run({ address: remoteAddressOf(request), name: client.id }, async () => {
    return (await services.accessTokens.revoke(client.id, client.secret, token, remoteAddressOf(request))) || null;
  });
  if ('right' in checked) return reply.code(200).send();
  return checked.wrong === 'throttled' ? refuseRate(reply, checked.retryAfterSeconds) : refuseClient(reply);
}

/** HTTP Basic, each half form-encoded first (RFC 6749, section 2.3.1). */
function readClient(request: FastifyRequest): { id: string; secret: string } | null {
  const encoded = /^Basic +([A-Za-z0-9+/=]+) *$/i.exec(request.headers.authorization ?? '')?.[1];
  const [id, secret, ...rest] = Buffer.from(encoded ?? '', 'base64')
    .toString()
    .split(':');
  if (!id || !secret || rest.length > 0) return null;
  try {
    return { id: formDecoded(id), secret: formDecoded(secret) };
  } catch {
    return null;
  }
}

function formDecoded(text: string): string {
  return decodeURIComponent(text.replaceAll('+', ' '));
}

/** `null` for what is no form, or names a parameter twice. */
function readForm(request: FastifyRequest): Map<string, string> | null {
  const isForm = /^application\/x-www-form-urlencoded\b/i.test(request.headers['content-type'] ?? '');
  if (!isForm || !Buffer.isBuffer(request.body)) return null;
  const pairs = [...new URLSearchParams(request.body.toString())];
  const form = new Map(pairs);
  return form.size === pairs.length ? form : null;
}

function refuseClient(reply: FastifyReply): FastifyReply {
  return refuse(reply.header('www-authenticate', BASIC), 401, 'invalid_client', 'Invalid credentials provided.');
}

function refuseRate(reply: FastifyReply, seconds: number): FastifyReply {
  return refuse(reply.header('retry-after', String(seconds)), 429, 'slow_down', 'Too many requests. Please try again later.');
}

function refuse(reply: FastifyReply, status: number, error: OAuthError, description: string): FastifyReply {
  return reply.code(status).headers(NO_STORE).send({ error_description: description, error });
}
