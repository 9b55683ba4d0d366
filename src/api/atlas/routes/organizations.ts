import { Type } from 'typebox';
import { getOrganization, getRoot, listOrganizations, updateOrganization } from '../organizations.ts';
import { AtlasOrganization, atlasOrganization, SystemStatus, systemStatus, UpdateOrganization } from '../render/organization.ts';
import { type AtlasRoute, list, one } from '../route.ts';

const organization = { answers: AtlasOrganization, render: atlasOrganization };
const organizations = { v1: organization, v2: { '2023-01-01': organization } } as const;
const status = { answers: SystemStatus, render: systemStatus };
const root = { v1: status, v2: { '2023-01-01': status } } as const;

const ofInstallation = { tag: 'Organizations', scope: 'installation', permission: null } as const;
const inOrganization = { tag: 'Organizations', scope: 'organization' } as const;

export const ORGANIZATION_ROUTES: readonly AtlasRoute[] = [
  one({
    ...ofInstallation,
    method: 'GET',
    path: '',
    operationId: 'getSystemStatus',
    summary: 'Get the state of the API, and whose key asks',
    handler: getRoot,
    ...root,
  }),
  list({
    ...ofInstallation,
    method: 'GET',
    path: '/orgs',
    operationId: 'listOrganizations',
    summary: 'Get the organizations of the caller',
    query: { name: Type.Optional(Type.String()) },
    handler: listOrganizations,
    ...organizations,
  }),
  one({
    ...inOrganization,
    method: 'GET',
    path: '/orgs/:orgId',
    operationId: 'getOrganization',
    summary: 'Get one organization',
    permission: 'read',
    handler: getOrganization,
    ...organizations,
  }),
  one({
    ...inOrganization,
    method: 'PATCH',
    path: '/orgs/:orgId',
    operationId: 'updateOrganization',
    summary: 'Rename an organization',
    permission: 'manage',
    takes: UpdateOrganization,
    handler: updateOrganization,
    ...organizations,
  }),
];
