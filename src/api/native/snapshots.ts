import { Type } from 'typebox';
import { SNAPSHOT_STATUSES } from '../../backup/snapshot.ts';
import { Problem } from '../../errors.ts';
import type { Exchange, JsonBody } from '../atlas/exchange.ts';
import { readJsonObject } from '../atlas/json-body.ts';
import { namedCluster } from '../atlas/named-cluster.ts';
import { readDate, readListQuery } from '../atlas/query.ts';
import type { ApiServices } from '../services.ts';
import { readBody } from './body.ts';
import { choiceOf, Moment, readChoice, readSearch, Search } from './query.ts';
import { snapshotBody } from './render.ts';
import { type NativeRoute, STORE_ERRORS } from './route.ts';
import { NativeSnapshot, pageOfAll, SnapshotCollection } from './schemas.ts';

const SnapshotChange = Type.Object(
  {
    description: Type.Optional(Type.Union([Type.String({ maxLength: 1000 }), Type.Null()], { description: '`null`: none any more.' })),
    expiresAt: Type.Optional(Type.String({ format: 'date-time', maxLength: 40 })),
    hold: Type.Optional(Type.Boolean({ description: 'Whether it is neither deleted nor given up, whatever its expiry says' })),
  },
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
      finishedBefore: Moment,
    },
    handler: async (services, exchange) => {
      const { query } = exchange;
      const filter = {
        newestFirst: readChoice(query, 'order', ['asc', 'desc']).at(-1) === 'desc',
        statuses: readChoice(query, 'status', SNAPSHOT_STATUSES),
        from: readDate(query, 'from'),
        until: readDate(query, 'to'),
        finishedBefore: readDate(query, 'finishedBefore'),
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
    summary: 'Change the description of a snapshot and how long it is kept, put it under a legal hold, or release it',
    permission: 'backup',
    status: 200,
    answers: { 200: NativeSnapshot },
    takes: SnapshotChange,
    handler: changeSnapshot,
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
  {
    method: 'POST',
    path: '/clusters/:clusterName/snapshots/:snapshotId/verify',
    operationId: 'verifySnapshot',
    summary: 'Read everything of a snapshot again in the vault; what was found is told by the snapshot',
    permission: 'backup',
    status: 202,
    answers: { 202: NativeSnapshot },
    errors: ['snapshot-not-completed'],
    handler: async (services, { project, parameters, caller }) =>
      snapshotBody(await services.snapshots.verify(project.id, parameters.clusterName!, parameters.snapshotId!, caller)),
  },
  {
    method: 'DELETE',
    path: '/clusters/:clusterName/snapshots/:snapshotId',
    operationId: 'deleteSnapshot',
    summary: 'Delete a snapshot that has ended',
    permission: 'backup',
    status: 204,
    answers: {},
    errors: ['snapshot-not-completed', 'snapshot-held'],
    handler: async (services, { project, parameters, caller }) => {
      await services.snapshots.delete(project.id, parameters.clusterName!, parameters.snapshotId!, caller);
      return {};
    },
  },
];

async function changeSnapshot(services: ApiServices, { project, parameters, body, caller }: Exchange): Promise<JsonBody> {
  const { expiresAt, ...rest } = readBody(SnapshotChange, readJsonObject(body));
  const change = { ...rest, ...(expiresAt !== undefined && { expiresAt: momentOf(expiresAt) }) };
  return snapshotBody(await services.snapshots.change(project.id, parameters.clusterName!, parameters.snapshotId!, change, caller));
}

function momentOf(text: string): Date {
  const date = new Date(text);
  if (!/^\d{4}-\d\d-\d\dT/.test(text) || Number.isNaN(date.getTime()))
    throw new Problem('invalid-value', ['expiresAt', 'a date like 2027-01-31T12:00:00Z is expected']);
  return date;
}
