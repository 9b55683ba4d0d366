import { type Cluster, tierKind } from '../../backup/cluster.ts';
import { Problem } from '../../errors.ts';
import type { ApiServices } from '../services.ts';
import { AtlasError } from './error-table.ts';
import type { Exchange } from './exchange.ts';

/** The cluster that a path names, of whatever kind. Throws `cluster-not-found`. */
export function namedCluster({ project, cluster, parameters }: Exchange): Cluster {
  if (!cluster) throw new Problem('cluster-not-found', [(parameters.clusterName ?? parameters.name)!, project.id]);
  return cluster;
}

/** The cluster that a path names, or the refusal of one that has other routes, in the words of this family. */
export type FindCluster = (services: ApiServices, exchange: Exchange) => Promise<Cluster>;

/** FLEX, M2 and M5. */
export const tenantCluster: FindCluster = async (_services, exchange) => {
  const cluster = namedCluster(exchange);
  if (tierKind(cluster.tier) === 'dedicated') throw new AtlasError('INCORRECT_BACKUP_API_ENDPOINT', [cluster.name]);
  return cluster;
};

export const flexCluster: FindCluster = async (_services, exchange) => {
  const cluster = namedCluster(exchange);
  if (cluster.tier !== 'FLEX') throw new AtlasError('CANNOT_USE_NON_FLEX_CLUSTER_IN_FLEX_API', [cluster.name]);
  return cluster;
};

/** Any but FLEX: on the cluster routes, and on the dedicated backup routes that only look, where the Atlas CLI also asks about M2 and M5. */
export const nonFlexCluster: FindCluster = async (_services, exchange) => {
  const cluster = namedCluster(exchange);
  if (cluster.tier === 'FLEX') throw new AtlasError('CANNOT_USE_FLEX_CLUSTER_IN_CLUSTER_API', [cluster.name]);
  return cluster;
};

/** M10 and up. */
export const dedicatedCluster: FindCluster = async (services, exchange) => {
  const cluster = await nonFlexCluster(services, exchange);
  if (tierKind(cluster.tier) !== 'dedicated') throw new AtlasError('INCORRECT_BACKUP_API_ENDPOINT', [cluster.name]);
  return cluster;
};
