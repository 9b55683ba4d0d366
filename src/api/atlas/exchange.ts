import type { Caller } from '../../backup/caller.ts';
import type { Organization } from '../../backup/organizations.ts';
import type { Place } from '../../backup/places.ts';
import type { Json } from './pretty.ts';
import type { VersionDate } from './versions.ts';

/** What a handler gets: who asks, and the raw parts that are its own to read. */
export interface CallerExchange {
  caller: Caller;
  parameters: Readonly<Record<string, string>>;
  query: Readonly<Record<string, string | string[] | undefined>>;
  body: unknown;
  /** This resource's own URL, without a query. */
  url: string;
  /** Which version of the API is asked, for bodies that differ between versions. */
  dialect: Dialect;
}

/** What a handler of a project's route gets: also what its path names, as far as it is there. */
export interface Exchange extends CallerExchange, Place {}

export interface OrganizationExchange extends CallerExchange {
  organization: Organization;
}

export type JsonBody = { [name: string]: Json };

/** Who answers: v1.0 (the native routes speak the same), or a version of v2. */
export type Dialect = 'v1' | VersionDate;
