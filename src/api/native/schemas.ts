import { type TObject, type TSchema, Type } from 'typebox';
import { SEVERITIES } from '../../backup/attention.ts';
import { DRILL_INTERVALS, FREQUENCY_TYPES, RETENTION_UNITS } from '../../backup/backup-schedule.ts';
import { BACKING_PROVIDERS, TIERS } from '../../backup/cluster.ts';
import { JOB_KINDS } from '../../backup/job.ts';
import { RESTORE_STATUSES } from '../../backup/restore-job.ts';
import { CONSISTENCIES, SNAPSHOT_STATUSES } from '../../backup/snapshot.ts';
import { AtlasId, ClusterName, enumOf, Tag } from '../atlas/render/schemas.ts';

/** What the native routes answer, for the served document. What has no value is left out of an answer. */

const DateTime = Type.String({ format: 'date-time' });
const Count = Type.Integer({ minimum: 0 });
const maybe = <T extends TSchema>(schema: T) => Type.Optional(schema);

const Failure = Type.Object({ code: Type.String(), message: Type.String(), hint: maybe(Type.String()) }, { title: 'JobFailure' });
const Rate = Type.Object({ documentsPerSecond: Type.Integer(), bytesPerSecond: Type.Integer() }, { title: 'JobRate' });
const Progress = Type.Object(
  {
    documents: maybe(Count),
    bytes: maybe(Count),
    totalDocuments: maybe(Count),
    totalBytes: maybe(Count),
    phase: maybe(Type.String()),
    namespace: maybe(Type.String()),
    rate: maybe(Rate),
    remainingSeconds: maybe(Count),
  },
  { title: 'JobProgress' },
);

export const Project: TObject = Type.Object(
  {
    id: AtlasId,
    organizationId: AtlasId,
    name: Type.String(),
    createdAt: DateTime,
    tags: Type.Array(Tag),
    settings: Type.Record(Type.String(), Type.Boolean()),
  },
  { title: 'Project' },
);

export const VaultStatus: TObject = Type.Object(
  { snapshots: Count, logicalBytes: Count, chunks: Count, storedBytes: Count, ratio: maybe(Type.Number()) },
  { title: 'VaultStatus' },
);

export const VaultWithKey: TObject = Type.Object(
  {
    ...VaultStatus.properties,
    keyExportedAt: maybe(
      Type.String({ format: 'date-time', description: 'When the master key was printed to be kept; absent where it never was.' }),
    ),
    isKeyInSettings: Type.Boolean({ description: 'The settings give the key: whoever wrote them has it.' }),
  },
  { title: 'VaultWithKey' },
);

const LastProven = Type.Object({ snapshotId: AtlasId, at: DateTime, durationSeconds: Type.Number(), documentsPerSecond: Type.Number() });

export const Deployment: TObject = Type.Object(
  {
    id: AtlasId,
    projectId: AtlasId,
    name: ClusterName,
    tier: enumOf(TIERS),
    deployment: Type.String({ description: 'Its addresses.' }),
    mongodbVersion: Type.String(),
    topology: enumOf(['standalone', 'replicaSet', 'sharded']),
    createdAt: DateTime,
    lifecycle: enumOf(['registered', 'created', 'parked']),
    tags: Type.Array(Tag),
    terminationProtection: Type.Boolean(),
    backingProvider: enumOf(BACKING_PROVIDERS),
    region: Type.String(),
    connectionString: Type.String({ description: 'Without credentials.' }),
    database: maybe(Type.String({ description: 'The one database that is this cluster, on a server that it shares.' })),
    lastProven: maybe(LastProven),
  },
  { title: 'Cluster' },
);

export const NativeSnapshot: TObject = Type.Object(
  {
    id: AtlasId,
    projectId: AtlasId,
    clusterId: AtlasId,
    clusterName: ClusterName,
    status: enumOf(SNAPSHOT_STATUSES),
    scheduledAt: DateTime,
    startedAt: maybe(DateTime),
    finishedAt: maybe(DateTime),
    expiresAt: DateTime,
    mongodbVersion: maybe(Type.String()),
    consistency: maybe(enumOf(CONSISTENCIES)),
    collections: maybe(Count),
    documents: maybe(Count),
    logicalBytes: maybe(Count),
    storedBytes: maybe(Count),
    newBytes: maybe(Count),
    description: maybe(Type.String()),
    imported: Type.Boolean(),
    frequencyType: maybe(enumOf(FREQUENCY_TYPES)),
    policyItems: Type.Array(AtlasId, { description: 'The items of the policy that it was due for; none of one that was taken on demand.' }),
    hold: Type.Boolean({ description: 'Under a legal hold: neither deleted nor given up.' }),
    verified: maybe(Type.Object({ at: DateTime, ok: Type.Boolean(), damaged: Count }, { title: 'Verified' })),
    verification: maybe(
      Type.Object(
        {
          status: enumOf(['QUEUED', 'RUNNING', 'COMPLETED', 'FAILED']),
          requestedAt: DateTime,
          progress: maybe(Progress),
          failure: maybe(Failure),
        },
        { title: 'Verification' },
      ),
    ),
    cancelled: Type.Boolean(),
    failure: maybe(Failure),
    progress: Progress,
  },
  { title: 'Snapshot' },
);

const Frequency = enumOf(FREQUENCY_TYPES);
const PolicyItem = {
  frequencyType: Frequency,
  frequencyInterval: Type.Integer({
    minimum: 1,
    maximum: 40,
    description:
      'Of hours: 1, 2, 4, 6, 8 or 12; of days: 1; the day of the week from Monday on; the day of the month (40: the last); the month of the year.',
  }),
  retentionUnit: enumOf(RETENTION_UNITS),
  retentionValue: Type.Integer({ minimum: 1, maximum: 10_000 }),
};
const Drilled = Type.Object(
  {
    every: enumOf(DRILL_INTERVALS),
    objectiveDays: Type.Integer({ minimum: 1, maximum: 3650, description: 'How old the newest proven restore may become.' }),
  },
  { additionalProperties: false },
);
const TIMES = {
  timeZone: Type.String({ maxLength: 100, description: 'As Europe/Berlin. UTC where it is not given.' }),
  referenceHourOfDay: Type.Integer({ minimum: 0, maximum: 23, description: "The cluster's hour of creation where it is not given." }),
  referenceMinuteOfHour: Type.Integer({ minimum: 0, maximum: 59, description: "The cluster's minute of creation where it is not given." }),
  paused: Type.Boolean(),
};

export const NativeSchedule: TObject = Type.Object(
  {
    policy: Type.Array(Type.Object({ id: AtlasId, ...PolicyItem })),
    ...TIMES,
    nextSnapshotAt: maybe(DateTime),
    drill: maybe(Drilled),
  },
  { title: 'Schedule' },
);

/** The whole schedule: what is absent is as of a new cluster. */
export const NewSchedule = Type.Object(
  {
    policy: Type.Array(Type.Object({ id: maybe(AtlasId), ...PolicyItem }, { additionalProperties: false }), { maxItems: 100 }),
    timeZone: maybe(TIMES.timeZone),
    referenceHourOfDay: maybe(TIMES.referenceHourOfDay),
    referenceMinuteOfHour: maybe(TIMES.referenceMinuteOfHour),
    paused: maybe(TIMES.paused),
    nextSnapshotAt: maybe(Type.Unknown({ description: 'Taken as it was answered, and ignored.' })),
    drill: maybe(Type.Union([Drilled, Type.Null()])),
    updateSnapshots: maybe(
      Type.Boolean({
        description: 'Whether snapshots that were taken before are kept by the new policy, too; true where it is not given.',
      }),
    ),
  },
  { title: 'ScheduleRequest', additionalProperties: false },
);

export const SchedulePreview: TObject = Type.Object(
  {
    next: Type.Array(Type.Object({ at: DateTime, frequencyTypes: Type.Array(Frequency) })),
    kept: Type.Object({ atMost: Count, byType: Type.Record(Type.String(), Count) }),
    deletedNow: Type.Array(NativeSnapshot),
  },
  { title: 'SchedulePreview' },
);

const RESTORE = {
  id: AtlasId,
  projectId: AtlasId,
  clusterName: ClusterName,
  snapshotId: AtlasId,
  status: enumOf(RESTORE_STATUSES),
  targetProjectId: AtlasId,
  targetClusterName: ClusterName,
  scheduledAt: DateTime,
  startedAt: maybe(DateTime),
  finishedAt: maybe(DateTime),
  cancelled: Type.Boolean(),
  failure: maybe(Failure),
  progress: Progress,
};
const anything = Type.Object({}, { additionalProperties: true });

export const NativeRestoreJob: TObject = Type.Object(
  {
    ...RESTORE,
    clusterId: AtlasId,
    deliveryType: enumOf(['RESTORE', 'DOWNLOAD']),
    snapshotFinishedAt: DateTime,
    expiresAt: DateTime,
    options: anything,
    collections: maybe(
      Type.Array(
        Type.Object(
          { namespace: Type.String(), phase: Type.String(), documents: Count, totalDocuments: Count, bytes: Count, totalBytes: Count },
          { title: 'CollectionProgress' },
        ),
        { description: 'While it runs: those that are under way, and the largest.' },
      ),
    ),
    rate: maybe(Rate),
    remainingSeconds: maybe(Count),
    safetySnapshotId: maybe(AtlasId),
    verification: maybe(anything),
  },
  { title: 'RestoreJob' },
);

export const NativeDrill: TObject = Type.Object(
  {
    ...RESTORE,
    durationSeconds: maybe(Type.Number()),
    documents: maybe(Count),
    documentsPerSecond: maybe(Type.Number()),
    verdict: maybe(enumOf(['proven', 'differs', 'failed'])),
    differences: Type.Array(Type.String()),
    warnings: Type.Array(Type.String()),
  },
  { title: 'Drill' },
);

const ATTENTION = {
  code: Type.String(),
  severity: enumOf(SEVERITIES),
  message: Type.String(),
  hint: maybe(Type.String()),
};

const ClusterOverview = Type.Object(
  {
    id: AtlasId,
    name: ClusterName,
    tier: enumOf(TIERS),
    topology: enumOf(['standalone', 'replicaSet', 'sharded']),
    mongodbVersion: Type.String(),
    lastSnapshot: maybe(NativeSnapshot),
    lastCompletedSnapshot: maybe(NativeSnapshot),
    lastProven: maybe(LastProven),
    nextSnapshotAt: maybe(DateTime),
    runningJobs: Count,
    sizes: Type.Array(Type.Object({ at: DateTime, logicalBytes: Count, newBytes: Count }), {
      description: 'Of the last completed snapshots, oldest first.',
    }),
    attention: Type.Array(Type.Object(ATTENTION)),
  },
  { title: 'ClusterOverview' },
);

export const Overview: TObject = Type.Object(
  {
    clusters: Type.Array(ClusterOverview),
    vault: maybe(VaultStatus),
    attention: Type.Array(Type.Object({ ...ATTENTION, clusterName: maybe(ClusterName) })),
  },
  { title: 'Overview' },
);

export const Job: TObject = Type.Object(
  {
    kind: enumOf(JOB_KINDS),
    id: AtlasId,
    clusterName: ClusterName,
    status: enumOf(RESTORE_STATUSES),
    scheduledAt: DateTime,
    startedAt: maybe(DateTime),
    finishedAt: maybe(DateTime),
    snapshotId: maybe(AtlasId),
    targetProjectId: maybe(AtlasId),
    targetClusterName: maybe(ClusterName),
    cancelled: Type.Boolean(),
    deletedAt: maybe(Type.String({ format: 'date-time', description: 'Of a snapshot that is gone.' })),
    failure: maybe(Failure),
    progress: Progress,
    documents: maybe(Count),
    bytes: maybe(Count),
  },
  { title: 'Job' },
);

export const Download: TObject = Type.Object(
  {
    id: AtlasId,
    expiresAt: DateTime,
    fileName: Type.String(),
    url: maybe(Type.String({ description: 'Absent once it has expired.' })),
    bytes: maybe(Count),
  },
  { title: 'Download' },
);

export const SnapshotCollection: TObject = Type.Object(
  {
    database: Type.String(),
    collection: Type.String(),
    type: enumOf(['collection', 'view', 'timeseries']),
    documents: Count,
    logicalBytes: Count,
    storedBytes: Count,
    indexes: Count,
  },
  { title: 'SnapshotCollection' },
);

export const ConnectionTest: TObject = Type.Object(
  {
    reachable: Type.Boolean(),
    deployment: maybe(Type.String({ description: 'Its addresses.' })),
    mongodbVersion: maybe(Type.String()),
    topology: maybe(enumOf(['standalone', 'replicaSet', 'sharded'])),
    consistency: maybe(
      Type.Object(
        { label: enumOf(CONSISTENCIES), reason: Type.String() },
        { description: 'What a snapshot would be a picture of, and why.' },
      ),
    ),
    missingRights: maybe(
      Type.Array(Type.String({ description: 'What the user of the connection string may not do and a snapshot or a restore needs.' })),
    ),
    databases: maybe(Count),
    code: maybe(Type.String({ description: 'Why it is not reachable, as registering it would answer.' })),
    message: maybe(Type.String()),
    hint: maybe(Type.String()),
  },
  { title: 'ConnectionTest' },
);

const Size = Type.Object({ documents: Count, bytes: Count });
const Impacts = Type.Array(
  Type.Object({ namespace: Type.String(), kind: Type.String(), before: maybe(Size), after: maybe(Size) }, { title: 'Impact' }),
);

export const Forecast: TObject = Type.Object(
  {
    dryRun: Type.Literal(true),
    replaced: Impacts,
    created: Impacts,
    dropped: Impacts,
    kept: Impacts,
    refusals: Type.Array(Type.Object({ code: Type.String(), message: Type.String() })),
    warnings: Type.Array(Type.String()),
    room: Type.Object({ logicalBytes: Count, leastBytes: Count, freeBytes: maybe(Count) }),
    safetySnapshot: Type.Boolean(),
    estimate: maybe(Type.Object({ seconds: Count, bytesPerSecond: Count, measuredOn: Count })),
  },
  { title: 'RestoreForecast' },
);

export function pageOfAll(item: TSchema): TObject {
  return Type.Object({ results: Type.Array(item), totalCount: Count });
}
