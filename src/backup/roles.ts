import type { Id } from '../ids.ts';

/** Atlas' names. An organization role counts in every project of its organization, as far as {@link PERMITS} says. */
export const ORGANIZATION_ROLES = [
  'ORG_OWNER',
  'ORG_GROUP_CREATOR',
  'ORG_MEMBER',
  'ORG_READ_ONLY',
  'ORG_BILLING_ADMIN',
  'ORG_BILLING_READ_ONLY',
] as const;
export const PROJECT_ROLES = [
  'GROUP_OWNER',
  'GROUP_CLUSTER_MANAGER',
  'GROUP_BACKUP_MANAGER',
  'GROUP_READ_ONLY',
  'GROUP_DATA_ACCESS_ADMIN',
  'GROUP_DATA_ACCESS_READ_WRITE',
  'GROUP_DATA_ACCESS_READ_ONLY',
  'GROUP_DATABASE_ACCESS_ADMIN',
  'GROUP_SEARCH_INDEX_EDITOR',
  'GROUP_STREAM_PROCESSING_OWNER',
  'GROUP_OBSERVABILITY_VIEWER',
] as const;
export type OrganizationRole = (typeof ORGANIZATION_ROLES)[number];
export type ProjectRole = (typeof PROJECT_ROLES)[number];
export type RoleName = OrganizationRole | ProjectRole;

/**
 * What a request wants to do to a project: look; see what restores hand out (download URLs); restore where Atlas asks for its owner (shared and Flex clusters); manage
 * the snapshots, and the restores of dedicated clusters; change the size of clusters; manage the project (itself, its clusters, schedules, keys, service accounts and
 * access list); register deployments, for which a connection string is trusted. Which role Atlas names for which route is `test/fixtures/atlas/roles.ts`.
 */
export const PERMISSIONS = ['read', 'download', 'restore', 'backup', 'clusters', 'manage', 'register'] as const;
export type Permission = (typeof PERMISSIONS)[number];

/**
 * `restore` is Project Owner, as the pages of Atlas' v1.0 routes say. Roles on what Lifeboat has none of (billing, data, search) are kept for the
 * clients that give them, and let their holder look.
 */
export const PERMITS: Readonly<Record<RoleName, readonly Permission[]>> = {
  ORG_OWNER: PERMISSIONS,
  ORG_GROUP_CREATOR: [],
  ORG_MEMBER: [],
  ORG_READ_ONLY: ['read'],
  ORG_BILLING_ADMIN: [],
  ORG_BILLING_READ_ONLY: [],
  GROUP_OWNER: ['read', 'download', 'restore', 'backup', 'clusters', 'manage'],
  GROUP_CLUSTER_MANAGER: ['read', 'clusters'],
  GROUP_BACKUP_MANAGER: ['read', 'download', 'backup'],
  GROUP_READ_ONLY: ['read'],
  GROUP_DATA_ACCESS_ADMIN: ['read'],
  GROUP_DATA_ACCESS_READ_WRITE: ['read'],
  GROUP_DATA_ACCESS_READ_ONLY: ['read'],
  GROUP_DATABASE_ACCESS_ADMIN: ['read'],
  GROUP_SEARCH_INDEX_EDITOR: ['read'],
  GROUP_STREAM_PROCESSING_OWNER: ['read'],
  GROUP_OBSERVABILITY_VIEWER: ['read'],
};

/** What a request wants to do to an organization: look; make projects in it; everything else (keys, service accounts, its name). */
export const ORGANIZATION_PERMISSIONS = ['read', 'create-project', 'manage'] as const;
export type OrganizationPermission = (typeof ORGANIZATION_PERMISSIONS)[number];

/** Project roles say nothing of the organization. */
const PERMITS_IN_ORGANIZATION: Readonly<Partial<Record<RoleName, readonly OrganizationPermission[]>>> = {
  ORG_OWNER: ORGANIZATION_PERMISSIONS,
  ORG_GROUP_CREATOR: ['read', 'create-project'],
  ORG_MEMBER: ['read'],
  ORG_READ_ONLY: ['read'],
  ORG_BILLING_ADMIN: ['read'],
  ORG_BILLING_READ_ONLY: ['read'],
};

export interface Grant {
  roleName: RoleName;
  organizationId: Id;
  /** `null` for an organization role. */
  projectId: Id | null;
}

/** Roles are a set: one that is given twice is given once. */
export function distinct(grants: readonly Grant[]): Grant[] {
  return [...new Map(grants.map((grant) => [`${grant.roleName} ${grant.projectId}`, grant])).values()];
}

export function isOrganizationRole(name: RoleName): name is OrganizationRole {
  return (ORGANIZATION_ROLES as readonly string[]).includes(name);
}

export function isProjectRole(name: RoleName): name is ProjectRole {
  return !isOrganizationRole(name);
}

/** Whether the grants reach the project at all: a caller without any is told as little as a stranger. */
export function isMember(grants: readonly Grant[], project: { id: Id; organizationId: Id }): boolean {
  return grants.some((grant) => reaches(grant, project));
}

export function permits(grants: readonly Grant[], project: { id: Id; organizationId: Id }, permission: Permission): boolean {
  return grants.some((grant) => reaches(grant, project) && PERMITS[grant.roleName].includes(permission));
}

export function isOrganizationMember(grants: readonly Grant[], organizationId: Id): boolean {
  return permitsInOrganization(grants, organizationId, 'read');
}

export function permitsInOrganization(grants: readonly Grant[], organizationId: Id, permission: OrganizationPermission): boolean {
  return grants.some(
    (grant) =>
      grant.projectId === null &&
      grant.organizationId === organizationId &&
      (PERMITS_IN_ORGANIZATION[grant.roleName] ?? []).includes(permission),
  );
}

function reaches(grant: Grant, project: { id: Id; organizationId: Id }): boolean {
  if (grant.projectId !== null) return grant.projectId === project.id;
  return grant.organizationId === project.organizationId && PERMITS[grant.roleName].length > 0;
}
