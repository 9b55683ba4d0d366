import type { Db } from '../db/connection.ts';
import {
  type ClusterMeasures,
  countFailures,
  countJobs,
  countWaitingJobs,
  type FailureCount,
  type JobCount,
  measureClusters,
  type WaitingJobs,
} from '../db/measures.ts';
import { readVaultTotals, type VaultTotals } from '../db/vault-totals.ts';

/** What monitoring asks of the whole installation, whichever node answers. */
export interface Measures {
  jobs: readonly JobCount[];
  waiting: readonly WaitingJobs[];
  failures: readonly FailureCount[];
  clusters: readonly ClusterMeasures[];
  vault: VaultTotals;
}

export async function readMeasures(db: Db): Promise<Measures> {
  const [jobs, waiting, failures, clusters, vault] = await Promise.all([
    countJobs(db),
    countWaitingJobs(db),
    countFailures(db),
    measureClusters(db),
    readVaultTotals(db),
  ]);
  return { jobs, waiting, failures, clusters, vault };
}
