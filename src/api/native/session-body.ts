import { type TObject, Type } from 'typebox';
import type { Project } from '../../backup/projects.ts';
import {
  type Grant,
  ORGANIZATION_PERMISSIONS,
  ORGANIZATION_ROLES,
  PERMISSIONS,
  PROJECT_ROLES,
  permits,
  permitsInOrganization,
} from '../../backup/roles.ts';
import type { Session } from '../../backup/session.ts';
import { VERSION } from '../../version.ts';
import type { JsonBody } from '../atlas/exchange.ts';
import { NULL } from '../atlas/pretty.ts';
import { MOST_ITEMS } from '../atlas/query.ts';
import { AtlasId, enumOf } from '../atlas/render/schemas.ts';
import type { ApiServices } from '../services.ts';

export const GrantBody: TObject = Type.Object(
  {
    roleName: enumOf([...ORGANIZATION_ROLES, ...PROJECT_ROLES]),
    organizationId: AtlasId,
    projectId: Type.Union([AtlasId, Type.Null()], { description: 'null for a role on the organization.' }),
  },
  { title: 'Grant' },
);

const OfProject = Type.Object({ id: AtlasId, name: Type.String(), permissions: Type.Array(enumOf(PERMISSIONS)) });

export const SessionBody: TObject = Type.Object(
  {
    user: Type.Object({ id: AtlasId, username: Type.String(), grants: Type.Array(GrantBody) }),
    csrfToken: Type.String({ description: 'For the header X-CSRF-Token of every request by cookie that is not GET or HEAD.' }),
    expiresAt: Type.String({ format: 'date-time', description: 'When the session ends, unless it is used.' }),
    organization: Type.Object({ id: AtlasId, name: Type.String() }),
    projects: Type.Array(OfProject),
    organizationPermissions: Type.Array(enumOf(ORGANIZATION_PERMISSIONS)),
    version: Type.String({ description: 'Of Lifeboat.' }),
  },
  { title: 'Session' },
);

/** Who is signed in, and what the grants permit: read anew, as for each request. */
export async function sessionBody(services: ApiServices, { user, csrfToken, expiresAt }: Session): Promise<JsonBody> {
  const { id, username, grants, organizationId } = user;
  const organization = await services.organizations.get(organizationId);
  const projects = await projectsOf(services, organizationId, grants);
  return {
    user: { id, username, grants: grants.map(grantBody) },
    csrfToken,
    expiresAt: expiresAt.toISOString(),
    organization: { id: organization.id, name: organization.name },
    projects: projects.map((project) => ({
      id: project.id,
      name: project.name,
      permissions: PERMISSIONS.filter((permission) => permits(grants, project, permission)),
    })),
    organizationPermissions: ORGANIZATION_PERMISSIONS.filter((permission) => permitsInOrganization(grants, organizationId, permission)),
    version: VERSION,
  };
}

export function grantBody({ roleName, organizationId, projectId }: Grant): JsonBody {
  return { roleName, organizationId, projectId: projectId ?? NULL };
}

async function projectsOf(services: ApiServices, organizationId: string, grants: readonly Grant[]): Promise<Project[]> {
  const all: Project[] = [];
  for (let number = 1; ; number += 1) {
    const { results, totalCount } = await services.projects.list(organizationId, grants, { number, size: MOST_ITEMS });
    all.push(...results);
    if (results.length === 0 || all.length >= totalCount) return all;
  }
}
