import { api } from '../../api/client.ts';
import type { components } from '../../api/served.d.ts';
import type { Roles } from './role-words.ts';

export type User = components['schemas']['User'];
type RoleName = User['grants'][number]['roleName'];

const PATH = '/api/lifeboat/v1/organizations/{organizationId}/users';

/** As the server takes them: a role of the project names it. */
function bodyOf({ organization, project }: Roles, projectId: string) {
  return [
    ...organization.map((roleName) => ({ roleName: roleName as RoleName })),
    ...project.map((roleName) => ({ roleName: roleName as RoleName, projectId })),
  ];
}

export const listUsers = (organizationId: string, pageNum: number, signal: AbortSignal) =>
  api.get(PATH, { path: { organizationId }, query: { pageNum, itemsPerPage: 25 }, signal });

export const createUser = (organizationId: string, projectId: string, input: { username: string; password: string; roles: Roles }) =>
  api.post(PATH, { path: { organizationId }, body: { ...input, roles: bodyOf(input.roles, projectId) } });

/** All roles are replaced at once: those on other projects are sent as they are. */
export function changeUserRoles(organizationId: string, projectId: string, user: User, roles: Roles) {
  const elsewhere = user.grants.flatMap(({ roleName, projectId: other }) =>
    other !== null && other !== projectId ? [{ roleName, projectId: other }] : [],
  );
  return api.patch(`${PATH}/{userId}`, {
    path: { organizationId, userId: user.id },
    body: { roles: [...bodyOf(roles, projectId), ...elsewhere] },
  });
}

export const setPassword = (organizationId: string, userId: string, password: string) =>
  api.patch(`${PATH}/{userId}`, { path: { organizationId, userId }, body: { password } });

export const deleteUser = (organizationId: string, { id }: User) =>
  api.delete(`${PATH}/{userId}`, { path: { organizationId, userId: id } });
