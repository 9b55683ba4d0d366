import { randomUUID } from 'node:crypto';
import type { ServerOptions as HttpOptions } from 'node:http';
import type { Socket } from 'node:net';
import Fastify, { type FastifyBaseLogger, type FastifyInstance, type FastifyReply, type FastifyRequest, LogController } from 'fastify';
import { canonicalAddress, canonicalBlock, contains } from '../backup/ip-block.ts';
import { MINUTE, SECOND } from '../clock.ts';
import { Problem } from '../errors.ts';
import { VERSION } from '../version.ts';
import { sendError } from './atlas/answers.ts';
import { AtlasError } from './atlas/error-table.ts';
import { MOST_BODY_BYTES } from './atlas/json-body.ts';
import { atlasRoutes } from './atlas/plugin.ts';
import { LoginThrottle } from './auth/login-throttle.ts';
import { PasswordThrottle } from './auth/password-throttle.ts';
import { type Authenticate, authenticator } from './authenticate.ts';
import { compressBodies } from './compression.ts';
import { type ConnectionLimits, limitConnections } from './connections.ts';
import { consoleRoutes } from './console.ts';
import { DOWNLOADS, downloadRoutes } from './downloads.ts';
import { EventStreams, type StreamTimes } from './event-streams.ts';
import { metricsRoute } from './metrics.ts';
import { nativeRoutes, sessionRoutes } from './native/plugin.ts';
import { oauthRoutes } from './oauth.ts';
import { documentRoutes } from './openapi/routes.ts';
import { privateRoutes } from './private-routes.ts';
import { pathOf } from './request-path.ts';
import type { ApiServices } from './services.ts';
import type { TlsFiles } from './tls-files.ts';

/** Long enough for slow lines, short enough that nobody holds a connection for nothing. */
const LIMITS: ConnectionLimits & StreamTimes = {
  handshake: 10 * SECOND,
  headers: 15 * SECOND,
  request: 30 * SECOND,
  idle: 75 * SECOND,
  silence: 2 * MINUTE,
  checkEvery: 5 * SECOND,
  heartbeat: 15 * SECOND,
  recheck: MINUTE,
  connections: 8192,
  connectionsOfAddress: 1024,
};
const MOST_HEADER_BYTES = 16 * 1024;

export interface ServerOptions {
  /** HTTPS instead of HTTP. */
  tls?: TlsFiles | null;
  limits?: Partial<ConnectionLimits & StreamTimes>;
  /** Routes of another composition root's own, behind the same authentication. */
  more?: (scope: FastifyInstance) => Promise<void>;
  /** Those that need no credentials. */
  open?: (scope: FastifyInstance) => Promise<void>;
  /** What the pages of the console carry (src/api/console.ts). */
  mark?: string;
}

/** The whole HTTP edge as a value: it does not listen yet, and tests can ask it without a socket. */
export async function buildServer(services: ApiServices, options: ServerOptions = {}): Promise<FastifyInstance> {
  const limits = { ...LIMITS, ...options.limits };
  const securityHeaders = { ...SECURITY_HEADERS, ...(options.tls && STRICT_TRANSPORT) };
  const throttle = new LoginThrottle();
  const { authenticate, reauthenticate } = authenticator(services, throttle);
  const server = Fastify({
    loggerInstance: services.logger as FastifyBaseLogger,
    // The URL of a download is a credential; our own line names the route instead.
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => randomUUID(),
    bodyLimit: MOST_BODY_BYTES,
    // Only these may say in X-Forwarded-For whom they speak for.
    trustProxy: services.trustedProxies.length > 0 ? [...services.trustedProxies] : false,
    requestTimeout: limits.request,
    keepAliveTimeout: limits.idle,
    connectionTimeout: limits.silence,
    forceCloseConnections: 'idle',
    ...nodeOptions(limits, options.tls ?? null),
    routerOptions: { maxParamLength: 1024, ignoreTrailingSlash: true },
    clientErrorHandler: refuseConnection,
    // No hook runs for a URL that cannot be read: what they do for every other is done here.
    frameworkErrors: (error, request, reply) => void refuseUrl(authenticate, error, request, reply.headers(securityHeaders)),
  });
  limitConnections(server.server, limits, manyBehind(services.trustedProxies));
  addHooks(server, services, authenticate, securityHeaders);
  server.addHook('onClose', () => services.keyUses.flush());
  server.addHook('onClose', () => services.changes.close());
  const streams = new EventStreams(server, services.changes, limits);
  await server.register(async (scope) => {
    // Authentication comes before any body is read: `curl --digest` sends its first POST without one.
    scope.addHook('onRequest', async (request, reply) => {
      if (!(await authenticate(request, reply))) return reply;
    });
    await scope.register((inner) => atlasRoutes(inner, services));
    await scope.register((inner) => nativeRoutes(inner, { services, streams, reauthenticate }));
    if (options.more) await scope.register(options.more);
  });
  await server.register((scope) => sessionRoutes(scope, services, authenticate, new PasswordThrottle()));
  await server.register((scope) => oauthRoutes(scope, services, throttle));
  await server.register((scope) => downloadRoutes(scope, services));
  await server.register(privateRoutes);
  server.get('/healthz', async () => ({ status: 'ok' }));
  await server.register(documentRoutes);
  await metricsRoute(server, services);
  if (options.open) await server.register(options.open);
  await server.register(consoleRoutes, { mark: options.mark });
  await server.ready();
  return server;
}

/** What Fastify hands on to Node. Its types know one kind of server at a time. */
function nodeOptions(limits: ConnectionLimits, tls: TlsFiles | null): { http?: HttpOptions } {
  const common: HttpOptions = {
    headersTimeout: limits.headers,
    connectionsCheckingInterval: limits.checkEvery,
    maxHeaderSize: MOST_HEADER_BYTES,
  };
  if (!tls) return { http: common };
  return { https: { ...common, ...tls.pair, handshakeTimeout: limits.handshake } } as object;
}

/** Behind this machine's own address and those of proxies may be many. */
function manyBehind(proxies: readonly string[]): (address: string) => boolean {
  const blocks = ['127.0.0.0/8', '::1', ...proxies].map(canonicalBlock);
  return (text) => {
    const address = canonicalAddress(text);
    return address !== null && blocks.some((block) => block !== null && contains(block, address));
  };
}

/** What Node cannot even parse gets one clear line, not a stack. Where no HTTP is spoken yet (a TLS handshake that failed) it could not be told, and would be waited for. */
function refuseConnection(error: NodeJS.ErrnoException, socket: Socket): void {
  const status = REFUSALS[error.code ?? ''] ?? (error.code?.startsWith('HPE_') ? '400 Bad Request' : null);
  if (status === null || !socket.writable) {
    socket.destroy();
    return;
  }
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
  // Who does not read the line, or goes on sending, is not waited for.
  socket.destroySoon();
}

const REFUSALS: Readonly<Record<string, string>> = {
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
};

const SECURITY_HEADERS = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'x-permitted-cross-domain-policies': 'none',
  // Whatever a browser makes of an answer, it loads nothing and runs nothing; a page that needs more says so itself.
  'content-security-policy': "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  // Answers hold keys, tokens and links. What may be kept says so itself.
  'cache-control': 'no-store',
  'referrer-policy': 'strict-origin-when-cross-origin',
  // The v1.0 Go client reads it, and wants 40 digits; which commit runs is not known at run time.
  'x-mongodb-service-version': `gitHash=${'0'.repeat(40)}; versionString=${VERSION}`,
};

/** Only over TLS may it be said. Atlas' routes have their own, which they always say. */
const STRICT_TRANSPORT = { 'strict-transport-security': 'max-age=31536000' };

function addHooks(server: FastifyInstance, services: ApiServices, authenticate: Authenticate, securityHeaders: object): void {
  server.decorateRequest('caller', null);
  server.decorateRequest('session', null);
  // Bodies arrive as bytes: Atlas' rules of what is malformed, and with which code, are ours to apply, after authentication.
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  server.addHook('onRequest', (_request, reply, done) => {
    reply.headers(securityHeaders);
    done();
  });
  compressBodies(server);
  server.addHook('onResponse', (request, reply, done) => {
    logRequest(request, reply);
    done();
  });
  server.setErrorHandler((error, request, reply) => {
    const known = asAtlasError(error);
    if (known === error && !isExpected(error)) request.log.error({ err: error }, 'a request failed unexpectedly');
    sendError(request, reply, known);
    noteDenial(services, request, reply);
    return reply;
  });
  // Below /api, strangers learn nothing, not even which paths exist.
  const paths: KnownPath[] = [];
  server.addHook('onRoute', (route) => void paths.push({ pattern: patternOf(route.url), methods: [route.method].flat() }));
  server.setNotFoundHandler(async (request, reply) => {
    const path = pathOf(request);
    if (NEEDS_CREDENTIALS.test(path) && !(await authenticate(request, reply))) return reply;
    // A path that is there under other methods is 405, which has to say which (RFC 9110, 15.5.6).
    const methods = paths.filter((known) => known.pattern.test(path)).flatMap((known) => known.methods);
    // Of many that one pattern stands for, this one is not there.
    if (methods.length === 0 || methods.includes(request.method)) return sendError(request, reply, notFound(path));
    reply.header('allow', [...new Set(methods)].sort().join(', '));
    return sendError(request, reply, new AtlasError('METHOD_NOT_ALLOWED', [request.method]));
  });
}

/** All but the links, which say who may follow them. */
const NEEDS_CREDENTIALS = new RegExp(`^(?!${DOWNLOADS})/api/(atlas|lifeboat)/`);

function notFound(path: string): AtlasError {
  return new AtlasError('RESOURCE_NOT_FOUND', [path.slice(0, 300)]);
}

/** A URL that is wrongly encoded, or with a part that is too long for any name of ours: nothing is there. A link needs no credentials. */
async function refuseUrl(authenticate: Authenticate, error: Error, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const path = pathOf(request);
  try {
    if (path.startsWith(DOWNLOADS)) sendError(request, reply, new Problem('download-unknown'));
    else if (!NEEDS_CREDENTIALS.test(path) || (await authenticate(request, reply))) sendError(request, reply, notFound(path));
  } catch (failure) {
    request.log.error({ err: failure, refused: error.name }, 'a request failed unexpectedly');
    sendError(request, reply, failure);
  }
  logRequest(request, reply);
}

/** That somebody who is known tried what their roles do not allow. */
function noteDenial({ audit, logger }: ApiServices, request: FastifyRequest, reply: FastifyReply): void {
  const { caller: by, method, routeOptions } = request;
  if (!by || (reply.statusCode !== 401 && reply.statusCode !== 403)) return;
  const subject = `${method} ${routeOptions.url}`;
  const entry = {
    action: 'REQUEST_DENIED',
    result: String(reply.getHeader('x-error-code')),
    organizationId: by.organizationId,
    subject,
    by,
  } as const;
  audit.noteOnce(`${by.id} ${subject}`, entry).catch((error) => logger.error({ err: error }, 'a denial could not be audited'));
}

function logRequest(request: FastifyRequest, reply: FastifyReply): void {
  const { method, routeOptions } = request;
  const milliseconds = Math.round(reply.elapsedTime);
  const line = { method, route: routeOptions.url ?? 'none', status: reply.statusCode, milliseconds, key: request.caller?.name };
  request.log.info(line, 'request');
}

interface KnownPath {
  pattern: RegExp;
  methods: string[];
}

function patternOf(url: string): RegExp {
  return new RegExp(
    `^${url
      .replace(/[.]/g, '\\.')
      .replace('*', '.*')
      .replace(/(?<!:):\w+/g, '[^/]+')
      .replaceAll('::', ':')}/?$`,
  );
}

/** Fastify's own refusals, in Atlas' words. */
function asAtlasError(error: unknown): unknown {
  const { code, statusCode } = error as { code?: string; statusCode?: number };
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return new AtlasError('REQUEST_TOO_LARGE', [String(MOST_BODY_BYTES)]);
  if (code?.startsWith('FST_ERR_CTP_INVALID_MEDIA_TYPE')) return new AtlasError('UNSUPPORTED_MEDIA_TYPE', ['of this request']);
  if (statusCode && statusCode >= 400 && statusCode < 500) return new AtlasError('BAD_REQUEST', [(error as Error).message.slice(0, 200)]);
  return error;
}

function isExpected(error: unknown): boolean {
  return error instanceof Error && (error.name === 'Problem' || error.name === 'AtlasError');
}
