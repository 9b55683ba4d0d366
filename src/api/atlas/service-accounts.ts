import type { Grant } from '../../backup/roles.ts';
import type { Secret, ServiceAccount } from '../../backup/service-account.ts';
import type { Id } from '../../ids.ts';
import type { Listed, Page } from '../../page.ts';
import { pageOf } from '../../page.ts';
import type { ApiServices } from '../services.ts';
import { AtlasError } from './error-table.ts';
import type { Exchange, OrganizationExchange } from './exchange.ts';
import { readAttributes } from './json-body.ts';
import {
  ChangedOrganizationAccount,
  ChangedProjectAccount,
  NewOrganizationAccount,
  NewProjectAccount,
  NewSecret,
  ProjectAccountRoles,
  type ShownInProject,
} from './render/service-account.ts';

const READ_ONLY = ['clientId', 'createdAt', 'secrets'];

export const organizationAccounts = {
  list: (services: ApiServices, { organization }: OrganizationExchange, page: Page): Promise<Listed<ServiceAccount>> =>
    services.serviceAccounts.list({ organizationId: organization.id }, page),

  get: (services: ApiServices, { organization, parameters }: OrganizationExchange): Promise<ServiceAccount> =>
    services.serviceAccounts.get({ organizationId: organization.id }, parameters.clientId!),

  async create(services: ApiServices, { organization, caller, body }: OrganizationExchange): Promise<ServiceAccount> {
    const { name, description, roles, secretExpiresAfterHours } = readAttributes(NewOrganizationAccount, body, READ_ONLY);
    const organizationId = organization.id;
    const grants = roles.map((roleName): Grant => ({ roleName, organizationId, projectId: null }));
    return services.serviceAccounts.create({ organizationId, name, description, grants, secretHours: secretExpiresAfterHours, by: caller });
  },

  async update(services: ApiServices, { organization, caller, parameters, body }: OrganizationExchange): Promise<ServiceAccount> {
    const change = readAttributes(ChangedOrganizationAccount, body, READ_ONLY);
    return services.serviceAccounts.update({ organizationId: organization.id }, parameters.clientId!, change, caller);
  },

  delete: (services: ApiServices, { organization, caller, parameters }: OrganizationExchange): Promise<void> =>
    services.serviceAccounts.delete(organization.id, parameters.clientId!, caller),

  async addSecret(services: ApiServices, { organization, caller, parameters, body }: OrganizationExchange): Promise<Secret> {
    const { secretExpiresAfterHours } = readAttributes(NewSecret, body);
    return services.serviceAccounts.addSecret({ organizationId: organization.id }, parameters.clientId!, secretExpiresAfterHours, caller);
  },

  deleteSecret: (services: ApiServices, { organization, caller, parameters }: OrganizationExchange): Promise<void> =>
    services.serviceAccounts.deleteSecret({ organizationId: organization.id }, parameters.clientId!, parameters.secretId!, caller),

  /** The projects on which an account has a role. */
  async listProjects(services: ApiServices, exchange: OrganizationExchange, page: Page): Promise<Listed<Id>> {
    const { grants } = await organizationAccounts.get(services, exchange);
    return pageOf([...new Set(grants.flatMap(({ projectId }) => projectId ?? []))], page);
  },
};

/** In a project an account shows the roles that it has there, and only who has one there is shown. */
export const projectAccounts = {
  async list(services: ApiServices, { project }: Exchange, page: Page): Promise<Listed<ShownInProject>> {
    const { results, totalCount } = await services.serviceAccounts.list({ project }, page);
    return { results: results.map((account) => ({ account, projectId: project.id })), totalCount };
  },

  async get(services: ApiServices, { project, parameters }: Exchange): Promise<ShownInProject> {
    return { account: await services.serviceAccounts.get({ project }, parameters.clientId!), projectId: project.id };
  },

  /** The account belongs to the organization, as its member. */
  async create(services: ApiServices, { project, caller, body }: Exchange): Promise<ShownInProject> {
    const { name, description, roles, secretExpiresAfterHours } = readAttributes(NewProjectAccount, body, READ_ONLY);
    const { id: projectId, organizationId } = project;
    const inProject = roles.map((roleName): Grant => ({ roleName, organizationId, projectId }));
    const grants: Grant[] = [{ roleName: 'ORG_MEMBER', organizationId, projectId: null }, ...inProject];
    const secretHours = secretExpiresAfterHours;
    const account = await services.serviceAccounts.create({
      organizationId,
      name,
      description,
      grants,
      secretHours,
      projectId,
      by: caller,
    });
    return { account, projectId };
  },

  async update(services: ApiServices, { project, caller, parameters, body }: Exchange): Promise<ShownInProject> {
    const change = readAttributes(ChangedProjectAccount, body, READ_ONLY);
    return { account: await services.serviceAccounts.update({ project }, parameters.clientId!, change, caller), projectId: project.id };
  },

  /** Gives an account of the organization roles here: Atlas' `{clientId}:invite`, a form of path that the router does not know. */
  async add(services: ApiServices, { project, caller, parameters, body, url }: Exchange): Promise<ShownInProject> {
    const clientId = /^(.*):invite$/.exec(parameters.clientId!)?.[1];
    if (clientId === undefined) throw new AtlasError('RESOURCE_NOT_FOUND', [new URL(url).pathname.slice(0, 300)]);
    const { roles } = readAttributes(ProjectAccountRoles, body);
    return { account: await services.serviceAccounts.addToProject(project, clientId, roles, caller), projectId: project.id };
  },

  remove: (services: ApiServices, { project, caller, parameters }: Exchange): Promise<void> =>
    services.serviceAccounts.removeFromProject(project, parameters.clientId!, caller),

  async addSecret(services: ApiServices, { project, caller, parameters, body }: Exchange): Promise<Secret> {
    const { secretExpiresAfterHours } = readAttributes(NewSecret, body);
    return services.serviceAccounts.addSecret({ project }, parameters.clientId!, secretExpiresAfterHours, caller);
  },

  deleteSecret: (services: ApiServices, { project, caller, parameters }: Exchange): Promise<void> =>
    services.serviceAccounts.deleteSecret({ project }, parameters.clientId!, parameters.secretId!, caller),
};
