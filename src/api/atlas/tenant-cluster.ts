import type { Cluster, Tier } from '../../backup/clusters.ts';
import type { ApiServices } from '../services.ts';
import { AtlasError } from './error-table.ts';
import type { Exchange } from './exchange.ts';

/** The cluster that a path names, or the refusal of one that has other routes. */
export type FindCluster = (services: ApiServices, exchange: Exchange) => Promise<Cluster>;

const ON_TENANT_ROUTES: readonly Tier[] = ['FLEX', 'M2', 'M5'];

/** The cluster of a tenant route; one of a dedicated tier has other routes, and is told so. */
export async function tenantCluster(services: ApiServices, exchange: Exchange): Promise<Cluster> {
  const cluster = await services.clusters.get(exchange.project.id, exchange.parameters.clusterName!);
  if (!ON_TENANT_ROUTES.includes(cluster.tier)) throw new AtlasError('INCORRECT_BACKUP_API_ENDPOINT', [cluster.name]);
  return cluster;
}
