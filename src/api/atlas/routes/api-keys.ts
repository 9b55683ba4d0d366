import { Type } from 'typebox';
import { organizationKeys, projectKeys } from '../api-keys.ts';
import {
  ApiKeyDetails,
  apiKeyDetails,
  CreateOrganizationKey,
  CreateProjectKey,
  ProjectKeyRoles,
  UpdateOrganizationKey,
  UpdateProjectKey,
} from '../render/api-key.ts';
import { type AtlasRoute, list, noBody, one } from '../route.ts';

const key = { answers: ApiKeyDetails, render: apiKeyDetails };
const keys = { v1: key, v2: { '2023-01-01': key } } as const;
const nothing = { v1: noBody, v2: { '2023-01-01': noBody } } as const;

const inOrganization = { tag: 'API keys', scope: 'organization' } as const;
const inProject = { tag: 'API keys', scope: 'project' } as const;
const OF_ORGANIZATION = '/orgs/:orgId/apiKeys';
const OF_PROJECT = '/groups/:groupId/apiKeys';

export const API_KEY_ROUTES: readonly AtlasRoute[] = [
  list({
    ...inOrganization,
    method: 'GET',
    path: `${OF_ORGANIZATION}`,
    operationId: 'listApiKeys',
    summary: 'Get all API keys of an organization',
    permission: 'read',
    handler: organizationKeys.list,
    ...keys,
  }),
  one({
    ...inOrganization,
    method: 'POST',
    path: `${OF_ORGANIZATION}`,
    operationId: 'createApiKey',
    summary: 'Create an API key of an organization',
    permission: 'manage',
    takes: CreateOrganizationKey,
    handler: organizationKeys.create,
    ...keys,
  }),
  one({
    ...inOrganization,
    method: 'GET',
    path: `${OF_ORGANIZATION}/:apiUserId`,
    operationId: 'getApiKey',
    summary: 'Get one API key of an organization',
    permission: 'read',
    handler: organizationKeys.get,
    ...keys,
  }),
  one({
    ...inOrganization,
    method: 'PATCH',
    path: `${OF_ORGANIZATION}/:apiUserId`,
    operationId: 'updateApiKey',
    summary: 'Change an API key of an organization',
    errors: ['last-owner'],
    permission: 'manage',
    takes: UpdateOrganizationKey,
    handler: organizationKeys.update,
    ...keys,
  }),
  one({
    ...inOrganization,
    method: 'DELETE',
    path: `${OF_ORGANIZATION}/:apiUserId`,
    operationId: 'deleteApiKey',
    summary: 'Delete an API key',
    errors: ['last-owner'],
    permission: 'manage',
    status: 204,
    handler: organizationKeys.delete,
    ...nothing,
  }),
  list({
    ...inProject,
    method: 'GET',
    path: `${OF_PROJECT}`,
    operationId: 'listProjectApiKeys',
    summary: 'Get all API keys that have a role on a project',
    permission: 'manage',
    handler: projectKeys.list,
    ...keys,
  }),
  one({
    ...inProject,
    method: 'POST',
    path: `${OF_PROJECT}`,
    operationId: 'createProjectApiKey',
    summary: 'Create an API key with roles on a project',
    permission: 'manage',
    takes: CreateProjectKey,
    handler: projectKeys.create,
    ...keys,
  }),
  one({
    ...inProject,
    method: 'POST',
    path: `${OF_PROJECT}/:apiUserId`,
    operationId: 'addProjectApiKey',
    summary: 'Give an API key of the organization roles on a project',
    permission: 'manage',
    takes: Type.Array(ProjectKeyRoles, { minItems: 1 }),
    handler: projectKeys.add,
    ...keys,
  }),
  one({
    ...inProject,
    method: 'PATCH',
    path: `${OF_PROJECT}/:apiUserId`,
    operationId: 'updateApiKeyRoles',
    summary: 'Change the roles of an API key on a project',
    permission: 'manage',
    takes: UpdateProjectKey,
    handler: projectKeys.update,
    ...keys,
  }),
  one({
    ...inProject,
    method: 'DELETE',
    path: `${OF_PROJECT}/:apiUserId`,
    operationId: 'removeProjectApiKey',
    summary: 'Take an API key out of a project',
    permission: 'manage',
    status: 204,
    handler: projectKeys.remove,
    ...nothing,
  }),
];
