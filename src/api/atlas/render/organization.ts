import { type TObject, Type } from 'typebox';
import type { Caller } from '../../../backup/caller.ts';
import { addressOf, type IpBlock } from '../../../backup/ip-block.ts';
import type { Organization } from '../../../backup/organizations.ts';
import { VERSION } from '../../../version.ts';
import { type Json, NULL } from '../pretty.ts';
import type { View } from '../route.ts';
import { RoleAssignment, roleAssignment } from './api-key.ts';
import { AtlasId, ItemName, Links, selfLink } from './schemas.ts';

export const AtlasOrganization: TObject = Type.Object(
  {
    id: AtlasId,
    isDeleted: Type.Boolean(),
    links: Links,
    name: Type.String({ minLength: 1, maxLength: 64 }),
    skipDefaultAlertsSettings: Type.Boolean(),
  },
  { title: 'AtlasOrganization' },
);
export const UpdateOrganization = Type.Object({ name: ItemName }, { title: 'AtlasOrganizationUpdate', additionalProperties: false });

export function atlasOrganization({ id, name }: Organization, { base }: View): { [name: string]: Json } {
  const links = selfLink(`${base}/orgs/${id}`);
  return { id, isDeleted: false, links, name, skipDefaultAlertsSettings: true };
}

const Key: TObject = Type.Object({
  accessList: Type.Array(Type.Object({ cidrBlock: Type.String(), ipAddress: Type.String() })),
  id: AtlasId,
  publicKey: Type.String(),
  roles: Type.Array(RoleAssignment),
});

export const SystemStatus: TObject = Type.Object(
  {
    apiKey: Type.Union([Key, Type.Null()], { description: 'The key that asks; null for a service account and a user.' }),
    appName: Type.Literal('MongoDB Atlas'),
    build: Type.String(),
    links: Links,
    throttling: Type.Boolean(),
  },
  { title: 'SystemStatus' },
);

export interface Root {
  caller: Caller;
  accessList: IpBlock[];
}

/** The root of the API, by which clients learn whose key they have. */
export function systemStatus({ caller, accessList }: Root, { url }: View): { [name: string]: Json } {
  return {
    apiKey: caller.kind === 'api-key' ? key(caller, accessList) : NULL,
    appName: 'MongoDB Atlas',
    build: VERSION,
    links: selfLink(url),
    throttling: false,
  };
}

function key(caller: Caller, accessList: IpBlock[]): Json {
  return {
    // Atlas asks for an address in each: of a block it is the first.
    accessList: accessList.map((block) => ({ cidrBlock: block, ipAddress: addressOf(block) ?? block.split('/')[0]! })),
    id: caller.id,
    publicKey: caller.name,
    roles: caller.grants.map(roleAssignment),
  };
}
