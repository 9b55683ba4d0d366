import { canonicalBlock, type IpBlock } from '../../backup/ip-block.ts';
import type { KeyAccess } from '../../backup/key-access-lists.ts';
import type { NewProjectAccess as Entry, ProjectAccess } from '../../backup/project-access-lists.ts';
import type { Listed, Page } from '../../page.ts';
import type { ApiServices } from '../services.ts';
import { AtlasError } from './error-table.ts';
import type { Exchange, OrganizationExchange } from './exchange.ts';
import { readEachAttributes } from './json-body.ts';
import { NewKeyAccess } from './render/api-key.ts';
import { NewProjectAccess } from './render/project-access.ts';

/** Entries that one request may bring, as many as Atlas keeps. */
const MOST_ENTRIES = 200;
const SECURITY_GROUP = /^(\d{1,20}\/)?sg-[0-9a-z]{1,40}$/;

export const keyAccess = {
  list: (services: ApiServices, { organization, parameters }: OrganizationExchange, page: Page): Promise<Listed<KeyAccess>> =>
    services.keyAccessLists.list(organization.id, parameters.apiUserId!, page),

  get: (services: ApiServices, { organization, parameters }: OrganizationExchange): Promise<KeyAccess> =>
    services.keyAccessLists.get(organization.id, parameters.apiUserId!, blockOf(parameters.ipAddress!)),

  /** Answers the whole list. */
  async add(services: ApiServices, exchange: OrganizationExchange, page: Page): Promise<Listed<KeyAccess>> {
    const { organization, parameters, body, caller } = exchange;
    const entries = readEachAttributes(NewKeyAccess, body, MOST_ENTRIES, ['count', 'created', 'lastUsed', 'lastUsedAddress', 'links']);
    await services.keyAccessLists.add(organization.id, parameters.apiUserId!, entries.map(readBlock), caller);
    return keyAccess.list(services, exchange, page);
  },

  remove: (services: ApiServices, { organization, parameters, caller }: OrganizationExchange): Promise<void> =>
    services.keyAccessLists.remove(organization.id, parameters.apiUserId!, blockOf(parameters.ipAddress!), caller),
};

export const projectAccess = {
  list: (services: ApiServices, { project }: Exchange, page: Page): Promise<Listed<ProjectAccess>> =>
    services.projectAccessLists.list(project.id, page),

  get: (services: ApiServices, { project, parameters }: Exchange): Promise<ProjectAccess> =>
    services.projectAccessLists.get(project.id, entryOf(parameters.entryValue!)),

  /** Answers the whole list. */
  async add(services: ApiServices, exchange: Exchange, page: Page): Promise<Listed<ProjectAccess>> {
    const { project, body, caller } = exchange;
    const entries = readEachAttributes(NewProjectAccess, body, MOST_ENTRIES, ['groupId', 'links']).map(
      ({ awsSecurityGroup, comment, deleteAfterDate, ...block }): Entry => ({
        entry: awsSecurityGroup ? securityGroupOf(awsSecurityGroup) : readBlock(block),
        comment: comment ?? null,
        deleteAfterDate: deleteAfterDate ? dateOf(deleteAfterDate) : null,
      }),
    );
    await services.projectAccessLists.put(project.id, entries, caller);
    return projectAccess.list(services, exchange, page);
  },

  remove: (services: ApiServices, { project, parameters, caller }: Exchange): Promise<void> =>
    services.projectAccessLists.remove(project.id, entryOf(parameters.entryValue!), caller),
};

/** A list's entry names a block or one address; where it names both, as answers do, they must be the same. */
function readBlock({ cidrBlock, ipAddress }: { cidrBlock?: string; ipAddress?: string }): IpBlock {
  const blocks = Object.entries({ cidrBlock, ipAddress }).flatMap(([name, text]) => {
    if (!text) return [];
    const block = canonicalBlock(text.replace(/%2f/i, '/'));
    if (block === null || (name === 'ipAddress' && text.includes('/'))) throw new AtlasError('INVALID_ATTRIBUTE', [name]);
    return [block];
  });
  const [first, second = first] = blocks;
  if (first === undefined) throw new AtlasError('MISSING_ATTRIBUTE', ['ipAddress']);
  if (first !== second) throw new AtlasError('INVALID_ATTRIBUTE', ['ipAddress']);
  return first;
}

function securityGroupOf(text: string): string {
  if (!SECURITY_GROUP.test(text)) throw new AtlasError('INVALID_ATTRIBUTE', ['awsSecurityGroup']);
  return text;
}

/** The schema takes the leap seconds of RFC 3339, which JavaScript knows no moment for. */
function dateOf(text: string): Date {
  const date = new Date(text);
  if (Number.isNaN(date.getTime())) throw new AtlasError('INVALID_ATTRIBUTE', ['deleteAfterDate']);
  return date;
}

/** A path names an entry by its block, or by its address where it holds one. */
function blockOf(text: string): IpBlock {
  const block = canonicalBlock(text);
  if (block === null) throw new AtlasError('INVALID_PATH_PARAMETER', ['ipAddress']);
  return block;
}

function entryOf(text: string): string {
  const entry = SECURITY_GROUP.test(text) ? text : canonicalBlock(text);
  if (entry === null) throw new AtlasError('INVALID_PATH_PARAMETER', ['entryValue']);
  return entry;
}
