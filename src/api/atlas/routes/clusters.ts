import { Type } from 'typebox';
import {
  CreateCluster20230201,
  CreateCluster20240805,
  CreateLegacyCluster,
  UpdateCluster20230201,
  UpdateCluster20240805,
  UpdateLegacyCluster,
} from '../cluster-body.ts';
import { allClusters, createCluster, deleteCluster, getCluster, listNonFlex, updateCluster, upgradeTenant } from '../clusters.ts';
import { nonFlexCluster } from '../named-cluster.ts';
import { listOverviews } from '../projects.ts';
import { Cluster20230201, Cluster20240805, cluster20230201, cluster20240805, LegacyCluster, legacyCluster } from '../render/cluster.ts';
import { OrgGroup, orgGroup } from '../render/org-group.ts';
import { type AtlasRoute, list, one } from '../route.ts';
import { CREATION_ERRORS } from '../route-errors.ts';

const CLUSTERS = '/groups/:groupId/clusters';
const KIND = ['CANNOT_USE_FLEX_CLUSTER_IN_CLUSTER_API'] as const;
const inProject = { tag: 'Clusters', scope: 'project' } as const;
const common = { ...inProject, permission: 'read' } as const;

/** As recorded: what came after these versions, and when they end. */
const deprecated = { since: 'Mon, 5 Aug 2024 00:00:00 GMT', sunset: 'Thu, 1 Jul 2027 00:00:00 GMT' };
const legacy = { answers: LegacyCluster, render: legacyCluster };
const versions = {
  '2023-01-01': { ...legacy, deprecated },
  '2023-02-01': { answers: Cluster20230201, render: cluster20230201, deprecated },
  '2024-08-05': { answers: Cluster20240805, render: cluster20240805 },
} as const;
/** 2024-10-23 differs in how analytics nodes may grow by themselves, which nothing here does. */
const created = {
  v1: { ...legacy, takes: CreateLegacyCluster },
  v2: {
    '2023-01-01': { ...versions['2023-01-01'], takes: CreateLegacyCluster },
    '2023-02-01': { ...versions['2023-02-01'], takes: CreateCluster20230201 },
    '2024-08-05': versions['2024-08-05'],
    '2024-10-23': versions['2024-08-05'],
  },
  takes: CreateCluster20240805,
} as const;
const updated = {
  v1: { ...legacy, takes: UpdateLegacyCluster },
  v2: {
    '2023-01-01': { ...versions['2023-01-01'], takes: UpdateLegacyCluster },
    '2023-02-01': { ...versions['2023-02-01'], takes: UpdateCluster20230201 },
    '2024-08-05': versions['2024-08-05'],
    '2024-10-23': versions['2024-08-05'],
  },
  takes: UpdateCluster20240805,
} as const;
const Nothing = { answers: Type.Object({}), render: () => ({}) } as const;
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
    errors: KIND,
    handler: nonFlexCluster,
  }),
  one({
    ...inProject,
    ...created,
    method: 'POST',
    path: CLUSTERS,
    operationId: 'createCluster',
    summary: 'Create a cluster, from a registered deployment or on the database server',
    permission: 'manage',
    errors: CREATION_ERRORS,
    status: 201,
    handler: createCluster,
  }),
  one({
    ...inProject,
    ...updated,
    method: 'PATCH',
    path: `${CLUSTERS}/:clusterName`,
    operationId: 'updateCluster',
    summary: 'Change the size, the tags or the termination protection of a cluster',
    permission: 'clusters',
    errors: [...KIND, 'TENANT_CLUSTER_UPDATE_UNSUPPORTED'],
    handler: updateCluster,
  }),
  one({
    ...inProject,
    v1: Nothing,
    v2: { '2023-01-01': { ...Nothing, deprecated }, '2023-02-01': Nothing },
    method: 'DELETE',
    path: `${CLUSTERS}/:clusterName`,
    operationId: 'deleteCluster',
    summary: 'Remove a cluster; a registered deployment is left as it is, and snapshots are kept',
    permission: 'manage',
    errors: [...KIND, 'termination-protected', 'target-unavailable'],
    query: { retainBackups: Type.Optional(Type.Boolean()) },
    status: 202,
    handler: deleteCluster,
  }),
  one({
    ...inProject,
    v1: legacy,
    v2: { '2023-01-01': { ...legacy, deprecated } },
    method: 'POST',
    path: `${CLUSTERS}/tenantUpgrade`,
    operationId: 'upgradeSharedCluster',
    summary: 'Make a shared cluster a dedicated one',
    permission: 'clusters',
    errors: ['cluster-not-found'],
    takes: CreateLegacyCluster,
    handler: upgradeTenant,
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
