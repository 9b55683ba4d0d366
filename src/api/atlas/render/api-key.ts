import { type TObject, Type } from 'typebox';
import type { ApiKey, NewApiKey } from '../../../backup/api-keys.ts';
import { addressOf } from '../../../backup/ip-block.ts';
import type { KeyAccess } from '../../../backup/key-access-lists.ts';
import { type Grant, ORGANIZATION_ROLES, PROJECT_ROLES } from '../../../backup/roles.ts';
import { atlasDate } from '../../../clock.ts';
import type { Json } from '../pretty.ts';
import type { View } from '../route.ts';
import { AtlasDate, AtlasId, enumOf, Links, selfLink } from './schemas.ts';

export const RoleAssignment: TObject = Type.Object(
  {
    groupId: Type.Optional(AtlasId),
    orgId: Type.Optional(AtlasId),
    roleName: enumOf([...ORGANIZATION_ROLES, ...PROJECT_ROLES]),
  },
  { title: 'CloudAccessRoleAssignment' },
);

export const ApiKeyDetails: TObject = Type.Object(
  {
    desc: Type.String({ minLength: 1, maxLength: 250 }),
    id: AtlasId,
    links: Links,
    privateKey: Type.String({ description: 'Whole in the answer that made the key; its last twelve characters ever after.' }),
    publicKey: Type.String({ minLength: 8, maxLength: 8 }),
    roles: Type.Array(RoleAssignment),
  },
  { title: 'ApiKeyUserDetails' },
);

const strict = { additionalProperties: false };
const desc = Type.String({ minLength: 1, maxLength: 250 });
const OrganizationRoles = Type.Array(enumOf(ORGANIZATION_ROLES), { minItems: 1 });
const ProjectRoles = Type.Array(enumOf(PROJECT_ROLES), { minItems: 1 });
const AnyRoles = Type.Array(enumOf([...ORGANIZATION_ROLES, ...PROJECT_ROLES]), { minItems: 1 });

export const CreateOrganizationKey = Type.Object({ desc, roles: OrganizationRoles }, { ...strict, title: 'CreateAtlasOrganizationApiKey' });
export const UpdateOrganizationKey = Type.Object(
  { desc: Type.Optional(desc), roles: Type.Optional(OrganizationRoles) },
  { ...strict, title: 'UpdateAtlasOrganizationApiKey' },
);
export const CreateProjectKey = Type.Object({ desc, roles: AnyRoles }, { ...strict, title: 'CreateAtlasProjectApiKey' });
export const UpdateProjectKey = Type.Object(
  { desc: Type.Optional(desc), roles: Type.Optional(ProjectRoles) },
  { ...strict, title: 'UpdateAtlasProjectApiKey' },
);
export const ProjectKeyRoles = Type.Object({ roles: ProjectRoles }, { ...strict, title: 'UserAccessRoleAssignment' });

export function roleAssignment({ roleName, organizationId, projectId }: Grant): { [name: string]: Json } {
  return projectId === null ? { orgId: organizationId, roleName } : { groupId: projectId, roleName };
}

export function apiKeyDetails(key: ApiKey | NewApiKey, { base }: View): { [name: string]: Json } {
  return {
    desc: key.description,
    id: key.id,
    links: selfLink(`${base}/orgs/${key.organizationId}/apiKeys/${key.id}`),
    privateKey: 'privateKey' in key ? key.privateKey : key.maskedPrivateKey,
    publicKey: key.publicKey,
    roles: key.grants.map(roleAssignment),
  };
}

export const KeyAccessEntry: TObject = Type.Object(
  {
    cidrBlock: Type.String(),
    count: Type.Optional(Type.Integer({ format: 'int32', minimum: 1 })),
    created: AtlasDate,
    ipAddress: Type.Optional(Type.String()),
    lastUsed: Type.Optional(AtlasDate),
    lastUsedAddress: Type.Optional(Type.String()),
    links: Links,
  },
  { title: 'UserAccessListResponse' },
);

export const NewKeyAccess = Type.Object(
  { cidrBlock: Type.Optional(Type.String()), ipAddress: Type.Optional(Type.String()) },
  { ...strict, title: 'UserAccessListRequest' },
);

/** An entry that was never used has no count: Atlas' begins with 1. */
export function keyAccessEntry(entry: KeyAccess, { url }: View): { [name: string]: Json } {
  const { cidrBlock, createdAt, requests, lastUsedAt, lastUsedAddress } = entry;
  const own = encodeURIComponent(cidrBlock);
  return {
    cidrBlock,
    count: requests > 0 ? requests : undefined,
    created: atlasDate(createdAt),
    ipAddress: addressOf(cidrBlock) ?? undefined,
    lastUsed: lastUsedAt ? atlasDate(lastUsedAt) : undefined,
    lastUsedAddress: lastUsedAddress ?? undefined,
    links: selfLink(url.endsWith('/accessList') ? `${url}/${own}` : url),
  };
}
