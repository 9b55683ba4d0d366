import type { ApiKey, NewApiKey } from '../../backup/api-keys.ts';
import { type Grant, isOrganizationRole, isProjectRole, permitsInOrganization } from '../../backup/roles.ts';
import { Problem } from '../../errors.ts';
import type { Listed, Page } from '../../page.ts';
import type { ApiServices } from '../services.ts';
import { AtlasError } from './error-table.ts';
import type { Exchange, OrganizationExchange } from './exchange.ts';
import { readAttributes, readEachAttributes } from './json-body.ts';
import { CreateOrganizationKey, CreateProjectKey, ProjectKeyRoles, UpdateOrganizationKey, UpdateProjectKey } from './render/api-key.ts';

/** What a key's body also holds when a client sends back what it read. */
const READ_ONLY = ['id', 'links', 'privateKey', 'publicKey'];

export const organizationKeys = {
  list: (services: ApiServices, { organization }: OrganizationExchange, page: Page): Promise<Listed<ApiKey>> =>
    services.apiKeys.list(organization.id, page),

  get: (services: ApiServices, { organization, parameters }: OrganizationExchange): Promise<ApiKey> =>
    services.apiKeys.get(organization.id, parameters.apiUserId!),

  async create(services: ApiServices, { organization, caller, body }: OrganizationExchange): Promise<NewApiKey> {
    const { desc, roles } = readAttributes(CreateOrganizationKey, body, READ_ONLY);
    const organizationId = organization.id;
    const grants = roles.map((roleName): Grant => ({ roleName, organizationId, projectId: null }));
    return services.apiKeys.create({ organizationId, description: desc, grants, by: caller });
  },

  async update(services: ApiServices, { organization, caller, body, parameters }: OrganizationExchange): Promise<ApiKey> {
    const { desc, roles } = readAttributes(UpdateOrganizationKey, body, READ_ONLY);
    return services.apiKeys.update(organization.id, parameters.apiUserId!, { description: desc, roles }, caller);
  },

  delete: (services: ApiServices, { organization, caller, parameters }: OrganizationExchange): Promise<void> =>
    services.apiKeys.delete(organization.id, parameters.apiUserId!, caller),
};

export const projectKeys = {
  list: (services: ApiServices, { project }: Exchange, page: Page): Promise<Listed<ApiKey>> =>
    services.apiKeys.listOfProject(project, page),

  /** The key belongs to the organization, as its member. Other roles there only who manages the organization may give. */
  async create(services: ApiServices, { project, caller, body }: Exchange): Promise<NewApiKey> {
    const { desc, roles } = readAttributes(CreateProjectKey, body, READ_ONLY);
    const { organizationId } = project;
    const inOrganization = new Set(['ORG_MEMBER' as const, ...roles.filter(isOrganizationRole)]);
    const inProject = new Set(roles.filter(isProjectRole));
    if (inProject.size === 0) throw new AtlasError('MISSING_ATTRIBUTE', ['roles']);
    if (inOrganization.size > 1 && !permitsInOrganization(caller.grants, organizationId, 'manage')) throw new Problem('not-permitted');
    const grants: Grant[] = [
      ...[...inOrganization].map((roleName) => ({ roleName, organizationId, projectId: null })),
      ...[...inProject].map((roleName) => ({ roleName, organizationId, projectId: project.id })),
    ];
    return services.apiKeys.create({ organizationId, description: desc, grants, projectId: project.id, by: caller });
  },

  async update(services: ApiServices, { project, caller, body, parameters }: Exchange): Promise<ApiKey> {
    const { desc, roles } = readAttributes(UpdateProjectKey, body, READ_ONLY);
    // The description is the whole organization's.
    if (desc !== undefined && !permitsInOrganization(caller.grants, project.organizationId, 'manage')) throw new Problem('not-permitted');
    const change = { description: desc, roles };
    return services.apiKeys.updateInProject(project, parameters.apiUserId!, change, caller);
  },

  async add(services: ApiServices, { project, caller, body, parameters }: Exchange): Promise<ApiKey> {
    const roles = readEachAttributes(ProjectKeyRoles, body, MOST_ASSIGNMENTS).flatMap((assignment) => assignment.roles);
    if (roles.length === 0) throw new AtlasError('MISSING_ATTRIBUTE', ['roles']);
    return services.apiKeys.addToProject(project, parameters.apiUserId!, roles, caller);
  },

  remove: (services: ApiServices, { project, caller, parameters }: Exchange): Promise<void> =>
    services.apiKeys.removeFromProject(project, parameters.apiUserId!, caller),
};

const MOST_ASSIGNMENTS = 20;
