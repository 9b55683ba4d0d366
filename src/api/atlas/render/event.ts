import { type TObject, Type } from 'typebox';
import { EVENT_TYPES, type Event } from '../../../backup/event.ts';
import { atlasDate } from '../../../clock.ts';
import type { Json } from '../pretty.ts';
import type { View } from '../route.ts';
import { AtlasDate, AtlasId, enumOf, Links, selfLink } from './schemas.ts';

const Raw = Type.Object(
  {
    _t: Type.Literal('NDS_AUDIT'),
    cid: Type.Optional(AtlasId),
    cre: AtlasDate,
    description: Type.String(),
    id: AtlasId,
    orgId: AtlasId,
    severity: enumOf(['ERROR', 'INFO']),
  },
  { description: 'With includeRaw=true.' },
);

export const AtlasEvent: TObject = Type.Object(
  {
    apiKeyId: Type.Optional(AtlasId),
    created: AtlasDate,
    eventTypeName: enumOf(EVENT_TYPES),
    groupId: Type.Optional(AtlasId),
    id: AtlasId,
    isGlobalAdmin: Type.Boolean(),
    links: Links,
    orgId: AtlasId,
    publicKey: Type.Optional(Type.String()),
    raw: Type.Optional(Raw),
    remoteAddress: Type.Optional(Type.String()),
    whitelistEntry: Type.Optional(Type.String()),
  },
  { title: 'Event' },
);

/** An event, and whether what it tells in words goes with it. */
export interface ShownEvent {
  event: Event;
  withRaw: boolean;
}

/** A service account stands where the schema has a key: its id and its client id. */
export function atlasEvent({ event, withRaw }: ShownEvent, { base }: View): { [name: string]: Json } {
  const { id, type, createdAt, organizationId, projectId, subject, by } = event;
  const home = projectId === null ? `orgs/${organizationId}` : `groups/${projectId}`;
  return {
    apiKeyId: by?.id,
    created: atlasDate(createdAt),
    eventTypeName: type,
    groupId: projectId,
    id,
    isGlobalAdmin: false,
    links: selfLink(`${base}/${home}/events/${id}`),
    orgId: organizationId,
    publicKey: by?.name,
    raw: withRaw ? rawOf(event) : undefined,
    remoteAddress: by && by.address !== 'unknown' ? by.address : undefined,
    whitelistEntry: type.startsWith('NETWORK_PERMISSION_') ? subject : undefined,
  };
}

function rawOf(event: Event): Json {
  const { id, type, createdAt, organizationId, projectId, clusterName, subject, by } = event;
  const words = [type, clusterName && `cluster ${clusterName}`, subject && `on ${subject}`, by && `by ${by.name}`]
    .filter(Boolean)
    .join(' ');
  const severity = type.endsWith('_FAILED') ? 'ERROR' : 'INFO';
  return { _t: 'NDS_AUDIT', cid: projectId, cre: atlasDate(createdAt), description: words, id, orgId: organizationId, severity };
}
