import type { TSchema } from 'typebox';
import type { Bucket } from '../../backup/rate-limits.ts';
import type { OrganizationPermission, Permission } from '../../backup/roles.ts';
import type { Listed, Page } from '../../page.ts';
import type { ApiServices } from '../services.ts';
import type { DocumentedError, ErrorWords } from './error-table.ts';
import type { CallerExchange, Exchange, OrganizationExchange } from './exchange.ts';
import { listBody } from './paging.ts';
import type { Json } from './pretty.ts';
import { type ListQuery, readListQuery } from './query.ts';
import { listOf } from './render/schemas.ts';
import type { VersionDate } from './versions.ts';

/** What a path is below, and so what must be found and permitted before its handler runs: `/groups/{groupId}`, `/orgs/{orgId}`, or neither. */
interface Exchanges {
  project: Exchange;
  organization: OrganizationExchange;
  installation: CallerExchange;
}
interface Permissions {
  project: Permission;
  organization: OrganizationPermission;
  /** Whoever is authenticated; the handler shows each caller what is theirs. */
  installation: null;
}
export type Scope = keyof Exchanges;

/** Where an answer stands, for the links in it. */
export interface View {
  /** The base of the API that was asked, `https://host/api/atlas/v2`. */
  base: string;
  /** This resource's own URL, without a query. */
  url: string;
}

/** How a resource looks in one version. Another version is another rendering, nothing else. */
export interface Rendering<T> {
  /** For the served OpenAPI document; `null` where the body is empty. */
  answers: TSchema | null;
  /** What this version takes, where versions differ in it. */
  takes?: TSchema;
  render(value: T, view: View): Json;
  /** HTTP dates as Atlas sends them, in the headers `Deprecation` (where it is known) and `Sunset`. */
  deprecated?: { since?: string; sunset: string };
}

/** One resource and method: under v1.0 when it has a rendering for it, under v2 in each of its versions. */
interface RouteText<S extends Scope, T> {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Below `/api/atlas/v1.0` and `/api/atlas/v2`. */
  path: string;
  operationId: string;
  summary: string;
  tag: string;
  scope: S;
  permission: Permissions[S];
  /** Of an answer that went well; 200 when absent. */
  status?: 201 | 202 | 204;
  takes?: TSchema;
  /** Query parameters of its own, for the served document. */
  query?: Readonly<Record<string, TSchema>>;
  v1?: Rendering<T>;
  v2?: { readonly [version: VersionDate]: Rendering<T> };
  /** Its own, for the served document: beside those of its scope, its path and its body. */
  errors?: readonly DocumentedError[];
  /** Where its requests are counted. */
  bucket?: Bucket;
  /** Where this resource calls a problem by another code than the table does. */
  words?: ErrorWords;
}

export interface ItemRoute<S extends Scope, T> extends RouteText<S, T> {
  handler(services: ApiServices, exchange: Exchanges[S]): Promise<T>;
  /** The URL of what was made, for the header `Location`. */
  location?(value: T, view: View): string;
  isList?: boolean;
}

export interface ListRoute<S extends Scope, T> extends RouteText<S, T> {
  handler(services: ApiServices, exchange: Exchanges[S], page: Page): Promise<Listed<T>>;
}

export type AtlasRoute = { [S in Scope]: ItemRoute<S, unknown> }[Scope];

/** Of a route that answers without a body. */
export const noBody: Rendering<void> = { answers: null, render: () => null };

/** A route whose answer is one thing. */
export function one<S extends Scope, T>(route: ItemRoute<S, T>): AtlasRoute {
  return route as unknown as AtlasRoute;
}

/** A route whose answer is a page of things; its renderings are those of one item. */
export function list<S extends Scope, T>(route: ListRoute<S, T>): AtlasRoute {
  const { handler, v1, v2, ...rest } = route;
  const versions = Object.entries(v2 ?? {}).map(([version, rendering]) => [version, listRendering(rendering)]);
  return one<S, ListedPage<T>>({
    ...rest,
    isList: true,
    ...(v1 && { v1: listRendering(v1) }),
    ...(v2 && { v2: Object.fromEntries(versions) }),
    handler: async (services, exchange) => {
      const query = readListQuery(exchange.query);
      return { query, listed: await handler(services, exchange, query.page) };
    },
  });
}

interface ListedPage<T> {
  query: ListQuery;
  listed: Listed<T>;
}

function listRendering<T>(item: Rendering<T>): Rendering<ListedPage<T>> {
  return {
    ...item,
    answers: item.answers && listOf(item.answers),
    render: ({ query, listed }, view) => {
      const { base, url } = view;
      const results = listed.results.map((value) => item.render(value, { base, url }));
      return listBody(url, query, { results, totalCount: listed.totalCount });
    },
  };
}
