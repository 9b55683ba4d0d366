import { Type } from 'typebox';
import type { Exchange, JsonBody } from '../atlas/exchange.ts';
import { readJsonObject } from '../atlas/json-body.ts';
import { namedCluster } from '../atlas/named-cluster.ts';
import { readListQuery } from '../atlas/query.ts';
import { RESTORE_ERRORS } from '../atlas/route-errors.ts';
import { namedRestore } from '../atlas/shown-restore.ts';
import type { ApiServices } from '../services.ts';
import { checkTargetProject } from '../target-project.ts';
import { readBody } from './body.ts';
import { forecastBody, restoreJobBody } from './render.ts';
import { type NativeRoute, STORE_ERRORS } from './route.ts';
import { Forecast, NativeRestoreJob, pageOfAll } from './schemas.ts';

const Patterns = Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 255 }), { maxItems: 1000 }));
const NewRestore = Type.Object(
  {
    snapshotId: Type.String(),
    targetClusterName: Type.String(),
    targetProjectId: Type.Optional(Type.String()),
    nsInclude: Patterns,
    nsExclude: Patterns,
    nsFrom: Patterns,
    nsTo: Patterns,
    keep: Type.Optional(Type.Boolean({ description: 'Keep the collections of the target that the snapshot lacks' })),
    mode: Type.Optional(Type.Enum(['staged', 'in-place'], { description: 'Beside what stands there and then into its place, or over it' })),
    onUnsupported: Type.Optional(Type.Enum(['fail', 'warn'], { description: 'What becomes of a feature that the target lacks' })),
    safetySnapshot: Type.Optional(
      Type.Boolean({
        description: 'A snapshot of the target first, for undo. Absent: where anything at the target is replaced or removed',
      }),
    ),
    dryRun: Type.Optional(Type.Boolean({ description: 'Answer what it would do, and do nothing' })),
  },
  { additionalProperties: false },
);

/** Restores of a snapshot, and what brings back what they replaced. */
export const RESTORE_ROUTES: readonly NativeRoute[] = [
  {
    method: 'GET',
    path: '/clusters/:clusterName/restoreJobs',
    operationId: 'listRestoreJobs',
    summary: 'The restore jobs of a cluster, newest first',
    permission: 'read',
    status: 200,
    answers: { 200: pageOfAll(NativeRestoreJob) },
    isList: true,
    handler: async (services, exchange) => {
      const { results, totalCount } = await services.restores.list(namedCluster(exchange), readListQuery(exchange.query).page);
      return { results: results.map(restoreJobBody), totalCount };
    },
  },
  {
    method: 'POST',
    path: '/clusters/:clusterName/restoreJobs',
    operationId: 'startRestore',
    summary: 'Restore a snapshot, whole or in part, into a cluster',
    permission: 'restore',
    status: 202,
    answers: { 200: Forecast, 202: NativeRestoreJob },
    errors: [...RESTORE_ERRORS, ...STORE_ERRORS],
    statusOf: (body) => (body.dryRun === true ? 200 : 202),
    takes: NewRestore,
    handler: startRestore,
  },
  {
    method: 'GET',
    path: '/clusters/:clusterName/restoreJobs/:restoreJobId',
    operationId: 'getRestoreJob',
    summary: 'One restore job, with its progress and its verification',
    permission: 'read',
    status: 200,
    answers: { 200: NativeRestoreJob },
    handler: async (_services, exchange) => restoreJobBody(namedRestore(exchange)),
  },
  {
    method: 'POST',
    path: '/clusters/:clusterName/restoreJobs/:restoreJobId/cancel',
    operationId: 'cancelRestore',
    summary: 'Stop a restore that waits or runs; refused once its target is being replaced',
    permission: 'restore',
    status: 202,
    answers: { 202: NativeRestoreJob },
    errors: ['not-cancellable'],
    handler: async (services, { project, parameters, caller }) =>
      restoreJobBody(await services.restores.cancel(project.id, parameters.clusterName!, parameters.restoreJobId!, caller)),
  },
  {
    method: 'POST',
    path: '/clusters/:clusterName/restoreJobs/:restoreJobId/resume',
    operationId: 'resumeRestore',
    summary: 'Go on with a restore that failed while its target was being replaced',
    permission: 'restore',
    status: 202,
    answers: { 202: NativeRestoreJob },
    errors: [...RESTORE_ERRORS, 'not-cancellable', 'invalid-value'],
    handler: resumeRestore,
  },
  {
    method: 'POST',
    path: '/clusters/:clusterName/restoreJobs/:restoreJobId/undo',
    operationId: 'undoRestore',
    summary: 'Bring back what a restore replaced, from the snapshot that was taken before it',
    permission: 'restore',
    status: 202,
    answers: { 202: NativeRestoreJob },
    errors: [...RESTORE_ERRORS, ...STORE_ERRORS, 'invalid-value'],
    handler: undoRestore,
  },
];

async function startRestore(services: ApiServices, exchange: Exchange): Promise<JsonBody> {
  const { caller, project, parameters, body } = exchange;
  const read = readBody(NewRestore, readJsonObject(body));
  const { snapshotId, targetClusterName, targetProjectId, dryRun, safetySnapshot, ...options } = read;
  await checkTargetProject(services, exchange, targetProjectId);
  const input = {
    projectId: project.id,
    clusterName: parameters.clusterName!,
    snapshotId,
    targetProjectId,
    targetClusterName,
    options,
    safetySnapshot: SAFETY[`${safetySnapshot}`],
    by: caller,
  };
  return dryRun ? forecastBody(await services.restores.forecast(input)) : restoreJobBody(await services.restores.start(input));
}

const SAFETY = { true: 'always', false: 'never', undefined: 'when-replacing' } as const;

async function resumeRestore(services: ApiServices, exchange: Exchange): Promise<JsonBody> {
  const { id, targetProjectId } = namedRestore(exchange);
  await checkTargetProject(services, exchange, targetProjectId);
  const { project, parameters, caller } = exchange;
  return restoreJobBody(await services.restores.resume(project.id, parameters.clusterName!, id, caller));
}

async function undoRestore(services: ApiServices, exchange: Exchange): Promise<JsonBody> {
  const job = namedRestore(exchange);
  await checkTargetProject(services, exchange, job.targetProjectId);
  return restoreJobBody(await services.restores.undo(job, exchange.caller));
}
