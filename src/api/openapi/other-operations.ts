import { Type } from 'typebox';
import { AtlasErrorBody } from '../atlas/render/schemas.ts';
import { DOWNLOADS } from '../downloads.ts';
import type { Answer, Operation } from './operation.ts';

const OAuthError = Type.Object({ error: Type.String(), error_description: Type.String() }, { title: 'OAuthError' });
const Token = Type.Object(
  { access_token: Type.String(), expires_in: Type.Integer(), token_type: Type.Literal('Bearer') },
  { title: 'Token' },
);
const grant = Type.Object({ grant_type: Type.Literal('client_credentials') });
const revoked = Type.Object({ token: Type.String(), token_type_hint: Type.Optional(Type.String()) });

function oauth(operationId: string, summary: string, form: typeof grant | typeof revoked, answer: Answer): Operation {
  const refusal = (description: string): Answer => ({ description, content: { 'application/json': { schema: OAuthError } } });
  return {
    operationId,
    summary,
    tags: ['OAuth 2.0'],
    security: [{ client: [] }],
    requestBody: { required: true, content: { 'application/x-www-form-urlencoded': { schema: form } } },
    responses: {
      200: answer,
      400: refusal('invalid_request, unsupported_grant_type'),
      401: refusal('invalid_client'),
      429: refusal('slow_down'),
      500: refusal('server_error'),
    },
  };
}

const refused = (description: string): Answer => ({ description, content: { 'application/json': { schema: AtlasErrorBody } } });
const inPath = (name: string) => ({ name, in: 'path' as const, required: true, schema: Type.String({ minLength: 1 }) });
const archive = (description: string): Answer => ({
  description,
  headers: {
    ETag: { description: 'Of the archive, for If-Range.', schema: { type: 'string' } },
    'Accept-Ranges': { description: 'bytes', schema: { type: 'string' } },
  },
  content: { 'application/gzip': { schema: Type.Unsafe({}) } },
});

/** What is neither Atlas' nor below a project. */
export const OTHER_OPERATIONS: readonly { path: string; method: string; operation: Operation }[] = [
  {
    path: '/api/oauth/token',
    method: 'post',
    operation: oauth('createToken', 'Get a token for a service account', grant, {
      description: 'OK',
      content: { 'application/json': { schema: Token } },
    }),
  },
  {
    path: '/api/oauth/revoke',
    method: 'post',
    operation: oauth('revokeToken', 'Revoke a token of a service account', revoked, { description: 'OK' }),
  },
  {
    path: `${DOWNLOADS}{jobId}/{token}/{fileName}`,
    method: 'get',
    operation: {
      operationId: 'download',
      summary: 'The archive of a DOWNLOAD job, by its signed link; no other credentials',
      tags: ['Lifeboat'],
      security: [],
      parameters: [
        ...['jobId', 'token', 'fileName'].map(inPath),
        { name: 'Range', in: 'header', description: 'One range of bytes, to go on where a download broke off.', schema: Type.String() },
        { name: 'If-Range', in: 'header', schema: Type.String() },
      ],
      responses: {
        200: archive('The whole archive'),
        206: archive('The range that was asked for'),
        404: refused('DOWNLOAD_NOT_FOUND'),
        410: refused('DOWNLOAD_EXPIRED'),
        416: { description: 'The range is outside the archive' },
        500: refused('OBJECT_MISSING, OBJECT_DAMAGED, UNEXPECTED_ERROR'),
        503: refused('SERVICE_UNAVAILABLE, STORE_UNAVAILABLE'),
      },
    },
  },
  {
    path: '/metrics',
    method: 'get',
    operation: {
      operationId: 'getMetrics',
      summary: 'The measures of the installation and of this process, for Prometheus',
      tags: ['Lifeboat'],
      security: [{ metrics: [] }],
      responses: {
        200: { description: 'OK', content: { 'text/plain': { schema: Type.String() } } },
        401: { description: 'The token is wrong' },
        403: refused('IP_ADDRESS_NOT_ON_ACCESS_LIST'),
        500: refused('UNEXPECTED_ERROR'),
        503: refused('SERVICE_UNAVAILABLE'),
      },
    },
  },
  {
    path: '/healthz',
    method: 'get',
    operation: {
      operationId: 'health',
      summary: 'Whether the API answers',
      tags: ['Lifeboat'],
      security: [],
      responses: { 200: { description: 'OK', content: { 'application/json': { schema: Type.Object({ status: Type.Literal('ok') }) } } } },
    },
  },
];
