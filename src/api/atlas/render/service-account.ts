import { type TObject, Type } from 'typebox';
import { ORGANIZATION_ROLES, PROJECT_ROLES } from '../../../backup/roles.ts';
import type { Secret, ServiceAccount } from '../../../backup/service-account.ts';
import { atlasDate } from '../../../clock.ts';
import type { Id } from '../../../ids.ts';
import type { Json } from '../pretty.ts';
import { AtlasDate, AtlasId, enumOf } from './schemas.ts';

export const AtlasSecret: TObject = Type.Object(
  {
    createdAt: AtlasDate,
    expiresAt: AtlasDate,
    id: AtlasId,
    lastUsedAt: Type.Optional(AtlasDate),
    maskedSecretValue: Type.Optional(Type.String()),
    secret: Type.Optional(Type.String({ description: 'Once, in the answer that made it.' })),
  },
  { title: 'ServiceAccountSecret' },
);

const accountWith = (title: string, roles: readonly string[]): TObject =>
  Type.Object(
    {
      clientId: Type.String({ pattern: '^mdb_sa_id_[a-fA-F\\d]{24}$' }),
      createdAt: AtlasDate,
      description: Type.String(),
      name: Type.String(),
      roles: Type.Array(enumOf(roles)),
      secrets: Type.Array(AtlasSecret),
    },
    { title },
  );
export const OrganizationServiceAccount = accountWith('OrgServiceAccount', ORGANIZATION_ROLES);
export const ProjectServiceAccount = accountWith('GroupServiceAccount', PROJECT_ROLES);

const strict = { additionalProperties: false };
const TEXT = "^[\\p{L}\\p{N}\\-_.,' ]*$";
const name = Type.String({ minLength: 1, maxLength: 64, pattern: TEXT });
const description = Type.String({ minLength: 1, maxLength: 250, pattern: TEXT });
/** From eight hours to a year. */
const secretExpiresAfterHours = Type.Integer({ format: 'int32', minimum: 8, maximum: 8760 });
const OrganizationRoles = Type.Array(enumOf(ORGANIZATION_ROLES));
const ProjectRoles = Type.Array(enumOf(PROJECT_ROLES));
/** One that had none could not be found in the project that it was made in. */
const FirstProjectRoles = Type.Array(enumOf(PROJECT_ROLES), { minItems: 1 });

export const NewSecret = Type.Object({ secretExpiresAfterHours }, { ...strict, title: 'ServiceAccountSecretRequest' });
export const NewOrganizationAccount = Type.Object(
  { description, name, roles: OrganizationRoles, secretExpiresAfterHours },
  { ...strict, title: 'OrgServiceAccountRequest' },
);
export const NewProjectAccount = Type.Object(
  { description, name, roles: FirstProjectRoles, secretExpiresAfterHours },
  { ...strict, title: 'GroupServiceAccountRequest' },
);
const DETAILS = { description: Type.Optional(description), name: Type.Optional(name) };
export const ChangedOrganizationAccount = Type.Object(
  { ...DETAILS, roles: Type.Optional(OrganizationRoles) },
  { ...strict, title: 'OrgServiceAccountUpdateRequest' },
);
export const ChangedProjectAccount = Type.Object(
  { ...DETAILS, roles: Type.Optional(ProjectRoles) },
  { ...strict, title: 'GroupServiceAccountUpdateRequest' },
);

export const ProjectAccountRoles = Type.Object({ roles: FirstProjectRoles }, { ...strict, title: 'GroupServiceAccountRoleAssignment' });

export const AccountProject: TObject = Type.Object({ groupId: AtlasId }, { title: 'ServiceAccountGroup' });

export interface ShownInProject {
  account: ServiceAccount;
  projectId: Id;
}

/** As its organization sees it: with its roles there. */
export function organizationServiceAccount(account: ServiceAccount): { [name: string]: Json } {
  return serviceAccount(account, null);
}

/** As a project sees it: with its roles there. */
export function projectServiceAccount({ account, projectId }: ShownInProject): { [name: string]: Json } {
  return serviceAccount(account, projectId);
}

function serviceAccount(account: ServiceAccount, projectId: Id | null): { [name: string]: Json } {
  return {
    clientId: account.clientId,
    createdAt: atlasDate(account.createdAt),
    description: account.description,
    name: account.name,
    roles: account.grants.filter((grant) => grant.projectId === projectId).map(({ roleName }) => roleName),
    secrets: account.secrets.map(atlasSecret),
  };
}

export function atlasSecret({ id, masked, plain, createdAt, expiresAt, lastUsedAt }: Secret): { [name: string]: Json } {
  return {
    createdAt: atlasDate(createdAt),
    expiresAt: atlasDate(expiresAt),
    id,
    lastUsedAt: lastUsedAt ? atlasDate(lastUsedAt) : undefined,
    maskedSecretValue: plain === undefined ? masked : undefined,
    secret: plain,
  };
}
