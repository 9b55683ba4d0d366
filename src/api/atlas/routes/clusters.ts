import { allClusters, getCluster, listNonFlex } from '../clusters.ts';
import { nonFlexCluster } from '../named-cluster.ts';
import { listOverviews } from '../projects.ts';
import { Cluster20230201, Cluster20240805, cluster20230201, cluster20240805, LegacyCluster, legacyCluster } from '../render/cluster.ts';
import { OrgGroup, orgGroup } from '../render/org-group.ts';
import { type AtlasRoute, list, one } from '../route.ts';

const CLUSTERS = '/groups/:groupId/clusters';
const common = { tag: 'Clusters', scope: 'project', permission: 'read' } as const;

/** As recorded: what came after these versions, and when they end. */
const deprecated = { since: 'Mon, 5 Aug 2024 00:00:00 GMT', sunset: 'Thu, 1 Jul 2027 00:00:00 GMT' };
const legacy = { answers: LegacyCluster, render: legacyCluster };
const versions = {
  '2023-01-01': { ...legacy, deprecated },
  '2023-02-01': { answers: Cluster20230201, render: cluster20230201, deprecated },
  '2024-08-05': { answers: Cluster20240805, render: cluster20240805 },
} as const;
const overview = { answers: OrgGroup, render: orgGroup };

/** v1.0 is from before Flex: it shows such clusters among the shared ones. v2 sends their clients to the Flex routes. */
export const CLUSTER_ROUTES: readonly AtlasRoute[] = [
  list({
    ...common,
    v1: legacy,
    method: 'GET',
    path: CLUSTERS,
    operationId: 'listClusters',
    summary: 'Get all clusters of a project',
    handler: allClusters,
  }),
  list({
    ...common,
    v2: versions,
    method: 'GET',
    path: CLUSTERS,
    operationId: 'listClusters',
    summary: 'Get all clusters of a project that are no Flex clusters',
    handler: listNonFlex,
  }),
  one({
    ...common,
    v1: legacy,
    method: 'GET',
    path: `${CLUSTERS}/:clusterName`,
    operationId: 'getCluster',
    summary: 'Get one cluster',
    handler: getCluster,
  }),
  one({
    ...common,
    v2: versions,
    method: 'GET',
    path: `${CLUSTERS}/:clusterName`,
    operationId: 'getCluster',
    summary: 'Get one cluster that is no Flex cluster',
    handler: nonFlexCluster,
  }),
  list({
    tag: 'Clusters',
    scope: 'installation',
    permission: null,
    v1: overview,
    v2: { '2023-01-01': overview },
    method: 'GET',
    path: '/clusters',
    operationId: 'listClustersForAllProjects',
    summary: 'Get the clusters of all projects of the caller',
    handler: listOverviews,
  }),
];
