import { type Cluster, TIERS } from '../../backup/cluster.ts';
import type { Listed, Page } from '../../page.ts';
import type { ApiServices } from '../services.ts';
import type { Exchange } from './exchange.ts';

const NON_FLEX = TIERS.filter((tier) => tier !== 'FLEX');

export async function allClusters(services: ApiServices, { project }: Exchange, page: Page): Promise<Listed<Cluster>> {
  return services.clusters.list(project.id, page);
}

export async function listNonFlex(services: ApiServices, { project }: Exchange, page: Page): Promise<Listed<Cluster>> {
  return services.clusters.list(project.id, page, NON_FLEX);
}

export async function getCluster(services: ApiServices, { project, parameters }: Exchange): Promise<Cluster> {
  return services.clusters.get(project.id, parameters.clusterName!);
}
