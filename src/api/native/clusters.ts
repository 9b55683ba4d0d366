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
];
