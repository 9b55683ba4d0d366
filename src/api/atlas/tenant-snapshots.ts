import type { ApiServices } from '../services.ts';
import type { Exchange, JsonBody } from './exchange.ts';
import { listBody } from './paging.ts';
import { readListQuery } from './query.ts';
import { tenantSnapshotV1 } from './render/snapshot.ts';
import { tenantCluster } from './tenant-cluster.ts';

export async function listTenantSnapshots(services: ApiServices, exchange: Exchange): Promise<JsonBody> {
  const query = readListQuery(exchange.query);
  const cluster = await tenantCluster(services, exchange);
  const listed = await services.snapshots.list(exchange.project.id, cluster.name, query.page);
  return listBody(exchange.url, query, { results: listed.results.map(tenantSnapshotV1), totalCount: listed.totalCount });
}

export async function getTenantSnapshot(services: ApiServices, exchange: Exchange): Promise<JsonBody> {
  const cluster = await tenantCluster(services, exchange);
  return tenantSnapshotV1(await services.snapshots.get(exchange.project.id, cluster.name, exchange.parameters.snapshotId!));
}
