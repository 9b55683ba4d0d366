import type { ColumnType, Generated, JSONColumnType } from 'kysely';

/**
 * The tables, as Kysely sees them (columns are snake_case in PostgreSQL, camelCase here).
 * Only `db/` speaks SQL; the statements stand in one file a resource.
 */
export interface Database {
  auditHead: AuditHeadTable;
  auditLog: AuditLogTable;
  installation: InstallationTable;
  organizations: OrganizationsTable;
  projects: ProjectsTable;
  apiKeys: ApiKeysTable;
  apiKeyRoles: ApiKeyRolesTable;
  apiKeyAccessList: ApiKeyAccessListTable;
  projectAccessList: ProjectAccessListTable;
  serviceAccounts: ServiceAccountsTable;
  serviceAccountRoles: ServiceAccountRolesTable;
  serviceAccountSecrets: ServiceAccountSecretsTable;
  accessTokens: AccessTokensTable;
  users: UsersTable;
  userRoles: UserRolesTable;
  sessions: SessionsTable;
  setupToken: SetupTokenTable;
  events: EventsTable;
  digestClaims: DigestClaimsTable;
  clusters: ClustersTable;
  snapshots: SnapshotsTable;
  restoreJobs: RestoreJobsTable;
  backupSchedules: BackupSchedulesTable;
  restoreJobCounts: RestoreJobCountsTable;
  swapPlans: SwapPlansTable;
  stagingNamespaces: StagingNamespacesTable;
  chunks: ChunksTable;
  vaultRuns: VaultRunsTable;
  snapshotLeases: SnapshotLeasesTable;
  workerJobs: WorkerJobsTable;
  queueTurns: QueueTurnsTable;
  compatibleMigrations: { name: string; worksFrom: string };
  webhooks: WebhooksTable;
  webhookDeliveries: WebhookDeliveriesTable;
  alerts: AlertsTable;
}

type Json<T extends object | null> = JSONColumnType<T, string, string>;
/** With a default in the table. */
type JsonDefault<T extends object> = ColumnType<T, string | undefined, string>;
/** bigint comes back as a number: sizes and counts stay below 2^53 (the pool's type parser sees to it). */
type Bigint = number;

/** One row, made at the first start: who owns the vault. `init` gives it its organization. */
export interface InstallationTable {
  id: string;
  organizationId: string | null;
  /** The vault it made or adopted; an empty store where it was is then a disk that is not mounted, never a new vault. */
  vaultId: string | null;
  createdAt: Date;
  keyExportedAt: Date | null;
  /** Null until the master key is rotated for the first time. */
  secretKeySealed: Buffer | null;
}

export interface OrganizationsTable {
  id: string;
  name: string;
  createdAt: Date;
}

export interface ProjectsTable {
  id: string;
  organizationId: string;
  name: string;
  createdAt: Date;
  tags: JsonDefault<{ key: string; value: string }[]>;
  /** Atlas' project settings, where they were changed. */
  settings: JsonDefault<Record<string, boolean>>;
  deletedAt: Date | null;
}

export interface ApiKeysTable {
  id: string;
  organizationId: string;
  publicKey: string;
  /** HA1 = MD5(publicKey:realm:privateKey), sealed: it equals a password. */
  ha1Sealed: Buffer;
  /** The private key's last 12 characters, for display. */
  privateKeySuffix: string;
  description: string;
  createdAt: Date;
}

/** A role on an organization, or on a project when `projectId` is set. */
export interface ApiKeyRolesTable {
  apiKeyId: string;
  roleName: string;
  organizationId: string;
  projectId: string | null;
}

/** An address block from which a key may be used; a key without any may be used from everywhere. */
export interface ApiKeyAccessListTable {
  apiKeyId: string;
  /** Canonical: `10.0.0.0/8`, one address as `/32` or `/128`. */
  cidrBlock: string;
  createdAt: Date;
  requests: Generated<Bigint>;
  lastUsedAt: Date | null;
  lastUsedAddress: string | null;
}

/** From where the databases of a project may be reached in Atlas: stored and served. */
export interface ProjectAccessListTable {
  projectId: string;
  /** A canonical block, or the name of an AWS security group. */
  entry: string;
  comment: string | null;
  deleteAfterDate: Date | null;
  createdAt: Date;
}

export interface ServiceAccountsTable {
  id: string;
  organizationId: string;
  name: string;
  description: string;
  createdAt: Date;
}

/** A role on an organization, or on a project when `projectId` is set. */
export interface ServiceAccountRolesTable {
  serviceAccountId: string;
  roleName: string;
  organizationId: string;
  projectId: string | null;
}

export interface ServiceAccountSecretsTable {
  id: string;
  serviceAccountId: string;
  /** HMAC-SHA-256 of the secret under a key derived from the master key. */
  digest: Buffer;
  /** The secret's last 4 characters, for display. */
  suffix: string;
  createdAt: Date;
  expiresAt: Date;
  lastUsedAt: Date | null;
}

export interface AccessTokensTable {
  sha256: Buffer;
  serviceAccountId: string;
  secretId: string;
  /** Real time, by the database's clock: tokens are limited by the minute. */
  issuedAt: ColumnType<Date, string | undefined, never>;
  expiresAt: Date;
  revokedAt: Date | null;
}

export interface UsersTable {
  id: string;
  organizationId: string;
  /** As it was given. */
  username: string;
  /** What is unique of it: the same in small letters. */
  foldedName: string;
  /** With all that made it (`backup/password.ts`). */
  passwordHash: string;
  createdAt: Date;
  lastSignInAt: Date | null;
  lastSignInAddress: string | null;
}

/** A role on an organization, or on a project when `projectId` is set. */
export interface UserRolesTable {
  userId: string;
  roleName: string;
  organizationId: string;
  projectId: string | null;
}

export interface SessionsTable {
  id: string;
  /** Of its token, which is kept nowhere. */
  sha256: Buffer;
  userId: string;
  createdAt: Date;
  lastUsedAt: Date;
  /** However much it is used. */
  expiresAt: Date;
}

/** At most one row: by which the first owner is set up. */
export interface SetupTokenTable {
  isOnly: Generated<boolean>;
  sha256: Buffer;
  expiresAt: Date;
}

export interface EventsTable {
  id: string;
  createdAt: Date;
  type: string;
  organizationId: string;
  projectId: string | null;
  /** Whether the organization's own list shows it. */
  ofOrganization: boolean;
  clusterName: string | null;
  /** What it was done to, by name: a public key, a client id, an address block. */
  subject: string | null;
  /** Who did it; `null` for Lifeboat itself and for its operator at the machine. */
  actorId: string | null;
  actorName: string | null;
  remoteAddress: string | null;
}

/** A (nonce, nc) pair spent by a request that changes something, on whichever node it came in. */
export interface DigestClaimsTable {
  nonce: string;
  nc: number;
  expiresAt: Date;
}

export interface ClustersTable {
  id: string;
  projectId: string;
  name: string;
  tier: string;
  uriSealed: Buffer;
  /** The deployment's addresses, sorted: the same deployment under two names is one target. */
  deployment: string;
  mongodbVersion: string;
  topology: string;
  createdAt: Date;
  /** `registered` by the operator, `created` through the API, or `parked`: kept for a creation through the API, and shown nowhere until then. */
  lifecycle: Generated<string>;
  tags: JsonDefault<{ key: string; value: string }[]>;
  terminationProtection: Generated<boolean>;
  /** What a client asked for or Atlas would show; nothing of Lifeboat's depends on it. */
  backingProvider: Generated<string>;
  region: Generated<string>;
  /** For users: without credentials. `null` in rows from before it was kept. */
  connectionString: string | null;
  /** The one database that is this cluster, on a server that it shares with others; `null`: the deployment is all its own. */
  database: string | null;
}

/** Columns that a job of either kind has; every commit of a worker says `WHERE attempt = $n` (the fence). */
interface JobColumns {
  attempt: Generated<number>;
  /** Attempts that ended in a problem, apart from lost workers. */
  failures: Generated<number>;
  /** Attempts that ended because their worker was stopped in good order. */
  handovers: Generated<number>;
  cancelRequestedAt: Date | null;
  cancelled: Generated<boolean>;
  failure: Json<{ code: string; message: string; hint?: string } | null> | null;
  progress: Json<{
    documents: number;
    bytes: number;
    totalDocuments?: number;
    totalBytes?: number;
    phase?: string;
    namespace?: string;
    collections?: { namespace: string; phase: string; documents: number; totalDocuments: number; bytes: number; totalBytes: number }[];
    rate?: { documentsPerSecond: number; bytesPerSecond: number };
    remainingSeconds?: number;
  }>;
}

/** `attempts` is its fence. */
export interface VerificationColumn {
  status: 'QUEUED' | 'RUNNING' | 'COMPLETED' | 'FAILED';
  requestedAt: string;
  attempts: number;
  /** Attempts that ended because their worker was stopped in good order. */
  handovers?: number;
  progress?: { documents: number; bytes: number; totalBytes?: number };
  failure?: { code: string; message: string; hint?: string };
}

export interface SnapshotsTable extends JobColumns {
  id: string;
  projectId: string;
  clusterId: string;
  clusterName: string;
  status: string;
  scheduledAt: Date;
  startedAt: Date | null;
  finishedAt: Date | null;
  expiresAt: Date;
  mongodbVersion: string | null;
  consistency: string | null;
  collections: number | null;
  documents: Bigint | null;
  logicalBytes: Bigint | null;
  storedBytes: Bigint | null;
  newBytes: Bigint | null;
  description: string | null;
  /** Deleted for users; garbage collection takes it out of the vault once nobody reads it. */
  deletedAt: Date | null;
  /** From a dump, not from a deployment. */
  imported: Generated<boolean>;
  /** What the last whole reading of it found. */
  verified: Json<{ at: string; ok: boolean; damaged: number } | null> | null;
  /** The reading that was asked for last. */
  verification: Json<VerificationColumn | null> | null;
  /** The moment of the schedule that it is taken for: at most one of a cluster for each (a unique index says so). */
  dueAt: Date | null;
  /** The items of the policy that were due then. */
  policyItems: Json<{ id: string; frequencyType: string }[] | null> | null;
  /** Kept whatever its expiry says, and not deleted, until it is released. */
  hold: Generated<boolean>;
  /** Somebody said of this one how long it is kept: a change of the policy leaves it. */
  expiryIsOwn: Generated<boolean>;
}

/** Without a row a cluster has Atlas' default, and gets it before anything is due. */
export interface BackupSchedulesTable {
  clusterId: string;
  schedule: Json<object>;
  updatedAt: Date;
  /** The next due moment and the jitter of the cluster: before that there is nothing to do. `null`: nothing is ever due. */
  nextRunAt: Date | null;
  /** When the next drill is due. */
  nextDrillAt: Date | null;
}

export interface RestoreJobsTable extends JobColumns {
  id: string;
  projectId: string;
  clusterId: string;
  clusterName: string;
  snapshotId: string;
  deliveryType: string;
  status: string;
  targetProjectId: string;
  targetClusterId: string;
  targetClusterName: string;
  /** The target's addresses: one restore at a time for each (a unique index says so). */
  targetDeployment: string | null;
  /** Which namespaces, under which names. */
  options: Json<object>;
  snapshotFinishedAt: Date;
  scheduledAt: Date;
  /** Of the first attempt. */
  startedAt: Date | null;
  finishedAt: Date | null;
  expiresAt: Date;
  /** The snapshot of the target that is taken before the restore begins. */
  safetySnapshotId: string | null;
  /** What the verification compared and found; null until it ran. */
  verification: Json<object | null> | null;
}

/** Kept by triggers on the jobs: none for a cluster that never had one. */
export interface RestoreJobCountsTable {
  clusterId: string;
  jobs: Bigint;
}

/** The journal of a swap: the whole plan, committed before the first rename, and how far it is. */
export interface SwapPlansTable {
  restoreJobId: string;
  plan: Json<object>;
  updatedAt: ColumnType<Date, string | undefined, string | undefined>;
}

/** Every staging and aside namespace, registered before it is created, so that none is forgotten and none is snapshotted. */
export interface StagingNamespacesTable {
  restoreJobId: string;
  database: string;
  collection: string;
  /** What the engine proved of it once it was whole. */
  proof: Json<object | null> | null;
}

/** The chunk index. One row for each object; at most one row that is not `deleting` for each name. */
export interface ChunksTable {
  /** HMAC-SHA-256 of the raw bytes under the vault's naming key. */
  name: Buffer;
  objectKey: string;
  rawBytes: number;
  storedBytes: number;
  storedSha256: Buffer;
  documents: number;
  /** The verification digest: eight uint32 lanes, big-endian. */
  digest: Buffer;
  state: 'live' | 'condemned' | 'deleting';
  /** The run that wrote or last took over this chunk. */
  runId: string;
  condemnedAt: ColumnType<Date, string | undefined, string | null> | null;
  /** Somebody read its object and found it damaged or missing. */
  isDamaged: ColumnType<boolean, boolean | undefined>;
}

/** A run that writes to the vault. A chunk it claimed is safe while it runs; garbage collection waits for runs older than its condemnation. Real time. */
export interface VaultRunsTable {
  id: string;
  kind: string;
  startedAt: ColumnType<Date, string | undefined, never>;
  heartbeatAt: ColumnType<Date, string | undefined, string>;
  endedAt: ColumnType<Date, string | undefined, string> | null;
}

/** A reader that keeps a snapshot's chunks: a download while it may be fetched and while it streams, a restore while it runs. Real time. */
export interface SnapshotLeasesTable {
  id: string;
  snapshotId: string;
  holder: string;
  expiresAt: ColumnType<Date, string, string>;
}

/** The queue jobs that each worker process has in hand. */
export interface WorkerJobsTable {
  jobId: string;
  workerId: string;
  queue: string;
  retryCount: number;
}

/** Of no project (''): the turn that was last taken. */
export interface QueueTurnsTable {
  queue: string;
  projectId: string;
  turn: number;
}

/** Where the ends of a project's jobs are told. */
export interface WebhooksTable {
  id: string;
  projectId: string;
  /** A URL may hold a secret. */
  urlSealed: Buffer;
  /** As much of it as may be shown. */
  shownUrl: string;
  events: string[];
  isEnabled: Generated<boolean>;
  createdAt: Date;
}

/** One message to one webhook; written by triggers. Real time. */
export interface WebhookDeliveriesTable {
  id: Generated<string>;
  webhookId: string;
  event: string;
  payload: Json<object>;
  status: ColumnType<'WAITING' | 'DELIVERED' | 'FAILED', 'WAITING' | undefined, 'WAITING' | 'DELIVERED' | 'FAILED'>;
  attempts: Generated<number>;
  /** When it is tried next, or given up as lost by the one who tries. */
  dueAt: ColumnType<Date, string | undefined, string>;
  createdAt: ColumnType<Date, string | undefined, never>;
  /** The status of the last answer, where there was one. */
  answered: ColumnType<number | null, undefined, number | null>;
  failure: ColumnType<string | null, undefined, string | null>;
  finishedAt: ColumnType<Date | null, undefined, string | null>;
}

/** Append-only: a trigger refuses everything else. `hash` is over `previousHash` and the other columns (`db/audit-log.ts`). */
export interface AuditLogTable {
  number: number;
  createdAt: Date;
  action: string;
  result: string;
  organizationId: string | null;
  projectId: string | null;
  clusterName: string | null;
  subject: string | null;
  actorId: string | null;
  actorName: string | null;
  remoteAddress: string | null;
  previousHash: Buffer;
  hash: Buffer;
}

/** One row: where the log ends. */
export interface AuditHeadTable {
  number: number;
  hash: Buffer;
}

/** What was told to be wrong with a cluster, and is not over. Real time. */
export interface AlertsTable {
  clusterId: string;
  code: string;
  id: Generated<string>;
  severity: string;
  message: string;
  raisedAt: Generated<Date>;
}
