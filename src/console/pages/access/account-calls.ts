import { api } from '../../api/client.ts';
import type { components } from '../../api/served.d.ts';
import type { Place } from './key-calls.ts';
import { type Grant, isSame, type Roles, rolesOn } from './role-words.ts';

type OfOrganization = components['schemas']['OrgServiceAccount'];
type OfProject = components['schemas']['GroupServiceAccount'];
export type Secret = components['schemas']['ServiceAccountSecret'];

export interface Account {
  clientId: string;
  name: string;
  description: string;
  grants: Grant[];
  secrets: Secret[];
}

export interface NewAccount {
  name: string;
  description: string;
  roles: Roles;
  hours: number;
}

const OF_ORGANIZATION = '/api/atlas/v2/orgs/{orgId}/serviceAccounts';
const OF_PROJECT = '/api/atlas/v2/groups/{groupId}/serviceAccounts';

/** What the organization sees of an account and what the project does: each has its own roles. */
function merged(one: OfOrganization | OfProject, organization: readonly string[], project: readonly string[], groupId: string): Account {
  const { clientId, name, description, secrets } = one;
  const grants = [
    ...organization.map((roleName) => ({ roleName, projectId: null })),
    ...project.map((roleName) => ({ roleName, projectId: groupId })),
  ];
  return { clientId, name, description, secrets, grants };
}

interface Sight extends Place {
  seesOrganization: boolean;
  managesProject: boolean;
}

export async function listAccounts(
  place: Sight,
  pageNum: number,
  signal: AbortSignal,
): Promise<{ results: Account[]; totalCount: number }> {
  const { orgId, groupId, seesOrganization, managesProject } = place;
  if (!seesOrganization) {
    const { results = [], totalCount = 0 } = await api.get(OF_PROJECT, { path: { groupId }, query: { pageNum, itemsPerPage: 25 }, signal });
    return { results: results.map((account) => merged(account, [], account.roles, groupId)), totalCount };
  }
  const [{ results = [], totalCount = 0 }, ofProject] = await Promise.all([
    api.get(OF_ORGANIZATION, { path: { orgId }, query: { pageNum, itemsPerPage: 25 }, signal }),
    managesProject ? api.get(OF_PROJECT, { path: { groupId }, query: { itemsPerPage: 500 }, signal }) : { results: [] },
  ]);
  const there = new Map((ofProject.results ?? []).map((account) => [account.clientId, account.roles]));
  return { results: results.map((account) => merged(account, account.roles, there.get(account.clientId) ?? [], groupId)), totalCount };
}

/** The account with its first secret; and what went wrong after it was made. */
export async function createAccount(
  place: Place,
  { name, description, roles, hours }: NewAccount,
): Promise<{ account: OfOrganization | OfProject; problem?: unknown }> {
  const { orgId, groupId, managesOrganization } = place;
  const body = { name, description, secretExpiresAfterHours: hours };
  const project = roles.project as OfProject['roles'];
  if (!managesOrganization) return { account: await api.post(OF_PROJECT, { path: { groupId }, body: { ...body, roles: project } }) };
  const account = await api.post(OF_ORGANIZATION, {
    path: { orgId },
    body: { ...body, roles: roles.organization as OfOrganization['roles'] },
  });
  // The secret is shown whatever becomes of the rest.
  const problem = project.length > 0 ? await invite(groupId, account.clientId, project).catch((error: unknown) => error) : undefined;
  return { account, ...(problem instanceof Error && { problem }) };
}

/** Atlas' `{clientId}:invite`. */
const invite = (groupId: string, clientId: string, roles: OfProject['roles']) =>
  api.post(`${OF_PROJECT}/{clientId}`, { path: { groupId, clientId: `${clientId}:invite` }, body: { roles } });

export async function changeAccountRoles({ orgId, groupId, managesOrganization }: Place, account: Account, roles: Roles): Promise<void> {
  const before = rolesOn(account.grants, groupId);
  const { clientId } = account;
  if (managesOrganization && !isSame(before.organization, roles.organization))
    await api.patch(`${OF_ORGANIZATION}/{clientId}`, {
      path: { orgId, clientId },
      body: { roles: roles.organization as OfOrganization['roles'] },
    });
  if (isSame(before.project, roles.project)) return;
  const project = roles.project as OfProject['roles'];
  const path = { groupId, clientId };
  if (project.length === 0) await api.delete(`${OF_PROJECT}/{clientId}`, { path });
  else if (before.project.length === 0) await invite(groupId, clientId, project);
  else await api.patch(`${OF_PROJECT}/{clientId}`, { path, body: { roles: project } });
}

export const deleteAccount = ({ orgId }: Place, { clientId }: Account) =>
  api.delete(`${OF_ORGANIZATION}/{clientId}`, { path: { orgId, clientId } });

export function addSecret({ orgId, groupId, managesOrganization }: Place, { clientId }: Account, hours: number): Promise<Secret> {
  const body = { secretExpiresAfterHours: hours };
  return managesOrganization
    ? api.post(`${OF_ORGANIZATION}/{clientId}/secrets`, { path: { orgId, clientId }, body })
    : api.post(`${OF_PROJECT}/{clientId}/secrets`, { path: { groupId, clientId }, body });
}

export function deleteSecret({ orgId, groupId, managesOrganization }: Place, { clientId }: Account, secretId: string): Promise<unknown> {
  return managesOrganization
    ? api.delete(`${OF_ORGANIZATION}/{clientId}/secrets/{secretId}`, { path: { orgId, clientId, secretId } })
    : api.delete(`${OF_PROJECT}/{clientId}/secrets/{secretId}`, { path: { groupId, clientId, secretId } });
}
