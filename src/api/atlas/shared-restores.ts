import type { Listed, Page } from '../../page.ts';
import type { ApiServices } from '../services.ts';
import { checkTargetProject } from '../target-project.ts';
import type { Exchange } from './exchange.ts';
import { type BodyShape, readTextAttributes } from './json-body.ts';
import type { FindCluster } from './named-cluster.ts';
import { namedRestore, type ShownRestore, showRestore } from './shown-restore.ts';

/** What a job's body also holds when a client sends back what it read: read-only, so ignored. */
const READ_ONLY = [
  'clusterName',
  'deliveryType',
  'expirationDate',
  'finishedDate',
  'id',
  'instanceName',
  'links',
  'projectId',
  'restoreFinishedDate',
  'restoreScheduledDate',
  'snapshotFinishedDate',
  'snapshotUrl',
  'status',
  'submittedAt',
  'timestamp',
];

/** v1.0 calls targetProjectId required; like v2, an absent one means the source's project. */
const RESTORE_BODY: BodyShape = { required: ['snapshotId', 'targetDeploymentItemName'], optional: ['targetProjectId'], ignored: READ_ONLY };
/** The same schema on paper; only the snapshot counts. */
const DOWNLOAD_BODY: BodyShape = {
  required: ['snapshotId'],
  optional: ['targetDeploymentItemName', 'targetProjectId'],
  ignored: READ_ONLY,
};

/**
 * The restore jobs of the tenant and the Flex routes; `findCluster` refuses a cluster of another kind in the family's own words. `restoreKept`: how
 * long a restore says it is kept, in milliseconds.
 */
export function sharedRestores(findCluster: FindCluster, options: { restoreKept?: number } = {}) {
  return {
    async list(services: ApiServices, exchange: Exchange, page: Page): Promise<Listed<ShownRestore>> {
      const cluster = await findCluster(services, exchange);
      const { results, totalCount } = await services.restores.list(cluster, page);
      return { results: results.map((job) => showRestore(services, exchange, job)), totalCount };
    },

    async get(services: ApiServices, exchange: Exchange): Promise<ShownRestore> {
      await findCluster(services, exchange);
      return showRestore(services, exchange, namedRestore(exchange));
    },

    async restore(services: ApiServices, exchange: Exchange): Promise<ShownRestore> {
      const { snapshotId, targetDeploymentItemName, targetProjectId } = readTextAttributes(exchange.body, RESTORE_BODY);
      const cluster = await findCluster(services, exchange);
      await checkTargetProject(services, exchange, targetProjectId);
      const job = await services.restores.start({
        projectId: exchange.project.id,
        clusterName: cluster.name,
        snapshotId: snapshotId!,
        targetProjectId,
        targetClusterName: targetDeploymentItemName!,
        kept: options.restoreKept,
        by: exchange.caller,
      });
      return showRestore(services, exchange, job);
    },

    async download(services: ApiServices, exchange: Exchange): Promise<ShownRestore> {
      const { snapshotId } = readTextAttributes(exchange.body, DOWNLOAD_BODY);
      const cluster = await findCluster(services, exchange);
      const projectId = exchange.project.id;
      const job = await services.restores.startDownload({
        projectId,
        clusterName: cluster.name,
        snapshotId: snapshotId!,
        by: exchange.caller,
      });
      return showRestore(services, exchange, job);
    },
  };
}
