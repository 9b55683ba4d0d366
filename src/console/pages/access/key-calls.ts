import { api } from '../../api/client.ts';
import type { components } from '../../api/served.d.ts';
import { type Grant, isSame, type Roles, rolesOn } from './role-words.ts';

export type Key = components['schemas']['ApiKeyUserDetails'];
type ProjectRole = components['schemas']['UserAccessRoleAssignment']['roles'][number];
type OrganizationRole = components['schemas']['CreateAtlasOrganizationApiKey']['roles'][number];

/** Where the reader stands, and whether roles on the organization are the reader's to give. */
export interface Place {
  orgId: string;
  groupId: string;
  managesOrganization: boolean;
}

const OF_ORGANIZATION = '/api/atlas/v2/orgs/{orgId}/apiKeys';
const OF_PROJECT = '/api/atlas/v2/groups/{groupId}/apiKeys';

export function grantsOfKey({ roles }: Key): Grant[] {
  return roles.map(({ roleName, groupId = null }) => ({ roleName, projectId: groupId }));
}

export async function listKeys({ orgId, groupId }: Place, seesOrganization: boolean, pageNum: number, signal: AbortSignal) {
  const query = { pageNum, itemsPerPage: 25 };
  const { results = [], totalCount = 0 } = seesOrganization
    ? await api.get(OF_ORGANIZATION, { path: { orgId }, query, signal })
    : await api.get(OF_PROJECT, { path: { groupId }, query, signal });
  return { results, totalCount };
}

/** Its answer is the only one that has the private key. */
export function createKey({ orgId, groupId }: Place, desc: string, { organization, project }: Roles): Promise<Key> {
  if (project.length === 0)
    return api.post(OF_ORGANIZATION, { path: { orgId }, body: { desc, roles: organization as OrganizationRole[] } });
  return api.post(OF_PROJECT, {
    path: { groupId },
    body: { desc, roles: [...organization, ...project] as (OrganizationRole | ProjectRole)[] },
  });
}

export async function changeKeyRoles({ orgId, groupId, managesOrganization }: Place, key: Key, roles: Roles): Promise<void> {
  const before = rolesOn(grantsOfKey(key), groupId);
  const path = { groupId, apiUserId: key.id };
  if (managesOrganization && !isSame(before.organization, roles.organization)) {
    await api.patch(`${OF_ORGANIZATION}/{apiUserId}`, {
      path: { orgId, apiUserId: key.id },
      body: { roles: roles.organization as OrganizationRole[] },
    });
  }
  if (isSame(before.project, roles.project)) return;
  const project = roles.project as ProjectRole[];
  if (project.length === 0) await api.delete(`${OF_PROJECT}/{apiUserId}`, { path });
  else if (before.project.length === 0) await api.post(`${OF_PROJECT}/{apiUserId}`, { path, body: [{ roles: project }] });
  else await api.patch(`${OF_PROJECT}/{apiUserId}`, { path, body: { roles: project } });
}

export const deleteKey = ({ orgId }: Place, { id }: Key) =>
  api.delete(`${OF_ORGANIZATION}/{apiUserId}`, { path: { orgId, apiUserId: id } });
