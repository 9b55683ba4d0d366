import type { Cluster } from '../../backup/cluster.ts';
import type { Project } from '../../backup/projects.ts';
import { isMember, permitsInOrganization } from '../../backup/roles.ts';
import type { Listed, Page } from '../../page.ts';
import type { ApiServices } from '../services.ts';
import { AtlasError } from './error-table.ts';
import type { CallerExchange, Exchange, OrganizationExchange } from './exchange.ts';
import { readAttributes } from './json-body.ts';
import { type CountedProject, CreateGroup, UpdateGroup, UpdateGroupSettings } from './render/project.ts';

const READ_ONLY = ['clusterCount', 'created', 'id', 'links'];

async function counted(services: ApiServices, project: Project): Promise<CountedProject> {
  const counts = await services.projects.clusterCounts([project.id]);
  return { project, clusterCount: counts.get(project.id) ?? 0 };
}

async function listed(services: ApiServices, { results, totalCount }: Listed<Project>): Promise<Listed<CountedProject>> {
  const counts = await services.projects.clusterCounts(results.map(({ id }) => id));
  return { results: results.map((project) => ({ project, clusterCount: counts.get(project.id) ?? 0 })), totalCount };
}

/** Those that the caller has a role in. */
export async function listProjects(services: ApiServices, { caller }: CallerExchange, page: Page): Promise<Listed<CountedProject>> {
  return listed(services, await services.projects.list(caller.organizationId, caller.grants, page));
}

/** Also those of its organization; `name` must be in theirs. */
export async function listOrganizationProjects(
  services: ApiServices,
  { caller, organization, query }: OrganizationExchange,
  page: Page,
): Promise<Listed<CountedProject>> {
  const name = typeof query.name === 'string' ? query.name : undefined;
  return listed(services, await services.projects.list(organization.id, caller.grants, page, name));
}

export async function getProject(services: ApiServices, { project }: Exchange): Promise<CountedProject> {
  return counted(services, project);
}

/** A name that is not there and one that is another's are told alike. */
export async function getProjectByName(services: ApiServices, { caller, parameters }: CallerExchange): Promise<CountedProject> {
  const name = parameters.groupName!;
  const project = await services.projects.findByName(caller.organizationId, name);
  if (!project || !isMember(caller.grants, project)) throw new AtlasError('GROUP_NAME_NOT_FOUND', [name.slice(0, 100)]);
  return counted(services, project);
}

export async function createProject(services: ApiServices, { caller, body }: CallerExchange): Promise<CountedProject> {
  const { name, orgId, tags } = readAttributes(CreateGroup, body, READ_ONLY);
  await services.organizations.get(orgId);
  if (!permitsInOrganization(caller.grants, orgId, 'create-project')) throw new AtlasError('NOT_ORG_GROUP_CREATOR', [orgId]);
  return { project: await services.projects.create({ organizationId: orgId, name, tags: tags ?? [] }, caller), clusterCount: 0 };
}

export async function updateProject(services: ApiServices, { project, body, caller }: Exchange): Promise<CountedProject> {
  const { name, tags } = readAttributes(UpdateGroup, body, [...READ_ONLY, 'orgId', 'regionUsageRestrictions', 'withDefaultAlertsSettings']);
  const change = { ...(name !== undefined && { name }), ...(tags && { tags }) };
  return counted(services, await services.projects.update(project, change, caller));
}

export async function deleteProject(services: ApiServices, { project, caller }: Exchange): Promise<void> {
  await services.projects.delete(project, caller);
}

export async function getSettings(_services: ApiServices, { project }: Exchange): Promise<Project> {
  return project;
}

export async function updateSettings(services: ApiServices, { project, body, caller }: Exchange): Promise<Project> {
  const settings = readAttributes(UpdateGroupSettings, body) as Record<string, boolean>;
  return services.projects.update(project, { settings }, caller);
}

/** Terraform asks whether Atlas manages the threshold of slow operations; kept as it is set. */
export async function getManagedSlowMs(_services: ApiServices, { project }: Exchange): Promise<boolean> {
  return project.settings[MANAGED_SLOW_MS] ?? true;
}

export function setManagedSlowMs(isEnabled: boolean) {
  return async (services: ApiServices, { project, caller }: Exchange): Promise<void> => {
    await services.projects.update(project, { settings: { [MANAGED_SLOW_MS]: isEnabled } }, caller);
  };
}

const MANAGED_SLOW_MS = 'isSlowOperationThresholdingEnabled';

export async function clustersOf(services: ApiServices, { project }: Exchange): Promise<{ project: Project; clusters: Cluster[] }> {
  return { project, clusters: await services.clusters.ofProjects([project.id]) };
}

export interface ProjectOverview {
  project: Project;
  organizationName: string;
  clusters: Cluster[];
}

/** Every project of the caller with its clusters. */
export async function listOverviews(services: ApiServices, { caller }: CallerExchange, page: Page): Promise<Listed<ProjectOverview>> {
  const { results, totalCount } = await services.projects.list(caller.organizationId, caller.grants, page);
  const all = await services.clusters.ofProjects(results.map(({ id }) => id));
  const { name: organizationName } = await services.organizations.get(caller.organizationId);
  const overviews = results.map((project) => ({
    project,
    organizationName,
    clusters: all.filter(({ projectId }) => projectId === project.id),
  }));
  return { results: overviews, totalCount };
}
