import { Type } from 'typebox';
import * as handlers from '../projects.ts';
import {
  CreateGroup,
  Group,
  GroupIpAddresses,
  GroupSettings,
  group,
  groupSettings,
  listedGroup,
  UpdateGroup,
  UpdateGroupSettings,
} from '../render/project.ts';
import { type AtlasRoute, list, noBody, one } from '../route.ts';

const listing = { answers: Group, render: listedGroup } as const;
const single = { answers: Group, render: group } as const;
const projects = { v2: { '2023-01-01': listing }, v1: listing } as const;
const project = { v2: { '2023-01-01': single }, v1: single } as const;

const ofInstallation = { tag: 'Projects', scope: 'installation', permission: null } as const;
const inProject = { tag: 'Projects', scope: 'project' } as const;
const settings = { v2: { '2023-01-01': { answers: GroupSettings, render: groupSettings } } } as const;

const PROJECTS: readonly AtlasRoute[] = [
  list({
    ...ofInstallation,
    ...projects,
    method: 'GET',
    path: '/groups',
    operationId: 'listProjects',
    summary: 'Get the projects of the caller',
    handler: handlers.listProjects,
  }),
  one({
    ...ofInstallation,
    v2: { '2023-01-01': single },
    method: 'POST',
    path: '/groups',
    operationId: 'createProject',
    summary: 'Make a project in an organization',
    errors: ['organization-not-found', 'invalid-organization-id', 'NOT_ORG_GROUP_CREATOR', 'duplicate-project-name'],
    status: 201,
    takes: CreateGroup,
    handler: handlers.createProject,
    location: (made, { base }) => `${base}/groups/${made.project.id}`,
  }),
  one({
    ...ofInstallation,
    ...project,
    method: 'GET',
    path: '/groups/byName/:groupName',
    operationId: 'getProjectByName',
    summary: 'Get one project by its name',
    handler: handlers.getProjectByName,
  }),
  one({
    ...inProject,
    ...project,
    method: 'GET',
    path: '/groups/:groupId',
    operationId: 'getProject',
    summary: 'Get one project',
    permission: 'read',
    handler: handlers.getProject,
  }),
  one({
    ...inProject,
    v2: { '2023-01-01': single },
    method: 'PATCH',
    path: '/groups/:groupId',
    operationId: 'updateProject',
    summary: 'Rename or tag a project',
    errors: ['duplicate-project-name'],
    permission: 'manage',
    takes: UpdateGroup,
    handler: handlers.updateProject,
  }),
  one({
    ...inProject,
    v2: { '2023-01-01': { answers: Type.Object({}), render: () => ({}) } },
    method: 'DELETE',
    path: '/groups/:groupId',
    operationId: 'deleteProject',
    summary: 'Delete a project that has no clusters',
    errors: ['project-not-empty'],
    permission: 'manage',
    status: 202,
    handler: handlers.deleteProject,
  }),
  list({
    tag: 'Projects',
    scope: 'organization',
    ...projects,
    method: 'GET',
    path: '/orgs/:orgId/groups',
    operationId: 'listOrganizationProjects',
    summary: 'Get the projects of an organization that the caller has a role in',
    permission: 'read',
    query: { name: Type.Optional(Type.String()) },
    handler: handlers.listOrganizationProjects,
  }),
];

const nobody = async () => ({ results: [], totalCount: 0 });
const Nothing = { answers: Type.Object({}), render: () => ({}) } as const;

/** What Terraform reads beside a project. Lifeboat has neither limits nor teams nor users: those lists are empty. */
const BESIDE_PROJECTS: readonly AtlasRoute[] = [
  one({
    ...inProject,
    v2: { '2023-01-01': { answers: Type.Array(Type.Object({})), render: () => [] } },
    method: 'GET',
    path: '/groups/:groupId/limits',
    operationId: 'listProjectLimits',
    summary: 'Get the limits of a project: none',
    permission: 'read',
    handler: async () => null,
  }),
  one({
    ...inProject,
    ...settings,
    method: 'GET',
    path: '/groups/:groupId/settings',
    operationId: 'getProjectSettings',
    summary: "Get Atlas' switches of a project",
    permission: 'read',
    handler: handlers.getSettings,
  }),
  one({
    ...inProject,
    ...settings,
    method: 'PATCH',
    path: '/groups/:groupId/settings',
    operationId: 'updateProjectSettings',
    summary: "Set Atlas' switches of a project; they are kept, and change nothing in Lifeboat",
    permission: 'manage',
    takes: UpdateGroupSettings,
    handler: handlers.updateSettings,
  }),
  one({
    ...inProject,
    v2: {
      '2023-01-01': {
        answers: GroupIpAddresses,
        render: ({ project: { id }, clusters }) => ({
          groupId: id,
          services: { clusters: clusters.map(({ name }) => ({ clusterName: name, inbound: [], outbound: [] })) },
        }),
      },
    },
    method: 'GET',
    path: '/groups/:groupId/ipAddresses',
    operationId: 'returnAllIPAddresses',
    summary: 'Get the addresses of the clusters of a project: Lifeboat knows none',
    permission: 'read',
    handler: handlers.clustersOf,
  }),
  list({
    ...inProject,
    v2: { '2023-01-01': Nothing },
    method: 'GET',
    path: '/groups/:groupId/teams',
    operationId: 'listProjectTeams',
    summary: 'Get the teams of a project: none',
    permission: 'read',
    handler: nobody,
  }),
  list({
    ...inProject,
    v2: { '2023-01-01': Nothing, '2025-02-19': Nothing },
    method: 'GET',
    path: '/groups/:groupId/users',
    operationId: 'listProjectUsers',
    summary: 'Get the users of a project: none, keys and service accounts are no users',
    permission: 'read',
    handler: nobody,
  }),
  one({
    ...inProject,
    v2: { '2023-01-01': { answers: Type.Boolean(), render: (isEnabled) => isEnabled } },
    method: 'GET',
    path: '/groups/:groupId/managedSlowMs',
    operationId: 'getManagedSlowMs',
    summary: 'Get whether the threshold of slow operations is managed',
    permission: 'read',
    handler: handlers.getManagedSlowMs,
  }),
  one({
    ...inProject,
    v2: { '2023-01-01': noBody },
    method: 'POST',
    path: '/groups/:groupId/managedSlowMs/enable',
    operationId: 'enableSlowOperationThresholding',
    summary: 'Have the threshold of slow operations managed; kept, and changes nothing',
    permission: 'manage',
    status: 204,
    handler: handlers.setManagedSlowMs(true),
  }),
  one({
    ...inProject,
    v2: { '2023-01-01': noBody },
    method: 'DELETE',
    path: '/groups/:groupId/managedSlowMs/disable',
    operationId: 'disableSlowOperationThresholding',
    summary: 'Have the threshold of slow operations not managed; kept, and changes nothing',
    permission: 'manage',
    status: 204,
    handler: handlers.setManagedSlowMs(false),
  }),
];

export const PROJECT_ROUTES: readonly AtlasRoute[] = [...PROJECTS, ...BESIDE_PROJECTS];
