import type { RestoreJob } from '../../backup/restore-job.ts';
import { permits } from '../../backup/roles.ts';
import type { ApiServices } from '../services.ts';
import type { Exchange } from './exchange.ts';

/** A restore job as this caller may see it. */
export interface ShownRestore {
  job: RestoreJob;
  /** `null` for whoever may not download, and for jobs that are no download. */
  snapshotUrl: string | null;
  isExpired: boolean;
}

export function showRestore(services: ApiServices, exchange: Exchange, job: RestoreJob): ShownRestore {
  const mayDownload = permits(exchange.caller.grants, exchange.project, 'download');
  const isExpired = services.clock.now() >= job.expiresAt;
  return { job, snapshotUrl: mayDownload ? services.downloads.url(job) : null, isExpired };
}
