import { Type } from 'typebox';
import type { Drill } from '../../backup/drill.ts';
import type { Exchange, JsonBody } from '../atlas/exchange.ts';
import { readJsonObject } from '../atlas/json-body.ts';
import { namedCluster } from '../atlas/named-cluster.ts';
import type { Json } from '../atlas/pretty.ts';
import { readListQuery } from '../atlas/query.ts';
import { RESTORE_ERRORS } from '../atlas/route-errors.ts';
import type { ApiServices } from '../services.ts';
import { checkTargetProject } from '../target-project.ts';
import { readBody } from './body.ts';
import { progressBody } from './render.ts';
import type { NativeRoute } from './route.ts';
import { NativeDrill, pageOfAll } from './schemas.ts';

const NewDrill = Type.Object(
  {
    targetClusterName: Type.Optional(Type.String({ description: 'Where it is rehearsed; the cluster itself when absent' })),
    targetProjectId: Type.Optional(Type.String()),
  },
  { additionalProperties: false },
);

/** Rehearsals of a restore, and what they proved. */
export const DRILL_ROUTES: readonly NativeRoute[] = [
  {
    method: 'POST',
    path: '/clusters/:clusterName/drills',
    operationId: 'startDrill',
    summary: 'Rehearse the restore of the newest snapshot, and compare',
    permission: 'restore',
    status: 202,
    answers: { 202: NativeDrill },
    errors: ['nothing-to-drill', ...RESTORE_ERRORS],
    takes: NewDrill,
    handler: startDrill,
  },
  {
    method: 'GET',
    path: '/clusters/:clusterName/drills',
    operationId: 'listDrills',
    summary: 'The drills of a cluster, newest first',
    permission: 'read',
    status: 200,
    answers: { 200: pageOfAll(NativeDrill) },
    isList: true,
    handler: async (services, exchange) => {
      const { results, totalCount } = await services.drills.list(namedCluster(exchange), readListQuery(exchange.query).page);
      return { results: results.map(drillBody), totalCount };
    },
  },
  {
    method: 'GET',
    path: '/clusters/:clusterName/drills/:drillId',
    operationId: 'getDrill',
    summary: 'One drill, with its progress and its report',
    permission: 'read',
    status: 200,
    answers: { 200: NativeDrill },
    handler: async (services, { project, parameters }) =>
      drillBody(await services.drills.get(project.id, parameters.clusterName!, parameters.drillId!)),
  },
  {
    method: 'POST',
    path: '/clusters/:clusterName/drills/:drillId/cancel',
    operationId: 'cancelDrill',
    summary: 'Stop a drill that waits or runs',
    permission: 'restore',
    status: 202,
    answers: { 202: NativeDrill },
    errors: ['not-cancellable'],
    handler: async (services, { project, parameters, caller }) =>
      drillBody(await services.drills.cancel(project.id, parameters.clusterName!, parameters.drillId!, caller)),
  },
];

async function startDrill(services: ApiServices, exchange: Exchange): Promise<JsonBody> {
  const { project, parameters, body } = exchange;
  const { targetClusterName, targetProjectId } = readBody(NewDrill, readJsonObject(body));
  await checkTargetProject(services, exchange, targetProjectId);
  const input = { projectId: project.id, clusterName: parameters.clusterName!, targetClusterName, targetProjectId, by: exchange.caller };
  return drillBody(await services.drills.start(input));
}

function drillBody(drill: Drill): JsonBody {
  return {
    ...drill,
    scheduledAt: drill.scheduledAt.toISOString(),
    startedAt: drill.startedAt?.toISOString(),
    finishedAt: drill.finishedAt?.toISOString(),
    differences: [...drill.differences],
    warnings: [...drill.warnings],
    failure: drill.failure as Json,
    progress: progressBody(drill.progress),
  };
}
