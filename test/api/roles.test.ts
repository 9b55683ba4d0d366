import { expect, it } from 'vitest';
import { ATLAS_ROUTES } from '../../src/api/atlas/routes.ts';
import { NATIVE_ROUTES } from '../../src/api/native/routes.ts';
import { USER_ROUTES } from '../../src/api/native/users.ts';
import { type Grant, ORGANIZATION_ROLES, PROJECT_ROLES, permits, permitsInOrganization, type RoleName } from '../../src/backup/roles.ts';
import { MAY } from '../fixtures/atlas/roles.ts';

const PROJECT = { id: 'a'.repeat(24), organizationId: 'b'.repeat(24) };
const ROUTES = [
  ...ATLAS_ROUTES.filter((route) => route.scope !== 'installation'),
  ...NATIVE_ROUTES.map((route) => ({ ...route, scope: 'project' as const, operationId: `native.${route.operationId}` })),
  ...USER_ROUTES.map((route) => ({ ...route, scope: 'organization' as const, operationId: `native.${route.operationId}` })),
];

function isLetIn(route: (typeof ROUTES)[number], roleName: RoleName): boolean {
  const isOfProject = roleName.startsWith('GROUP_');
  const grants: Grant[] = [{ roleName, organizationId: PROJECT.organizationId, projectId: isOfProject ? PROJECT.id : null }];
  if (route.scope === 'organization') return permitsInOrganization(grants, PROJECT.organizationId, route.permission);
  return permits(grants, PROJECT, route.permission);
}

it.each(ROUTES)('$operationId lets in the roles that Atlas names, and no other', (route) => {
  const all: RoleName[] = [...ORGANIZATION_ROLES, ...PROJECT_ROLES];
  expect(all.filter((role) => isLetIn(route, role)).sort()).toEqual([...MAY.get(route.operationId)!].sort());
});
