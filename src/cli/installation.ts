import { type Grant, isOrganizationRole, type RoleName } from '../backup/roles.ts';
import { Problem } from '../errors.ts';
import type { Foundation } from '../foundation.ts';

/** What the commands at the machine itself have in common. */

export function organizationOf(foundation: Foundation): string {
  const { organizationId } = foundation.installation;
  if (organizationId === null) throw new Problem('not-initialized');
  return organizationId;
}

export function grantOf(roleName: RoleName, organizationId: string, projectId: string | undefined): Grant {
  if (isOrganizationRole(roleName)) return { roleName, organizationId, projectId: null };
  if (projectId === undefined) throw new Problem('missing-value', [`--project for the role ${roleName}`]);
  return { roleName, organizationId, projectId };
}

export function rolesText(grants: readonly Grant[]): string {
  return grants.map(({ roleName, projectId }) => (projectId ? `${roleName} (${projectId})` : roleName)).join(', ');
}
