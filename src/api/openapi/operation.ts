import { type TSchema, Type } from 'typebox';
import { type AnsweredError, type AtlasErrorCode, answeredAs, type DocumentedError, type ErrorWords } from '../atlas/error-table.ts';
import { AtlasErrorBody } from '../atlas/render/schemas.ts';
import { PATH_PARAMETERS } from './path-parameters.ts';

/** The parts of OpenAPI 3.1 that the document is made of. */
export interface Operation {
  operationId: string;
  summary: string;
  tags: string[];
  deprecated?: boolean;
  security?: object[];
  parameters?: Parameter[];
  requestBody?: { required: boolean; content: Content };
  responses: Record<string, Answer>;
}

export interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
  required?: boolean;
  description?: string;
  schema: TSchema;
}

export type Content = Record<string, { schema: TSchema }>;

export interface Answer {
  description: string;
  headers?: Record<string, { description: string; schema: object }>;
  content?: Content;
}

/** A path as the router has it, `/groups/:groupId`, and as OpenAPI writes it. */
export function templateOf(path: string): string {
  return path.replace(/(?<!:):(\w+)/g, '{$1}').replaceAll('::', ':');
}

export function namesIn(path: string): string[] {
  return [...path.matchAll(/(?<!:):(\w+)/g)].map(([, name]) => name!);
}

export function pathParameters(path: string): Parameter[] {
  return namesIn(path).map((name) => {
    const { schema, description } = known(name);
    return { name, in: 'path', required: true, description, schema };
  });
}

/** What may be wrong with the things that a path names. */
export function pathErrors(path: string): DocumentedError[] {
  const names = namesIn(path);
  return names.length > 0 ? ['RESOURCE_NOT_FOUND', ...names.flatMap((name) => known(name).errors)] : [];
}

function known(name: string) {
  const parameter = PATH_PARAMETERS[name];
  if (!parameter) throw new Error(`the path parameter ${name} is not described in path-parameters.ts`);
  return parameter;
}

export function queryParameters(schemas: Readonly<Record<string, TSchema>>): Parameter[] {
  return Object.entries(schemas).map(([name, schema]) => ({ name, in: 'query', schema }));
}

/** Of every route that asks who it is: before its own work, and when the database is away. */
export const OF_EVERY_ROUTE: readonly AtlasErrorCode[] = [
  'BAD_REQUEST',
  'INVALID_QUERY_PARAMETER',
  'IP_ADDRESS_NOT_ON_ACCESS_LIST',
  'NOT_SIGNED_IN',
  'CSRF_TOKEN_INVALID',
  'RATE_LIMITED',
  'UNEXPECTED_ERROR',
  'SERVICE_UNAVAILABLE',
];

/** Of every route that takes a body. */
export const OF_BODIES: readonly AtlasErrorCode[] = [
  'INVALID_JSON',
  'MALFORMED_JSON',
  'INVALID_JSON_ATTRIBUTE',
  'INVALID_ATTRIBUTE',
  'MISSING_ATTRIBUTE',
  'INVALID_ENUM_VALUE',
  'REQUEST_TOO_LARGE',
  'UNSUPPORTED_MEDIA_TYPE',
  'UNSUPPORTED_CONTENT_ENCODING',
];

/** The layer that asks for credentials knows no other code. */
const CHALLENGE: AnsweredError = { status: 401, errorCode: 'UNEXPECTED_ERROR' };

/** The refusals of a route, one response a status, with the codes it may have there. */
export function refusals(errors: readonly DocumentedError[], words?: ErrorWords): Record<string, Answer> {
  const answered = [CHALLENGE, ...errors.map((error) => answeredAs(error, words))];
  const statuses = [...new Set(answered.map(({ status }) => status))].sort();
  return Object.fromEntries(
    statuses.map((status) => {
      const codes = [...new Set(answered.filter((error) => error.status === status).map(({ errorCode }) => errorCode))].sort();
      return [String(status), refusal(status, codes)];
    }),
  );
}

function refusal(status: number, codes: string[]): Answer {
  const schema = Type.Unsafe({ allOf: [AtlasErrorBody], properties: { errorCode: { enum: codes } } });
  const challenge = {
    'WWW-Authenticate': { description: 'How to authenticate, where that is what is missing.', schema: { type: 'string' } },
  };
  const retry = { 'Retry-After': { description: 'Seconds to wait.', schema: { type: 'string' } } };
  return {
    description: codes.join(', '),
    ...(status === 401 && { headers: challenge }),
    ...(status === 429 && { headers: retry }),
    content: { 'application/json': { schema } },
  };
}

export const STATUS_WORDS: Readonly<Record<number, string>> = { 200: 'OK', 201: 'Created', 202: 'Accepted', 204: 'No content' };
