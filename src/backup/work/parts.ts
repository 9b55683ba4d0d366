import type { Logger } from 'pino';
import type { Clock } from '../../clock.ts';
import type { Db } from '../../db/connection.ts';
import type { Vault } from '../../vault/vault.ts';
import type { Clusters } from '../clusters.ts';

/** What the work stands on. */
export interface WorkParts {
  db: Db;
  clock: Clock;
  clusters: Clusters;
  vault: Vault;
  logger: Logger;
  /** What becomes of work for which a disk surely has no room: `refuse` unless given. */
  roomCheck?: 'refuse' | 'warn';
  /** Which snapshots read again what they take over from earlier ones: `safety` unless given. */
  rereads?: 'safety' | 'always';
  /** How many jobs may run at once on deployments of one machine; as many as there are unless given. */
  hostJobs?: number | null;
  /** For how long a snapshot that is read is kept from garbage collection after the last sign of life. */
  leaseSeconds: number;
}
