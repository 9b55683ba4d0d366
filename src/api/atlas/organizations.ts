import type { Organization } from '../../backup/organizations.ts';
import { isOrganizationMember } from '../../backup/roles.ts';
import type { Listed, Page } from '../../page.ts';
import type { ApiServices } from '../services.ts';
import type { CallerExchange, OrganizationExchange } from './exchange.ts';
import { readAttributes } from './json-body.ts';
import { type Root, UpdateOrganization } from './render/organization.ts';

const READ_ONLY = ['id', 'isDeleted', 'links', 'skipDefaultAlertsSettings'];

/** Entries of an access list that the root shows. */
const SHOWN_ENTRIES: Page = { number: 1, size: 500 };

/** The one that the caller belongs to; `name` must be in its name, as Atlas searches. */
export async function listOrganizations(
  services: ApiServices,
  { caller, query }: CallerExchange,
  page: Page,
): Promise<Listed<Organization>> {
  const organization = await services.organizations.get(caller.organizationId);
  const name = typeof query.name === 'string' ? query.name.toLowerCase() : '';
  const isShown = isOrganizationMember(caller.grants, organization.id) && organization.name.toLowerCase().includes(name);
  const found = isShown ? [organization] : [];
  return { results: page.number === 1 ? found : [], totalCount: found.length };
}

export async function getOrganization(_services: ApiServices, { organization }: OrganizationExchange): Promise<Organization> {
  return organization;
}

export async function updateOrganization(
  services: ApiServices,
  { organization, body, caller }: OrganizationExchange,
): Promise<Organization> {
  const { name } = readAttributes(UpdateOrganization, body, READ_ONLY);
  return services.organizations.rename(organization.id, name, caller);
}

export async function getRoot(services: ApiServices, { caller }: CallerExchange): Promise<Root> {
  if (caller.kind !== 'api-key') return { caller, accessList: [] };
  const { results } = await services.keyAccessLists.list(caller.organizationId, caller.id, SHOWN_ENTRIES);
  return { caller, accessList: results.map(({ cidrBlock }) => cidrBlock) };
}
