import { Type } from 'typebox';
import { SNAPSHOT_STATUSES } from '../../backup/snapshot.ts';
import { readJsonObject } from '../atlas/json-body.ts';
import { namedCluster } from '../atlas/named-cluster.ts';
import { readDate, readListQuery } from '../atlas/query.ts';
import { readBody } from './body.ts';
import { choiceOf, Moment, readChoice, readSearch, Search } from './query.ts';
import { snapshotBody } from './render.ts';
import { type NativeRoute, STORE_ERRORS } from './route.ts';
import { NativeSnapshot, pageOfAll, SnapshotCollection } from './schemas.ts';

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
    summary: 'The snapshots of a cluster by when they were asked for, oldest first',
    permission: 'read',
    status: 200,
    answers: { 200: pageOfAll(NativeSnapshot) },
    isList: true,
    query: {
      order: choiceOf(['asc', 'desc'], 'Oldest first when absent.'),
      status: choiceOf(SNAPSHOT_STATUSES, 'All when absent.'),
      from: Moment,
      to: Moment,
    },
    handler: async (services, exchange) => {
      const { query } = exchange;
      const filter = {
        newestFirst: readChoice(query, 'order', ['asc', 'desc']).at(-1) === 'desc',
        statuses: readChoice(query, 'status', SNAPSHOT_STATUSES),
        from: readDate(query, 'from'),
        until: readDate(query, 'to'),
      };
      const { results, totalCount } = await services.snapshots.list(namedCluster(exchange), readListQuery(query).page, filter);
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
    method: 'GET',
    path: '/clusters/:clusterName/snapshots/:snapshotId/collections',
    operationId: 'listSnapshotCollections',
    summary: 'What is in a snapshot, as its manifest has it, by name',
    permission: 'read',
    status: 200,
    answers: { 200: pageOfAll(SnapshotCollection) },
    isList: true,
    query: { search: Search },
    errors: ['snapshot-not-completed', ...STORE_ERRORS],
    handler: async (services, { project, parameters, query }) => {
      const { clusterName, snapshotId } = parameters;
      const { page } = readListQuery(query);
      const { results, totalCount } = await services.snapshotContents.list(project.id, clusterName!, snapshotId!, readSearch(query), page);
      return { results: results.map((collection) => ({ ...collection })), totalCount };
    },
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
