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
}
