import type { TSchema } from 'typebox';
import type { Permission } from '../../backup/roles.ts';
import type { DocumentedError } from '../atlas/error-table.ts';
import type { Exchange, JsonBody } from '../atlas/exchange.ts';
import type { ApiServices } from '../services.ts';

export const NATIVE = '/api/lifeboat/v1/projects/:projectId';

/** A route of Lifeboat's own, below `/api/lifeboat/v1/projects/{projectId}`: what Atlas has no word for. */
export interface NativeRoute {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: string;
  operationId: string;
  summary: string;
  permission: Permission;
  /** 204: answered without a body, whatever the handler returns. */
  status: 200 | 201 | 202 | 204;
  /** Where it depends on what is answered. */
  statusOf?: (body: JsonBody) => 200 | 202;
  takes?: TSchema;
  /** Its query parameters, beside those of every route and of every list. */
  query?: Readonly<Record<string, TSchema>>;
  /** By status, for the served document. */
  answers: Readonly<Record<number, TSchema>>;
  isList?: boolean;
  errors?: readonly DocumentedError[];
  /** `stream`: the changes of the project as server-sent events, which `event-streams.ts` sends. */
  handler: 'stream' | ((services: ApiServices, exchange: Exchange) => Promise<JsonBody>);
}

/** Where the manifest of a snapshot is read for the answer. */
export const STORE_ERRORS = [
  'store-unavailable',
  'object-missing',
  'object-damaged',
  'mongodb-failed',
] as const satisfies DocumentedError[];
