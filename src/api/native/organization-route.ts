import type { TSchema } from 'typebox';
import type { OrganizationPermission } from '../../backup/roles.ts';
import type { DocumentedError } from '../atlas/error-table.ts';
import type { JsonBody, OrganizationExchange } from '../atlas/exchange.ts';
import type { ApiServices } from '../services.ts';

export const NATIVE_ORGANIZATION = '/api/lifeboat/v1/organizations/:organizationId';

/** A route of Lifeboat's own of an organization: what Atlas has no word for. */
export interface OrganizationRoute {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  path: string;
  operationId: string;
  summary: string;
  permission: OrganizationPermission;
  /** 204: what the handler answers is not told. */
  status: 200 | 201 | 204;
  takes?: TSchema;
  answers?: TSchema;
  isList?: boolean;
  errors?: readonly DocumentedError[];
  handler: (services: ApiServices, exchange: OrganizationExchange) => Promise<JsonBody>;
}
