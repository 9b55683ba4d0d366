import { Type } from 'typebox';
import { readJsonObject } from '../atlas/json-body.ts';
import { namedCluster } from '../atlas/named-cluster.ts';
import { readListQuery } from '../atlas/query.ts';
import { readBody } from './body.ts';
import { clusterBody } from './render.ts';
import type { NativeRoute } from './route.ts';
import { Deployment, pageOfAll } from './schemas.ts';

const NewCluster = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 64 }),
    uri: Type.String({ minLength: 1, maxLength: 4096 }),
    tier: Type.Optional(Type.String()),
    parked: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
);

const ClusterChange = Type.Object(
  {
    uri: Type.Optional(Type.String({ minLength: 1, maxLength: 4096 })),
    tier: Type.Optional(Type.String()),
    force: Type.Optional(Type.Boolean({ description: 'Also where the connection string leads to another deployment' })),
  },
  { additionalProperties: false },
);

/** The registered deployments. */
export const CLUSTER_ROUTES: readonly NativeRoute[] = [
  {
    method: 'GET',
    path: '/clusters',
    operationId: 'listClusters',
    summary: 'The registered deployments',
    permission: 'read',
    status: 200,
    answers: { 200: pageOfAll(Deployment) },
    isList: true,
    handler: async (services, { project, query }) => {
      const { results, totalCount } = await services.clusters.list(project.id, readListQuery(query).page);
      const proven = await services.drills.lastProven(results);
      return { results: results.map((cluster) => clusterBody(cluster, proven.get(cluster.id))), totalCount };
    },
  },
  {
    method: 'POST',
    path: '/clusters',
    operationId: 'registerCluster',
    summary: 'Register a deployment',
    permission: 'register',
    status: 201,
    answers: { 201: Deployment },
    errors: ['duplicate-cluster-name', 'bad-connection-string', 'source-unavailable'],
    takes: NewCluster,
    handler: async (services, { project, body, caller }) => {
      const { name, uri, tier, parked } = readBody(NewCluster, readJsonObject(body));
      return clusterBody(await services.clusters.register({ projectId: project.id, name, uri, tier, parked, by: caller }));
    },
  },
  {
    method: 'GET',
    path: '/clusters/:clusterName',
    operationId: 'getCluster',
    summary: 'One registered deployment',
    permission: 'read',
    status: 200,
    answers: { 200: Deployment },
    handler: async (services, exchange) => {
      const cluster = namedCluster(exchange);
      return clusterBody(cluster, (await services.drills.lastProven([cluster])).get(cluster.id));
    },
  },
  {
    method: 'PATCH',
    path: '/clusters/:clusterName',
    operationId: 'updateCluster',
    summary: 'Another connection string for a cluster, or another tier',
    permission: 'register',
    status: 200,
    answers: { 200: Deployment },
    errors: ['bad-connection-string', 'source-unavailable', 'other-deployment', 'cluster-busy'],
    takes: ClusterChange,
    handler: async (services, exchange) => {
      const change = readBody(ClusterChange, readJsonObject(exchange.body));
      return clusterBody(await services.clusters.change(namedCluster(exchange), { ...change, by: exchange.caller }));
    },
  },
  {
    method: 'DELETE',
    path: '/clusters/:clusterName',
    operationId: 'unregisterCluster',
    summary: 'Take a cluster away; its snapshots stay in the vault, and are there again when a cluster of its name is registered',
    permission: 'manage',
    status: 204,
    answers: {},
    errors: ['termination-protected', 'target-unavailable'],
    handler: async (services, exchange) => {
      await services.provisioning.remove(namedCluster(exchange), exchange.caller);
      return {};
    },
  },
];
