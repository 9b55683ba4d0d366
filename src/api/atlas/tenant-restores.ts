import type { RestoreJob } from '../../backup/restore-job.ts';
import { permits } from '../../backup/roles.ts';
import type { ApiServices } from '../services.ts';
import { checkTargetProject } from '../target-project.ts';
import type { Exchange, JsonBody } from './exchange.ts';
import { type BodyShape, readTextAttributes } from './json-body.ts';
import { listBody } from './paging.ts';
import { readListQuery } from './query.ts';
import { tenantRestoreV1 } from './render/restore-job.ts';
import { tenantCluster } from './tenant-cluster.ts';

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

export async function listTenantRestores(services: ApiServices, exchange: Exchange): Promise<JsonBody> {
  const query = readListQuery(exchange.query);
  const cluster = await tenantCluster(services, exchange);
  const listed = await services.restores.list(exchange.project.id, cluster.name, query.page);
  const results = listed.results.map((job) => render(services, exchange, job));
  return listBody(exchange.url, query, { results, totalCount: listed.totalCount });
}

export async function getTenantRestore(services: ApiServices, exchange: Exchange): Promise<JsonBody> {
  const cluster = await tenantCluster(services, exchange);
  return render(services, exchange, await services.restores.get(exchange.project.id, cluster.name, exchange.parameters.restoreId!));
}

export async function createTenantRestore(services: ApiServices, exchange: Exchange): Promise<JsonBody> {
  const { snapshotId, targetDeploymentItemName, targetProjectId } = readTextAttributes(exchange.body, RESTORE_BODY);
  const cluster = await tenantCluster(services, exchange);
  if (targetProjectId && targetProjectId !== exchange.project.id) await checkTargetProject(services, exchange.caller, targetProjectId);
  const job = await services.restores.start({
    projectId: exchange.project.id,
    clusterName: cluster.name,
    snapshotId: snapshotId!,
    targetProjectId,
    targetClusterName: targetDeploymentItemName!,
  });
  return render(services, exchange, job);
}

export async function createTenantDownload(services: ApiServices, exchange: Exchange): Promise<JsonBody> {
  const { snapshotId } = readTextAttributes(exchange.body, DOWNLOAD_BODY);
  const cluster = await tenantCluster(services, exchange);
  const job = await services.restores.startDownload({ projectId: exchange.project.id, clusterName: cluster.name, snapshotId: snapshotId! });
  return render(services, exchange, job);
}

function render(services: ApiServices, exchange: Exchange, job: RestoreJob): JsonBody {
  const mayDownload = permits(exchange.caller.grants, exchange.project, 'download');
  return tenantRestoreV1(job, mayDownload ? services.downloads.url(job) : null);
}
