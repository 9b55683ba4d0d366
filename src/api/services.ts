import type { Logger } from 'pino';
import type { AccessTokens } from '../backup/access-tokens.ts';
import type { ApiKeys } from '../backup/api-keys.ts';
import type { AuditLog } from '../backup/audit-log.ts';
import type { BackupSchedules } from '../backup/backup-schedules.ts';
import type { Changes } from '../backup/changes.ts';
import type { Clusters } from '../backup/clusters.ts';
import type { Downloads } from '../backup/downloads.ts';
import type { Drills } from '../backup/drills.ts';
import type { Events } from '../backup/events.ts';
import type { Jobs } from '../backup/jobs.ts';
import type { KeyAccessLists } from '../backup/key-access-lists.ts';
import type { KeyUses } from '../backup/key-uses.ts';
import type { Measures } from '../backup/measures.ts';
import type { Organizations } from '../backup/organizations.ts';
import type { Overviews } from '../backup/overview.ts';
import type { OwnerSetup } from '../backup/owner-setup.ts';
import type { Places } from '../backup/places.ts';
import type { ProjectAccessLists } from '../backup/project-access-lists.ts';
import type { Projects } from '../backup/projects.ts';
import type { Provisioning } from '../backup/provisioning.ts';
import type { RateLimits } from '../backup/rate-limits.ts';
import type { Restores } from '../backup/restores.ts';
import type { ServiceAccounts } from '../backup/service-accounts.ts';
import type { Sessions } from '../backup/sessions.ts';
import type { SnapshotContents } from '../backup/snapshot-contents.ts';
import type { Snapshots } from '../backup/snapshots.ts';
import type { Users } from '../backup/users.ts';
import type { KeyKeeping, VaultStatus } from '../backup/vault-status.ts';
import type { Webhooks } from '../backup/webhooks.ts';
import type { Clock } from '../clock.ts';
import type { DigestClaims } from './auth/digest.ts';
import type { Nonces } from './auth/nonces.ts';

/** All that the API stands on, made by `app.ts`. */
export interface ApiServices {
  apiKeys: ApiKeys;
  keyAccessLists: KeyAccessLists;
  keyUses: Pick<KeyUses, 'note' | 'flush'>;
  projectAccessLists: ProjectAccessLists;
  serviceAccounts: ServiceAccounts;
  accessTokens: Pick<AccessTokens, 'mint' | 'revoke' | 'find'>;
  users: Pick<Users, 'create' | 'list' | 'get' | 'update' | 'delete' | 'isFamiliar'>;
  sessions: Pick<Sessions, 'look' | 'signIn' | 'openFor' | 'find' | 'signOut' | 'changePassword'>;
  ownerSetup: Pick<OwnerSetup, 'needsOwner' | 'newToken' | 'setUp'>;
  events: Events;
  audit: Pick<AuditLog, 'list' | 'note' | 'noteOnce'>;
  places: Pick<Places, 'find'>;
  organizations: Pick<Organizations, 'get' | 'rename'>;
  projects: Pick<Projects, 'get' | 'list' | 'findByName' | 'clusterCounts' | 'create' | 'update' | 'delete'>;
  clusters: Pick<Clusters, 'register' | 'get' | 'list' | 'ofProjects' | 'test' | 'change'>;
  provisioning: Pick<Provisioning, 'create' | 'update' | 'remove'>;
  restores: Pick<Restores, 'start' | 'forecast' | 'undo' | 'startDownload' | 'get' | 'list' | 'cancel' | 'resume'>;
  snapshots: Pick<Snapshots, 'take' | 'get' | 'list' | 'cancel' | 'keepFor' | 'change' | 'verify' | 'delete'>;
  snapshotContents: Pick<SnapshotContents, 'list'>;
  jobs: Pick<Jobs, 'list'>;
  overviews: Pick<Overviews, 'of'>;
  changes: Pick<Changes, 'listen' | 'close'>;
  backupSchedules: Pick<BackupSchedules, 'get' | 'update' | 'remove' | 'preview' | 'nextSnapshots'>;
  drills: Pick<Drills, 'start' | 'get' | 'list' | 'cancel' | 'lastProven'>;
  webhooks: Pick<Webhooks, 'create' | 'list' | 'get' | 'update' | 'remove' | 'test' | 'deliveries' | 'redeliver'>;
  downloads: Pick<Downloads, 'url' | 'open' | 'describe'>;
  clock: Clock;
  vaultStatus: () => Promise<VaultStatus>;
  keyKeeping: () => Promise<KeyKeeping>;
  measures: () => Promise<Measures>;
  /** Who may ask for them from elsewhere; `null`: nobody. */
  metricsToken: string | null;
  /** `null`: nothing is limited. */
  rateLimits: Pick<RateLimits, 'take'> | null;
  nonces: Nonces;
  digestClaims: DigestClaims;
  allowRfc2069: boolean;
  /** Addresses and blocks whose X-Forwarded-For is believed. */
  trustedProxies: readonly string[];
  /** The base of every link. */
  publicUrl: () => string;
  logger: Logger;
}
