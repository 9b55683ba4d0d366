import { type Cluster, TIERS, tierKind } from '../../backup/cluster.ts';
import type { ChangeCluster } from '../../backup/provisioning.ts';
import type { Listed, Page } from '../../page.ts';
import type { ApiServices } from '../services.ts';
import { readClusterChange, readNewCluster, type WantedCluster } from './cluster-body.ts';
import { AtlasError } from './error-table.ts';
import type { Exchange } from './exchange.ts';
import { nonFlexCluster } from './named-cluster.ts';

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

/** The deployment comes from a provisioner, at once: the cluster is IDLE when this answers. */
export async function createCluster(services: ApiServices, { project, body, caller, dialect }: Exchange): Promise<Cluster> {
  const { name, size, tags, terminationProtection } = readNewCluster(dialect, body);
  const settings = { tags: tags ?? [], terminationProtection: terminationProtection ?? false };
  return services.provisioning.create({ projectId: project.id, name, ...size, ...settings, by: caller });
}

/** A shared cluster keeps its size here, as in Atlas: what makes it a dedicated one is an upgrade, and nothing makes a dedicated one shared. */
export async function updateCluster(services: ApiServices, exchange: Exchange): Promise<Cluster> {
  const wanted = readClusterChange(exchange.dialect, exchange.body);
  const cluster = await nonFlexCluster(services, exchange);
  const tier = wanted.size?.tier ?? cluster.tier;
  if (tier !== cluster.tier && tierKind(cluster.tier) === 'tenant') throw new AtlasError('TENANT_CLUSTER_UPDATE_UNSUPPORTED');
  if (tierKind(tier) !== tierKind(cluster.tier)) throw new AtlasError('INVALID_ATTRIBUTE', ['instanceSize']);
  return services.provisioning.update(cluster, changeOf(wanted), exchange.caller);
}

/** Takes the cluster from the API with its deployment left as it is, unless it is a database on the database server. */
export async function deleteCluster(services: ApiServices, exchange: Exchange): Promise<void> {
  await services.provisioning.remove(await nonFlexCluster(services, exchange), exchange.caller);
}

/** A shared or a Flex cluster becomes a dedicated one: from then on it answers on those routes, its snapshots included. */
export async function upgradeTenant(services: ApiServices, { project, body, dialect, caller }: Exchange): Promise<Cluster> {
  const { name, ...wanted } = readNewCluster(dialect, body);
  const cluster = await services.clusters.get(project.id, name);
  if (tierKind(cluster.tier) === 'dedicated') throw new AtlasError('INVALID_ATTRIBUTE', ['name']);
  if (tierKind(wanted.size.tier) !== 'dedicated') throw new AtlasError('INVALID_ATTRIBUTE', ['instanceSize']);
  return services.provisioning.update(cluster, changeOf(wanted), caller);
}

function changeOf({ size, tags, terminationProtection }: WantedCluster): ChangeCluster {
  return { ...size, ...(tags && { tags }), ...(terminationProtection !== undefined && { terminationProtection }) };
}
