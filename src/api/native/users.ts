import { type TObject, Type } from 'typebox';
import { type Grant, isOrganizationRole, ORGANIZATION_ROLES, PROJECT_ROLES, type RoleName } from '../../backup/roles.ts';
import type { User } from '../../backup/user.ts';
import { Problem } from '../../errors.ts';
import type { JsonBody, OrganizationExchange } from '../atlas/exchange.ts';
import { readJsonObject } from '../atlas/json-body.ts';
import { readListQuery } from '../atlas/query.ts';
import { AtlasId, enumOf } from '../atlas/render/schemas.ts';
import type { ApiServices } from '../services.ts';
import { readBody } from './body.ts';
import type { OrganizationRoute } from './organization-route.ts';
import { pageOfAll } from './schemas.ts';
import { GrantBody, grantBody } from './session-body.ts';

const UserBody: TObject = Type.Object(
  {
    id: AtlasId,
    username: Type.String(),
    grants: Type.Array(GrantBody),
    createdAt: Type.String({ format: 'date-time' }),
    lastSignInAt: Type.Optional(Type.String({ format: 'date-time' })),
  },
  { title: 'User' },
);

const Roles = Type.Array(
  Type.Object(
    {
      roleName: enumOf<readonly RoleName[]>([...ORGANIZATION_ROLES, ...PROJECT_ROLES]),
      projectId: Type.Optional(Type.String({ maxLength: 24, description: 'Of a role that begins with GROUP_.' })),
    },
    { additionalProperties: false },
  ),
  { maxItems: 1000 },
);
const Password = Type.String({ minLength: 1, maxLength: 1024 });
const NewUser = Type.Object(
  { username: Type.String({ minLength: 1, maxLength: 64 }), password: Password, roles: Roles },
  { additionalProperties: false },
);
const UserChange = Type.Object({ roles: Type.Optional(Roles), password: Type.Optional(Password) }, { additionalProperties: false });

/** What is wrong with a role that is given. */
const ROLE_ERRORS = ['INVALID_GROUP_ID', 'project-not-found'] as const;

/** Those who may sign in: for the organization's owners. */
export const USER_ROUTES: readonly OrganizationRoute[] = [
  {
    method: 'GET',
    path: '/users',
    operationId: 'listUsers',
    summary: 'Who may sign in, oldest first',
    permission: 'manage',
    status: 200,
    answers: pageOfAll(UserBody),
    isList: true,
    handler: async (services, { organization, query }) => {
      const { results, totalCount } = await services.users.list(organization.id, readListQuery(query).page);
      return { results: results.map(userBody), totalCount };
    },
  },
  {
    method: 'POST',
    path: '/users',
    operationId: 'createUser',
    summary: 'Make a user, with a first password',
    permission: 'manage',
    status: 201,
    takes: NewUser,
    answers: UserBody,
    errors: ['password-unusable', 'duplicate-username', ...ROLE_ERRORS],
    handler: async (services, exchange) => {
      const { username, password, roles } = readBody(NewUser, readJsonObject(exchange.body));
      const grants = await grantsOf(services, exchange, roles);
      return userBody(
        await services.users.create({ organizationId: exchange.organization.id, username, password, grants }, exchange.caller),
      );
    },
  },
  {
    method: 'GET',
    path: '/users/:userId',
    operationId: 'getUser',
    summary: 'One user',
    permission: 'manage',
    status: 200,
    answers: UserBody,
    handler: async (services, { organization, parameters }) => userBody(await services.users.get(organization.id, parameters.userId!)),
  },
  {
    method: 'PATCH',
    path: '/users/:userId',
    operationId: 'updateUser',
    summary: "Replace a user's roles, or the password, which ends every session",
    permission: 'manage',
    status: 200,
    takes: UserChange,
    answers: UserBody,
    errors: ['password-unusable', 'last-user-owner', ...ROLE_ERRORS],
    handler: async (services, exchange) => {
      const { organization, parameters, caller } = exchange;
      const { roles, password } = readBody(UserChange, readJsonObject(exchange.body));
      if (password !== undefined && caller.id === parameters.userId) throw new Problem('invalid-value', OWN_PASSWORD);
      const grants = roles && (await grantsOf(services, exchange, roles));
      return userBody(await services.users.update(organization.id, parameters.userId!, { grants, password }, caller));
    },
  },
  {
    method: 'DELETE',
    path: '/users/:userId',
    operationId: 'deleteUser',
    summary: 'Delete a user, with every session, at once',
    permission: 'manage',
    status: 204,
    errors: ['last-user-owner'],
    handler: async (services, { organization, parameters, caller }) => {
      await services.users.delete(organization.id, parameters.userId!, caller);
      return {};
    },
  },
];

const OWN_PASSWORD = ['password', 'the own one is changed with the present one, at /api/lifeboat/v1/session/password'];

/** Throws `invalid-value` for a role in the wrong place, and `project-not-found` for a project that is not the organization's. */
async function grantsOf(
  services: ApiServices,
  { organization }: OrganizationExchange,
  roles: readonly { roleName: RoleName; projectId?: string }[],
): Promise<Grant[]> {
  const organizationId = organization.id;
  for (const { roleName, projectId } of roles) {
    const isMisplaced = isOrganizationRole(roleName) === (projectId !== undefined);
    if (isMisplaced)
      throw new Problem('invalid-value', ['roles', `${roleName} ${projectId === undefined ? 'needs a' : 'takes no'} projectId`]);
  }
  for (const projectId of new Set(roles.flatMap((role) => role.projectId ?? []))) {
    const project = await services.projects.get(projectId);
    if (project.organizationId !== organizationId) throw new Problem('project-not-found', [projectId]);
  }
  return roles.map(({ roleName, projectId = null }) => ({ roleName, organizationId, projectId }));
}

function userBody({ id, username, grants, createdAt, lastSignInAt }: User): JsonBody {
  return {
    id,
    username,
    grants: grants.map(grantBody),
    createdAt: createdAt.toISOString(),
    lastSignInAt: lastSignInAt?.toISOString(),
  };
}
