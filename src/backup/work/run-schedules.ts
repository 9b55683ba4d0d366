import type { Logger } from 'pino';
import { after, type Clock, HOUR, SECOND } from '../../clock.ts';
import {
  clustersWithoutSchedule,
  lockDueDrills,
  lockDueSchedules,
  type ScheduledCluster,
  setNextDrill,
  setNextRuns,
} from '../../db/backup-schedules.ts';
import type { Db } from '../../db/connection.ts';
import { ensureSchedule, nextDrillAfter, nextRunAfter, scheduleFromRow } from '../backup-schedules.ts';
import { APART, apartText, FAR_APART } from '../clock-check.ts';
import { TENANT_TIERS } from '../cluster.ts';
import { clusterFromRow } from '../clusters.ts';
import type { Drills } from '../drills.ts';
import { type DueMoment, dueBetween, jitterOf } from '../due-times.ts';
import { retireExpired, type Wholeness } from '../retirement.ts';
import type { Snapshots } from '../snapshots.ts';

export interface ScheduleParts {
  db: Db;
  clock: Clock;
  logger: Logger;
  snapshots: Pick<Snapshots, 'takeDueWithin'>;
  drills: Pick<Drills, 'startDueWithin'>;
  isWhole: Wholeness;
  /** How many milliseconds the clock is ahead of PostgreSQL's. */
  clockAhead(): Promise<number>;
}

const AT_ONCE = 200;

/**
 * The job `schedules.run`, once a minute for all nodes: gives new clusters their schedule, takes what is due, rehearses what is to be rehearsed, gives up what has expired. What
 * it decides is committed with what follows of it, so that it may run twice at once and be stopped anywhere. A step that fails is told of and leaves the others; the next
 * minute tries it again, perhaps on a node whose clock is right.
 */
export async function runSchedules(parts: ScheduleParts, signal: AbortSignal): Promise<void> {
  for (const step of stepsBy(await parts.clockAhead(), parts.logger)) {
    signal.throwIfAborted();
    await step(parts).catch((error) => parts.logger.error({ err: error, step: step.name }, 'a step of the schedules failed'));
  }
}

function stepsBy(ahead: number, logger: Logger): ((parts: ScheduleParts) => Promise<unknown>)[] {
  const [begin, giveUp] = [[giveSchedules, takeDue, startDrills], [retireExpired]];
  if (Math.abs(ahead) <= APART) return [...begin, ...giveUp];
  const isFar = Math.abs(ahead) > FAR_APART;
  const left = isFar ? 'nothing is begun by schedule, and no snapshot expires' : 'no snapshot expires';
  logger.error({ aheadSeconds: Math.round(ahead / SECOND) }, `${apartText(ahead)}: ${left} until they agree`);
  return isFar ? [] : begin;
}

const SHARED_TIERS = ['FLEX', ...TENANT_TIERS];

async function giveSchedules({ db, clock }: ScheduleParts): Promise<void> {
  for (;;) {
    const rows = await clustersWithoutSchedule(db, SHARED_TIERS, AT_ONCE);
    for (const row of rows) {
      await db.transaction().execute((transaction) => ensureSchedule(transaction, clusterFromRow(row), clock.now()));
    }
    if (rows.length < AT_ONCE) return;
  }
}

async function takeDue(parts: ScheduleParts): Promise<void> {
  for (;;) {
    const now = parts.clock.now();
    const count = await parts.db.transaction().execute(async (transaction) => {
      const decisions = (await lockDueSchedules(transaction, now, AT_ONCE)).map((row) => decide(parts, row, now));
      await parts.snapshots.takeDueWithin(
        transaction,
        decisions.flatMap(({ cluster, moment }) => (moment ? [{ cluster, moment }] : [])),
      );
      await setNextRuns(
        transaction,
        decisions.map(({ cluster, next }) => ({ clusterId: cluster.id, at: next })),
        now,
      );
      return decisions.length;
    });
    if (count < AT_ONCE) return;
  }
}

interface Decision {
  cluster: ScheduledCluster['cluster'];
  /** What is due now: moments that were missed are one with the last of them. */
  moment: DueMoment | null;
  next: Date | null;
}

function decide({ logger }: ScheduleParts, row: ScheduledCluster, now: Date): Decision {
  const { cluster } = row;
  try {
    const schedule = scheduleFromRow(row);
    const until = after(now, -jitterOf(cluster.id));
    const from = row.nextRunAt && after(row.nextRunAt, -jitterOf(cluster.id) - 1);
    const moments = from && !schedule.paused ? dueBetween(schedule, from, until) : [];
    const items = [...new Set(moments.flatMap((moment) => moment.items))];
    const last = moments.at(-1);
    return { cluster, moment: last ? { at: last.at, items } : null, next: nextRunAfter(schedule, cluster.id, until) };
  } catch (error) {
    // One that cannot be read keeps no other cluster from its snapshots.
    logger.error({ err: error, clusterId: cluster.id }, 'a schedule cannot be read');
    return { cluster, moment: null, next: after(now, HOUR) };
  }
}

/** As with snapshots: a schedule that cannot be read keeps no other from its drills. */
function nextDrill(row: ScheduledCluster, now: Date, logger: Logger): Date | null {
  try {
    return nextDrillAfter(scheduleFromRow(row), now);
  } catch (error) {
    logger.error({ err: error, clusterId: row.clusterId }, 'a schedule cannot be read');
    return after(now, HOUR);
  }
}

async function startDrills({ db, clock, logger, drills }: ScheduleParts): Promise<void> {
  for (;;) {
    const now = clock.now();
    const count = await db.transaction().execute(async (transaction) => {
      const [row] = await lockDueDrills(transaction, now, 1);
      if (!row) return 0;
      await setNextDrill(transaction, row.clusterId, nextDrill(row, now, logger));
      await drills.startDueWithin(transaction, row.cluster);
      return 1;
    });
    if (count === 0) return;
  }
}
