import { Type } from 'typebox';
import type { Exchange, JsonBody } from '../atlas/exchange.ts';
import { readJsonObject } from '../atlas/json-body.ts';
import { namedCluster } from '../atlas/named-cluster.ts';
import { readListQuery } from '../atlas/query.ts';
import { RESTORE_ERRORS } from '../atlas/route-errors.ts';
import { namedRestore } from '../atlas/shown-restore.ts';
import type { ApiServices } from '../services.ts';
import { checkTargetProject } from '../target-project.ts';
import { AUDIT_ROUTES } from './audit.ts';
import { readBody } from './body.ts';
import { DRILL_ROUTES } from './drills.ts';
import { clusterBody, forecastBody, projectBody, restoreJobBody, snapshotBody } from './render.ts';
import type { NativeRoute } from './route.ts';
import { Deployment, Forecast, NativeRestoreJob, NativeSnapshot, Project, pageOfAll, VaultStatus } from './schemas.ts';

const NewCluster = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 64 }),
    uri: Type.String({ minLength: 1, maxLength: 4096 }),
    tier: Type.Optional(Type.String()),
    parked: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
);

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

/** What is read of a snapshot before its restore is accepted. */
const STORE_ERRORS = ['store-unavailable', 'object-missing', 'object-damaged', 'mongodb-failed'] as const;

export const NATIVE_ROUTES: readonly NativeRoute[] = [
  {
    method: 'GET',
    path: '',
    operationId: 'getProject',
    summary: 'One project',
    permission: 'read',
    status: 200,
    answers: { 200: Project },
    handler: async (_services, { project }) => projectBody(project),
  },
  {
    method: 'GET',
    path: '/vault',
    operationId: 'getVaultStatus',
    summary: 'What the snapshots of all projects take in the vault of this installation',
    permission: 'register',
    status: 200,
    answers: { 200: VaultStatus },
    handler: async (services) => ({ ...(await services.vaultStatus()) }),
  },
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
  ...DRILL_ROUTES,
  ...AUDIT_ROUTES,
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
