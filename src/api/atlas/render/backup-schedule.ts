import { type TObject, Type } from 'typebox';
import { type BackupSchedule, FREQUENCY_TYPES, RETENTION_UNITS } from '../../../backup/backup-schedule.ts';
import type { Cluster } from '../../../backup/cluster.ts';
import { atlasDate } from '../../../clock.ts';
import type { Json } from '../pretty.ts';
import type { View } from '../route.ts';
import { AtlasDate, AtlasId, ClusterName, enumOf, Links, selfLink } from './schemas.ts';

export interface ClusterSchedule {
  schedule: BackupSchedule;
  cluster: Cluster;
  nextSnapshot: Date | undefined;
}

const RETENTION = {
  retentionUnit: enumOf(RETENTION_UNITS),
  retentionValue: Type.Integer({ format: 'int32', minimum: 1, maximum: 10_000 }),
};
/** Up to the days of a month, and its last day. */
const INTERVALS = [...Array.from({ length: 28 }, (_, day) => day + 1), 40];
const INTERVAL = Type.Unsafe<number>({ type: 'integer', format: 'int32', enum: INTERVALS });
const TIMES = {
  referenceHourOfDay: Type.Integer({ format: 'int32', minimum: 0, maximum: 23 }),
  referenceMinuteOfHour: Type.Integer({ format: 'int32', minimum: 0, maximum: 59 }),
  restoreWindowDays: Type.Integer({ format: 'int32', minimum: 0, maximum: 365 }),
};

export const Schedule: TObject = Type.Object(
  {
    autoExportEnabled: Type.Boolean(),
    clusterId: AtlasId,
    clusterName: ClusterName,
    copySettings: Type.Array(Type.Object({})),
    extraRetentionSettings: Type.Array(Type.Object({})),
    links: Links,
    nextSnapshot: Type.Optional(AtlasDate),
    policies: Type.Array(
      Type.Object({
        id: AtlasId,
        policyItems: Type.Array(
          Type.Object({ frequencyInterval: INTERVAL, frequencyType: enumOf(FREQUENCY_TYPES), id: AtlasId, ...RETENTION }),
        ),
      }),
    ),
    ...TIMES,
    useOrgAndGroupNamesInExportPrefix: Type.Boolean(),
  },
  { title: 'DiskBackupSnapshotSchedule20240805' },
);

/** What Lifeboat does not do (exports, copies to other regions) may be sent as Atlas' clients send it: switched off. */
export const UpdateSchedule = Type.Object(
  {
    autoExportEnabled: Type.Optional(Type.Literal(false)),
    copySettings: Type.Optional(Type.Array(Type.Object({}), { maxItems: 0 })),
    deleteCopiedBackups: Type.Optional(Type.Array(Type.Object({}), { maxItems: 0 })),
    extraRetentionSettings: Type.Optional(Type.Array(Type.Object({}), { maxItems: 0 })),
    policies: Type.Optional(
      Type.Array(
        Type.Object({
          id: Type.Optional(AtlasId),
          policyItems: Type.Array(
            Type.Object(
              {
                frequencyInterval: INTERVAL,
                frequencyType: enumOf(FREQUENCY_TYPES),
                id: Type.Optional(Type.String({ ...AtlasId, readOnly: true })),
                ...RETENTION,
              },
              { additionalProperties: false },
            ),
            { maxItems: 100 },
          ),
        }),
        { maxItems: 1 },
      ),
    ),
    referenceHourOfDay: Type.Optional(TIMES.referenceHourOfDay),
    referenceMinuteOfHour: Type.Optional(TIMES.referenceMinuteOfHour),
    restoreWindowDays: Type.Optional(TIMES.restoreWindowDays),
    updateSnapshots: Type.Optional(Type.Boolean()),
    useOrgAndGroupNamesInExportPrefix: Type.Optional(Type.Boolean()),
  },
  { title: 'DiskBackupSnapshotSchedule20240805Request', additionalProperties: false },
);

export function backupSchedule({ schedule, cluster, nextSnapshot }: ClusterSchedule, { base }: View): { [name: string]: Json } {
  const { policyId, policyItems, referenceHourOfDay, referenceMinuteOfHour, restoreWindowDays } = schedule;
  return {
    autoExportEnabled: false,
    clusterId: cluster.id,
    clusterName: cluster.name,
    copySettings: [],
    extraRetentionSettings: [],
    links: selfLink(`${base}/groups/${cluster.projectId}/clusters/${cluster.name}/backup/schedule`),
    nextSnapshot: nextSnapshot && atlasDate(nextSnapshot),
    policies: policyItems.length > 0 ? [{ id: policyId, policyItems: policyItems.map((item) => ({ ...item })) }] : [],
    referenceHourOfDay,
    referenceMinuteOfHour,
    restoreWindowDays,
    useOrgAndGroupNamesInExportPrefix: false,
  };
}
