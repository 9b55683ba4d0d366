import { type TObject, Type } from 'typebox';
import { addressOf } from '../../../backup/ip-block.ts';
import type { ProjectAccess } from '../../../backup/project-access-lists.ts';
import { atlasDate } from '../../../clock.ts';
import type { Json } from '../pretty.ts';
import type { View } from '../route.ts';
import { AtlasDate, AtlasId, Links, selfLink } from './schemas.ts';

const ENTRY = {
  awsSecurityGroup: Type.Optional(Type.String({ pattern: '^([0-9]*/)?sg-([0-9]*)' })),
  cidrBlock: Type.Optional(Type.String()),
  comment: Type.Optional(Type.String({ maxLength: 80 })),
  deleteAfterDate: Type.Optional(AtlasDate),
  ipAddress: Type.Optional(Type.String()),
};
export const NewProjectAccess = Type.Object(ENTRY, { title: 'NetworkPermissionEntryRequest', additionalProperties: false });
export const ProjectAccessEntry: TObject = Type.Object({ ...ENTRY, groupId: AtlasId, links: Links }, { title: 'NetworkPermissionEntry' });
export const ProjectAccessStatus: TObject = Type.Object({ STATUS: Type.Literal('ACTIVE') }, { title: 'NetworkPermissionEntryStatus' });

export function projectAccessEntry(access: ProjectAccess, { base }: View): { [name: string]: Json } {
  const { projectId, entry, comment, deleteAfterDate } = access;
  const isBlock = entry.includes('/') && !entry.includes('sg-');
  return {
    awsSecurityGroup: isBlock ? undefined : entry,
    cidrBlock: isBlock ? entry : undefined,
    comment: comment ?? undefined,
    deleteAfterDate: deleteAfterDate ? atlasDate(deleteAfterDate) : undefined,
    groupId: projectId,
    ipAddress: isBlock ? (addressOf(entry) ?? undefined) : undefined,
    links: selfLink(`${base}/groups/${projectId}/accessList/${encodeURIComponent(entry)}`),
  };
}
