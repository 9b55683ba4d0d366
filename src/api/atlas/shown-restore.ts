import type { RestoreJob } from '../../backup/restore-job.ts';
import { permits } from '../../backup/roles.ts';
import { Problem } from '../../errors.ts';
import { isId } from '../../ids.ts';
import type { ApiServices } from '../services.ts';
import type { Exchange } from './exchange.ts';
import { namedCluster } from './named-cluster.ts';

/** A restore job as this caller may see it. */
export interface ShownRestore {
  job: RestoreJob;
  /** `null` for whoever may not download, and for jobs that are no download. */
  snapshotUrl: string | null;
  isExpired: boolean;
}

/** The restore job that a path names. Throws `cluster-not-found`, `invalid-restore-job-id` or `restore-job-not-found`. */
export function namedRestore(exchange: Exchange): RestoreJob {
  const { name } = namedCluster(exchange);
  const id = (exchange.parameters.restoreJobId ?? exchange.parameters.restoreId)!;
  if (!isId(id)) throw new Problem('invalid-restore-job-id', [id]);
  if (!exchange.restoreJob) throw new Problem('restore-job-not-found', [id, name]);
  return exchange.restoreJob;
}

export function showRestore(services: ApiServices, exchange: Exchange, job: RestoreJob): ShownRestore {
  const mayDownload = permits(exchange.caller.grants, exchange.project, 'download');
  const isExpired = services.clock.now() >= job.expiresAt;
  return { job, snapshotUrl: mayDownload ? services.downloads.url(job) : null, isExpired };
}
