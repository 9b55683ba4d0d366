import type { Snapshot } from '../../backup/snapshot.ts';
import type { Listed, Page } from '../../page.ts';
import type { ApiServices } from '../services.ts';
import type { Exchange } from './exchange.ts';
import type { FindCluster } from './named-cluster.ts';

/** The snapshots that the tenant and the Flex routes show; `findCluster` refuses a cluster of another kind in the family's own words. */
export function sharedSnapshots(findCluster: FindCluster) {
  return {
    async list(services: ApiServices, exchange: Exchange, page: Page): Promise<Listed<Snapshot>> {
      const cluster = await findCluster(services, exchange);
      return services.snapshots.list(cluster, page);
    },

    async get(services: ApiServices, exchange: Exchange): Promise<Snapshot> {
      const cluster = await findCluster(services, exchange);
      return services.snapshots.get(exchange.project.id, cluster.name, exchange.parameters.snapshotId!);
    },
  };
}
