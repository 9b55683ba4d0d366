import type { Cluster } from '../../backup/cluster.ts';
import type { Listed, Page } from '../../page.ts';
import type { ApiServices } from '../services.ts';
import type { Exchange } from './exchange.ts';
import { readAttributes } from './json-body.ts';
import { flexCluster } from './named-cluster.ts';
import { CreateFlexCluster, UpdateFlexCluster } from './render/flex-cluster.ts';

/** What a client may send back of what it read: read-only, so ignored. */
const READ_ONLY = [
  'backupSettings',
  'clusterType',
  'connectionStrings',
  'createDate',
  'groupId',
  'id',
  'links',
  'mongoDBVersion',
  'stateName',
  'versionReleaseSystem',
];

export async function listFlexClusters(services: ApiServices, { project }: Exchange, page: Page): Promise<Listed<Cluster>> {
  return services.clusters.list(project.id, page, ['FLEX']);
}

export const getFlexCluster = flexCluster;

/** The deployment comes from a provisioner, at once: the cluster is IDLE when this answers. */
export async function createFlexCluster(services: ApiServices, { project, body, caller }: Exchange): Promise<Cluster> {
  const { name, providerSettings, tags, terminationProtectionEnabled } = readAttributes(CreateFlexCluster, body, READ_ONLY);
  return services.provisioning.create({
    projectId: project.id,
    name,
    tier: 'FLEX',
    tags: tags ?? [],
    terminationProtection: terminationProtectionEnabled ?? false,
    backingProvider: providerSettings.backingProviderName,
    region: providerSettings.regionName,
    by: caller,
  });
}

export async function updateFlexCluster(services: ApiServices, exchange: Exchange): Promise<Cluster> {
  const { tags, terminationProtectionEnabled } = readAttributes(UpdateFlexCluster, exchange.body, [
    ...READ_ONLY,
    'name',
    'providerSettings',
  ]);
  const cluster = await flexCluster(services, exchange);
  const change = {
    ...(tags && { tags }),
    ...(terminationProtectionEnabled !== undefined && { terminationProtection: terminationProtectionEnabled }),
  };
  return services.provisioning.update(cluster, change, exchange.caller);
}

export async function deleteFlexCluster(services: ApiServices, exchange: Exchange): Promise<void> {
  await services.provisioning.remove(await flexCluster(services, exchange), exchange.caller);
}
