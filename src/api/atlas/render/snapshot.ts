import { type TObject, Type } from 'typebox';
import { SNAPSHOT_STATUSES, type Snapshot } from '../../../backup/snapshot.ts';
import { atlasDate } from '../../../clock.ts';
import type { Json } from '../pretty.ts';
import { AtlasDate, AtlasId } from './schemas.ts';

export const TenantSnapshotV1: TObject = Type.Object(
  {
    finishTime: Type.Optional(AtlasDate),
    id: AtlasId,
    mongoDBVersion: Type.Optional(Type.String()),
    scheduledTime: AtlasDate,
    startTime: Type.Optional(AtlasDate),
    status: Type.Union(SNAPSHOT_STATUSES.map((status) => Type.Literal(status))),
  },
  { title: 'TenantSnapshotV1' },
);

export const TenantSnapshot: TObject = Type.Object(
  { ...TenantSnapshotV1.properties, expiration: AtlasDate },
  { title: 'BackupTenantSnapshot' },
);

/** A snapshot of the tenant routes, v1.0. */
export function tenantSnapshotV1(snapshot: Snapshot): { [name: string]: Json } {
  return {
    finishTime: snapshot.finishedAt ? atlasDate(snapshot.finishedAt) : undefined,
    id: snapshot.id,
    mongoDBVersion: snapshot.mongodbVersion ?? undefined,
    scheduledTime: atlasDate(snapshot.scheduledAt),
    startTime: snapshot.startedAt ? atlasDate(snapshot.startedAt) : undefined,
    status: snapshot.status,
  };
}

/** v2, and Flex: with when it expires. */
export function tenantSnapshot(snapshot: Snapshot): { [name: string]: Json } {
  return { ...tenantSnapshotV1(snapshot), expiration: atlasDate(snapshot.expiresAt) };
}
