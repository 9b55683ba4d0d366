import type { Static } from 'typebox';
import type { ScheduleChange } from '../../backup/backup-schedules.ts';
import type { Cluster } from '../../backup/cluster.ts';
import type { Exchange, JsonBody } from '../atlas/exchange.ts';
import { readJsonObject } from '../atlas/json-body.ts';
import { namedCluster } from '../atlas/named-cluster.ts';
import type { ApiServices } from '../services.ts';
import { readBody } from './body.ts';
import { scheduleBody, schedulePreviewBody } from './render.ts';
import type { NativeRoute } from './route.ts';
import { NativeSchedule, NewSchedule, SchedulePreview } from './schemas.ts';

/** When snapshots of a cluster are due and how long they are kept: of every kind of cluster, and in its own time zone. */
export const SCHEDULE_ROUTES: readonly NativeRoute[] = [
  {
    method: 'GET',
    path: '/clusters/:clusterName/schedule',
    operationId: 'getSchedule',
    summary: 'When snapshots of a cluster are due and how long they are kept',
    permission: 'read',
    status: 200,
    answers: { 200: NativeSchedule },
    handler: async (services, exchange) => {
      const cluster = namedCluster(exchange);
      const schedule = await services.backupSchedules.get(cluster);
      return scheduleBody(schedule, (await services.backupSchedules.nextSnapshots([cluster])).get(cluster.id));
    },
  },
  {
    method: 'PUT',
    path: '/clusters/:clusterName/schedule',
    operationId: 'setSchedule',
    summary: 'Replace the schedule of a cluster',
    permission: 'manage',
    status: 200,
    answers: { 200: NativeSchedule },
    takes: NewSchedule,
    handler: setSchedule,
  },
  {
    method: 'POST',
    path: '/clusters/:clusterName/schedule/preview',
    operationId: 'previewSchedule',
    summary: 'What a schedule would do; nothing is stored',
    permission: 'read',
    status: 200,
    answers: { 200: SchedulePreview },
    takes: NewSchedule,
    handler: async (services, exchange) => {
      const cluster = namedCluster(exchange);
      const { change, updateSnapshots } = readChange(exchange, cluster);
      return schedulePreviewBody(await services.backupSchedules.preview(cluster, change, { updateSnapshots }));
    },
  },
];

async function setSchedule(services: ApiServices, exchange: Exchange): Promise<JsonBody> {
  const cluster = namedCluster(exchange);
  const { change, updateSnapshots } = readChange(exchange, cluster);
  const schedule = await services.backupSchedules.update(cluster, change, { updateSnapshots, by: exchange.caller });
  return scheduleBody(schedule, (await services.backupSchedules.nextSnapshots([cluster])).get(cluster.id));
}

function readChange({ body }: Exchange, { createdAt }: Cluster): { change: ScheduleChange; updateSnapshots: boolean } {
  const read: Static<typeof NewSchedule> = readBody(NewSchedule, readJsonObject(body));
  const change: ScheduleChange = {
    policyItems: read.policy,
    timeZone: read.timeZone ?? 'UTC',
    referenceHourOfDay: read.referenceHourOfDay ?? createdAt.getUTCHours(),
    referenceMinuteOfHour: read.referenceMinuteOfHour ?? createdAt.getUTCMinutes(),
    paused: read.paused ?? false,
    drill: read.drill ?? null,
  };
  return { change, updateSnapshots: read.updateSnapshots ?? true };
}
