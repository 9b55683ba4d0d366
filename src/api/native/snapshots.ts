import { Type } from 'typebox';
import { readJsonObject } from '../atlas/json-body.ts';
import { namedCluster } from '../atlas/named-cluster.ts';
import { readListQuery } from '../atlas/query.ts';
import { readBody } from './body.ts';
import { snapshotBody } from './render.ts';
import type { NativeRoute } from './route.ts';
import { NativeSnapshot, pageOfAll } from './schemas.ts';

const SnapshotChange = Type.Object(
  { hold: Type.Boolean({ description: 'Whether it is neither deleted nor given up, whatever its expiry says' }) },
  { title: 'SnapshotChange', additionalProperties: false },
);

/** The snapshots of a cluster. */
export const SNAPSHOT_ROUTES: readonly NativeRoute[] = [
  {
    method: 'GET',
    path: '/clusters/:clusterName/snapshots',
    operationId: 'listSnapshots',
    summary: 'The snapshots of a cluster, oldest first',
    permission: 'read',
    status: 200,
    answers: { 200: pageOfAll(NativeSnapshot) },
    isList: true,
    handler: async (services, exchange) => {
      const { results, totalCount } = await services.snapshots.list(namedCluster(exchange), readListQuery(exchange.query).page);
      return { results: results.map(snapshotBody), totalCount };
    },
  },
  {
    method: 'POST',
    path: '/clusters/:clusterName/snapshots',
    operationId: 'takeSnapshot',
    summary: 'Take a snapshot now',
    permission: 'backup',
    status: 202,
    answers: { 202: NativeSnapshot },
    handler: async (services, { project, parameters, caller }) =>
      snapshotBody(await services.snapshots.take(project.id, parameters.clusterName!, { by: caller })),
  },
  {
    method: 'GET',
    path: '/clusters/:clusterName/snapshots/:snapshotId',
    operationId: 'getSnapshot',
    summary: 'One snapshot, with its progress',
    permission: 'read',
    status: 200,
    answers: { 200: NativeSnapshot },
    handler: async (services, { project, parameters }) =>
      snapshotBody(await services.snapshots.get(project.id, parameters.clusterName!, parameters.snapshotId!)),
  },
  {
    method: 'PATCH',
    path: '/clusters/:clusterName/snapshots/:snapshotId',
    operationId: 'updateSnapshot',
    summary: 'Put a snapshot under a legal hold, or release it',
    permission: 'backup',
    status: 200,
    answers: { 200: NativeSnapshot },
    takes: SnapshotChange,
    handler: async (services, { project, parameters, body, caller }) => {
      const { hold } = readBody(SnapshotChange, readJsonObject(body));
      const { clusterName, snapshotId } = parameters;
      return snapshotBody(await services.snapshots.setHold(project.id, clusterName!, snapshotId!, hold, caller));
    },
  },
  {
    method: 'POST',
    path: '/clusters/:clusterName/snapshots/:snapshotId/cancel',
    operationId: 'cancelSnapshot',
    summary: 'Stop a snapshot that waits or runs',
    permission: 'backup',
    status: 202,
    answers: { 202: NativeSnapshot },
    errors: ['not-cancellable'],
    handler: async (services, { project, parameters, caller }) =>
      snapshotBody(await services.snapshots.cancel(project.id, parameters.clusterName!, parameters.snapshotId!, caller)),
  },
];
