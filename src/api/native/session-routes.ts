import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Static, type TSchema, Type } from 'typebox';
import { networkOf } from '../../backup/ip-block.ts';
import { MOST_CHARACTERS } from '../../backup/password.ts';
import type { OpenedSession, Session } from '../../backup/session.ts';
import { sendBody } from '../atlas/answers.ts';
import { AtlasError } from '../atlas/error-table.ts';
import type { JsonBody } from '../atlas/exchange.ts';
import { readJsonObject } from '../atlas/json-body.ts';
import { checkMediaType } from '../atlas/plugin.ts';
import { readCommonQuery } from '../atlas/query.ts';
import { ItemName } from '../atlas/render/schemas.ts';
import { isOurOrigin } from '../auth/request-origin.ts';
import { noSessionCookie, readSessionCookie, sessionCookie } from '../auth/session-cookie.ts';
import { noteRefusal } from '../authenticate.ts';
import { callerOf } from '../caller.ts';
import { remoteAddressOf } from '../remote-address.ts';
import type { ApiServices } from '../services.ts';
import { readBody } from './body.ts';
import { SessionBody, sessionBody } from './session-body.ts';
import { SESSION_PATH, SETUP_PATH, type SessionParts, type SessionRoute } from './session-route.ts';

const Username = Type.String({ minLength: 1, maxLength: 256 });
/** Characters are counted once they are normalised, which takes some of them together. */
const Password = Type.String({ minLength: 1, maxLength: 4 * MOST_CHARACTERS });

const SetUp = Type.Object(
  {
    token: Type.String({ minLength: 1, maxLength: 100, description: 'As `serve` prints it.' }),
    username: Username,
    password: Password,
    organizationName: Type.Optional(ItemName),
    projectName: Type.Optional(ItemName),
  },
  { additionalProperties: false },
);
const SignIn = Type.Object({ username: Username, password: Password }, { additionalProperties: false });
const ChangePassword = Type.Object({ currentPassword: Password, newPassword: Password }, { additionalProperties: false });

export const SESSION_ROUTES: readonly SessionRoute[] = [
  {
    method: 'GET',
    path: SETUP_PATH,
    operationId: 'getSetup',
    summary: 'Whether the first owner is still to be set up',
    needsSession: false,
    status: 200,
    answers: Type.Object({ needsOwner: Type.Boolean() }),
    handler: async ({ services }, request, reply) => answer(request, reply, 200, { needsOwner: await services.ownerSetup.needsOwner() }),
  },
  {
    method: 'POST',
    path: SETUP_PATH,
    operationId: 'setUpOwner',
    summary: 'Set up the first owner, and sign in; with an organization and a project, where there is none yet',
    needsSession: false,
    status: 201,
    takes: SetUp,
    answers: SessionBody,
    errors: ['owner-exists', 'setup-token-invalid', 'password-unusable', 'duplicate-username'],
    handler: setUpOwner,
  },
  {
    method: 'POST',
    path: SESSION_PATH,
    operationId: 'signIn',
    summary: 'Sign in with a name and a password',
    needsSession: false,
    status: 200,
    takes: SignIn,
    answers: SessionBody,
    errors: ['INVALID_CREDENTIALS', 'SIGN_IN_RATE_LIMITED'],
    handler: signIn,
  },
  {
    method: 'GET',
    path: SESSION_PATH,
    operationId: 'getSession',
    summary: 'Who is signed in, and what they may do',
    needsSession: true,
    status: 200,
    answers: SessionBody,
    handler: async ({ services }, request, reply) => answer(request, reply, 200, await sessionBody(services, sessionOf(request))),
  },
  {
    method: 'DELETE',
    path: SESSION_PATH,
    operationId: 'signOut',
    summary: 'Sign out',
    needsSession: true,
    status: 204,
    handler: async ({ services }, request, reply) => {
      await services.sessions.signOut(sessionOf(request), callerOf(request));
      return reply.header('set-cookie', noSessionCookie(request, services.publicUrl())).code(204).send();
    },
  },
  {
    method: 'PUT',
    path: `${SESSION_PATH}/password`,
    operationId: 'changePassword',
    summary: 'Change the own password, which ends every other session',
    needsSession: true,
    status: 204,
    takes: ChangePassword,
    errors: ['INVALID_CREDENTIALS', 'SIGN_IN_RATE_LIMITED', 'password-unusable'],
    handler: changePassword,
  },
];

async function setUpOwner({ services }: SessionParts, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const { organizationName = 'Organization', projectName = 'Project', ...input } = readFromOurs(services, request, reply, SetUp);
  const address = remoteAddressOf(request);
  const user = await services.ownerSetup.setUp({ ...input, organizationName, projectName, address });
  return letIn(services, request, reply, 201, await services.sessions.openFor(user, address));
}

async function signIn({ services, throttle }: SessionParts, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const { username, password } = readFromOurs(services, request, reply, SignIn);
  const address = remoteAddressOf(request);
  const before = readSessionCookie(request, services.publicUrl()).token;
  const opened = await withPassword({ services, throttle }, { username, address }, reply, async () => {
    const outcome = await services.sessions.signIn({ username, password, address, before });
    return 'opened' in outcome ? outcome.opened : noteFailure(services, address, outcome.refused);
  });
  return letIn(services, request, reply, 200, opened);
}

async function changePassword({ services, throttle }: SessionParts, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  checkMediaType(request, reply);
  const { currentPassword, newPassword } = readBody(ChangePassword, readJsonObject(request.body));
  const session = sessionOf(request);
  const { address, name: username } = callerOf(request);
  await withPassword({ services, throttle }, { username, address }, reply, async () => {
    const isRight = await services.sessions.changePassword(session, currentPassword, newPassword, callerOf(request));
    return isRight || noteFailure(services, address, session.user);
  });
  return reply.code(204).send();
}

/** What `check` answers for the right password; throws for a wrong one, and for one that is not even looked at. */
async function withPassword<T>(
  { services, throttle }: SessionParts,
  { username, address }: { username: string; address: string },
  reply: FastifyReply,
  check: () => Promise<T | null>,
): Promise<T> {
  const checked = await throttle.run({ address, name: username }, () => services.users.isFamiliar(username, address), check);
  if ('right' in checked) return checked.right;
  if (checked.wrong === 'refused') throw new AtlasError('INVALID_CREDENTIALS');
  if (checked.wrong === 'throttled') await noteRefusal(services, address, { action: 'SIGN_IN_THROTTLED', result: 'SIGN_IN_RATE_LIMITED' });
  reply.header('retry-after', String(checked.retryAfterSeconds));
  throw new AtlasError('SIGN_IN_RATE_LIMITED', [checked.retryAfterSeconds]);
}

/** Nobody waits for it: an answer takes as long for a name that nobody has. */
function noteFailure({ audit, logger }: ApiServices, address: string, user: Session['user'] | null): null {
  const of = user && { organizationId: user.organizationId, subject: user.username };
  const entry = { action: 'SIGN_IN_FAILED', result: 'INVALID_CREDENTIALS', address, ...of } as const;
  audit
    .noteOnce(`${networkOf(address)} ${user?.id ?? ''}`, entry)
    .catch((error) => logger.error({ err: error }, 'a failed sign-in could not be audited'));
  return null;
}

/** The body of a request that nobody's token protects: JSON, which no form of another site can send, and from no other site's page. */
function readFromOurs<T extends TSchema>(services: ApiServices, request: FastifyRequest, reply: FastifyReply, schema: T): Static<T> {
  if (!isOurOrigin(request, services.publicUrl())) throw new AtlasError('CSRF_TOKEN_INVALID');
  if (request.headers['content-type'] === undefined) throw new AtlasError('UNSUPPORTED_MEDIA_TYPE', ['without a name']);
  checkMediaType(request, reply);
  return readBody(schema, readJsonObject(request.body));
}

async function letIn(
  services: ApiServices,
  request: FastifyRequest,
  reply: FastifyReply,
  status: 200 | 201,
  opened: OpenedSession,
): Promise<FastifyReply> {
  reply.header('set-cookie', sessionCookie(request, services.publicUrl(), opened.token));
  return answer(request, reply, status, await sessionBody(services, opened));
}

function answer(request: FastifyRequest, reply: FastifyReply, status: number, body: JsonBody): FastifyReply {
  return sendBody(reply, status, body, readCommonQuery(request.query as Record<string, string>));
}

/** An API key has none. */
function sessionOf({ session }: FastifyRequest): Session {
  if (!session) throw new AtlasError('NOT_SIGNED_IN');
  return session;
}
