import { Type } from 'typebox';
import { keyAccess, projectAccess } from '../access-lists.ts';
import { KeyAccessEntry, keyAccessEntry, NewKeyAccess } from '../render/api-key.ts';
import { NewProjectAccess, ProjectAccessEntry, ProjectAccessStatus, projectAccessEntry } from '../render/project-access.ts';
import { type AtlasRoute, list, noBody, one } from '../route.ts';

const keyEntry = { answers: KeyAccessEntry, render: keyAccessEntry };
const keyEntries = { v1: keyEntry, v2: { '2023-01-01': keyEntry } } as const;
const projectEntry = { answers: ProjectAccessEntry, render: projectAccessEntry };
const projectEntries = { v1: projectEntry, v2: { '2023-01-01': projectEntry } } as const;
// In Atlas an entry takes a moment to reach the clusters; here it is data, and always there.
const status = { v2: { '2023-01-01': { answers: ProjectAccessStatus, render: () => ({ STATUS: 'ACTIVE' }) } } } as const;
const nothing = { v1: noBody, v2: { '2023-01-01': noBody } } as const;

const inOrganization = { tag: 'Access lists', scope: 'organization' } as const;
const inProject = { tag: 'Access lists', scope: 'project' } as const;
const OF_KEY = '/orgs/:orgId/apiKeys/:apiUserId/accessList';
const OF_PROJECT = '/groups/:groupId/accessList';

export const ACCESS_LIST_ROUTES: readonly AtlasRoute[] = [
  list({
    ...inOrganization,
    method: 'GET',
    path: `${OF_KEY}`,
    operationId: 'listApiKeyAccessListsEntries',
    summary: 'Get the access list of an API key',
    permission: 'read',
    handler: keyAccess.list,
    ...keyEntries,
  }),
  list({
    ...inOrganization,
    method: 'POST',
    path: `${OF_KEY}`,
    operationId: 'createApiKeyAccessList',
    summary: 'Add to the access list of an API key',
    permission: 'manage',
    takes: Type.Array(NewKeyAccess),
    handler: keyAccess.add,
    ...keyEntries,
  }),
  one({
    ...inOrganization,
    method: 'GET',
    path: `${OF_KEY}/:ipAddress`,
    operationId: 'getApiKeyAccessList',
    summary: 'Get one entry of the access list of an API key',
    permission: 'read',
    handler: keyAccess.get,
    ...keyEntries,
  }),
  one({
    ...inOrganization,
    method: 'DELETE',
    path: `${OF_KEY}/:ipAddress`,
    operationId: 'deleteApiKeyAccessListEntry',
    summary: 'Remove an entry from the access list of an API key',
    permission: 'manage',
    status: 204,
    handler: keyAccess.remove,
    ...nothing,
  }),
  list({
    ...inProject,
    method: 'GET',
    path: `${OF_PROJECT}`,
    operationId: 'listProjectIpAccessLists',
    summary: 'Get the access list of a project',
    permission: 'read',
    handler: projectAccess.list,
    ...projectEntries,
  }),
  list({
    ...inProject,
    method: 'POST',
    path: `${OF_PROJECT}`,
    operationId: 'createProjectIpAccessList',
    summary: 'Add to the access list of a project',
    permission: 'manage',
    status: 201,
    takes: Type.Array(NewProjectAccess),
    handler: projectAccess.add,
    ...projectEntries,
  }),
  one({
    ...inProject,
    method: 'GET',
    path: `${OF_PROJECT}/:entryValue`,
    operationId: 'getProjectIpList',
    summary: 'Get one entry of the access list of a project',
    permission: 'read',
    handler: projectAccess.get,
    ...projectEntries,
  }),
  one({
    ...inProject,
    method: 'GET',
    path: `${OF_PROJECT}/:entryValue/status`,
    operationId: 'getProjectIpAccessListStatus',
    summary: 'Get the state of an entry of the access list of a project',
    permission: 'read',
    handler: projectAccess.get,
    ...status,
  }),
  one({
    ...inProject,
    method: 'DELETE',
    path: `${OF_PROJECT}/:entryValue`,
    operationId: 'deleteProjectIpAccessList',
    summary: 'Remove an entry from the access list of a project',
    permission: 'manage',
    status: 204,
    handler: projectAccess.remove,
    ...nothing,
  }),
];
