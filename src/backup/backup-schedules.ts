import { after, type Clock, DAY } from '../clock.ts';
import {
  findSchedule,
  insertSchedule,
  listSchedules,
  lockSchedule,
  type NewScheduleRow,
  type ScheduleRow,
  saveSchedule,
} from '../db/backup-schedules.ts';
import type { Db, Queryable, Within } from '../db/connection.ts';
import { leasedSnapshots } from '../db/leases.ts';
import { listCompletedSnapshots, listScheduledSnapshots, setExpiries } from '../db/scheduled-snapshots.ts';
import type { SnapshotRow } from '../db/snapshots.ts';
import { type Id, newId } from '../ids.ts';
import { audited } from './audit-log.ts';
import {
  type BackupSchedule,
  checkTimetable,
  DEFAULT_POLICIES,
  DEFAULT_RESTORE_WINDOW_DAYS,
  type DrillPlan,
  defaultKindOf,
  drillTimetable,
  type PolicyItem,
} from './backup-schedule.ts';
import type { Actor } from './caller.ts';
import type { Cluster } from './cluster.ts';
import { type DueMoment, jitterOf, nextDue } from './due-times.ts';
import { expired, expiryUnder, type SteadyState, steadyState } from './retention.ts';
import { lastGoodOf, type Wholeness } from './retirement.ts';
import type { Snapshot } from './snapshot.ts';
import { snapshotFromRow } from './snapshots.ts';

/** A line as a client writes it; one without an id is new. */
export type NewPolicyItem = Omit<PolicyItem, 'id'> & { id?: string | undefined };
type Settable = 'referenceHourOfDay' | 'referenceMinuteOfHour' | 'restoreWindowDays' | 'timeZone' | 'paused';
/** What is absent stays as it is. */
export type ScheduleChange = Partial<Pick<BackupSchedule, Settable>> & {
  policyItems?: NewPolicyItem[];
  drill?: Omit<DrillPlan, 'since'> | null;
};

export interface ChangeOptions {
  /** Whether snapshots that were taken before are kept by the new policy, too. */
  updateSnapshots?: boolean | undefined;
  by?: Actor | undefined;
}

/** What a schedule would do. */
export interface SchedulePreview {
  next: DueMoment[];
  kept: SteadyState;
  /** What is there and would have expired at once. */
  deletedNow: Snapshot[];
}

const PREVIEWED = 20;

/** When snapshots are due and how long they are kept. What takes and retires them by it is `work/run-schedules.ts`. */
export class BackupSchedules {
  readonly #db: Db;
  readonly #clock: Clock;
  readonly #isWhole: Wholeness;

  constructor(parts: { db: Db; clock: Clock; isWhole: Wholeness }) {
    this.#db = parts.db;
    this.#clock = parts.clock;
    this.#isWhole = parts.isWhole;
  }

  /** Atlas' default, kept from the first time it is asked for, so that its ids stay. */
  async get(cluster: Cluster): Promise<BackupSchedule> {
    return this.#db.transaction().execute((transaction) => ensureSchedule(transaction, cluster, this.#clock.now()));
  }

  /** Throws `invalid-value`. */
  async update(cluster: Cluster, change: ScheduleChange, { by, updateSnapshots }: ChangeOptions = {}): Promise<BackupSchedule> {
    const entry = { action: 'BACKUP_SCHEDULE_CHANGED', projectId: cluster.projectId, clusterName: cluster.name, by } as const;
    return audited(this.#db, this.#clock, entry, async (transaction) => {
      const now = this.#clock.now();
      const before = await ensureSchedule(transaction, cluster, now);
      const schedule = changed(before, change, now);
      await saveSchedule(transaction, rowOf(cluster.id, schedule, now, (await lockSchedule(transaction, cluster.id))!));
      if (updateSnapshots) await setExpiries(transaction, newExpiries(await listScheduledSnapshots(transaction, cluster.id), schedule));
      return schedule;
    });
  }

  /** No snapshot is due any more; the times of day stay. */
  remove(cluster: Cluster, by?: Actor): Promise<BackupSchedule> {
    return this.update(cluster, { policyItems: [] }, { by });
  }

  /** What {@link update} with the same change would do; nothing is written. Throws `invalid-value`. */
  async preview(cluster: Cluster, change: ScheduleChange, { updateSnapshots }: ChangeOptions = {}): Promise<SchedulePreview> {
    const now = this.#clock.now();
    const schedule = changed(await scheduleOf(this.#db, cluster, now), change, now);
    return {
      next: schedule.paused ? [] : nextDue(schedule, now, PREVIEWED),
      kept: steadyState(schedule),
      deletedNow: updateSnapshots ? await this.#deletedBy(schedule, cluster, now) : [],
    };
  }

  /** When the next snapshot is due, of those clusters for which one ever is. */
  async nextSnapshots(clusters: readonly Cluster[]): Promise<Map<Id, Date>> {
    const rows = await listSchedules(
      this.#db,
      clusters.map(({ id }) => id),
    );
    const now = this.#clock.now();
    const next = new Map<Id, Date>();
    for (const cluster of clusters) {
      const row = rows.find(({ clusterId }) => clusterId === cluster.id);
      const runAt = isCurrent(row, cluster) ? row!.nextRunAt : nextRunAfter(defaultOf(cluster, now), cluster.id, now);
      if (runAt) next.set(cluster.id, after(runAt, -jitterOf(cluster.id)));
    }
    return next;
  }

  /** Of those clusters whose restores are rehearsed by a schedule: whether the newest that was proven (`proven`) is older than it may be. */
  async overdueProofs(clusters: readonly Cluster[], proven: ReadonlyMap<Id, { at: Date }>): Promise<Map<Id, OverdueProof | null>> {
    const rows = await listSchedules(
      this.#db,
      clusters.map(({ id }) => id),
    );
    const rehearsed = rows
      .map((row) => ({ clusterId: row.clusterId, schedule: scheduleFromRow(row) }))
      .filter(({ schedule }) => schedule.drill);
    return new Map(
      rehearsed.map(({ clusterId, schedule }) => [clusterId, overdueProof(schedule, proven.get(clusterId)?.at ?? null, this.#clock.now())]),
    );
  }

  async #deletedBy(schedule: BackupSchedule, cluster: Cluster, now: Date): Promise<Snapshot[]> {
    const rows = await listScheduledSnapshots(this.#db, cluster.id);
    const expiries = new Map(newExpiries(rows, schedule).map(({ id, expiresAt }) => [id, expiresAt]));
    const underIt = rows.map((row) => ({ ...row, expiresAt: expiries.get(row.id) ?? row.expiresAt }));
    const inUse = new Set(await leasedSnapshots(this.#db));
    const candidates = expired(underIt, { now, inUse, lastGood: null });
    const lastGood = await lastGoodOf(await listCompletedSnapshots(this.#db, [cluster.id]), candidates, this.#isWhole);
    return candidates.filter(({ id }) => id !== lastGood).map(snapshotFromRow);
  }
}

/** The schedule of a cluster; where there is none, or the default of another tier, that of its tier. Locked until the transaction ends. */
export async function ensureSchedule(db: Within, cluster: Pick<Cluster, 'id' | 'tier' | 'createdAt'>, now: Date): Promise<BackupSchedule> {
  const row = await lockSchedule(db, cluster.id);
  if (isCurrent(row, cluster)) return scheduleFromRow(row!);
  const schedule = await scheduleOf(db, cluster, now);
  if (row) await saveSchedule(db, rowOf(cluster.id, schedule, now, row));
  else await insertSchedule(db, rowOf(cluster.id, schedule, now, null));
  return scheduleFromRow((await lockSchedule(db, cluster.id))!);
}

/** As {@link ensureSchedule}, and nothing is written. */
async function scheduleOf(db: Queryable, cluster: Pick<Cluster, 'id' | 'tier' | 'createdAt'>, now: Date): Promise<BackupSchedule> {
  const row = await findSchedule(db, cluster.id);
  if (isCurrent(row, cluster)) return scheduleFromRow(row!);
  const { policyId, policyItems, defaultOf: kind, ...rest } = defaultOf(cluster, now);
  return { ...rest, ...(row && scheduleFromRow(row)), policyId, policyItems, defaultOf: kind };
}

function isCurrent(row: ScheduleRow | null | undefined, cluster: Pick<Cluster, 'tier'>): boolean {
  if (!row) return false;
  const kind = scheduleFromRow(row).defaultOf;
  return kind === null || kind === defaultKindOf(cluster.tier);
}

function defaultOf(cluster: Pick<Cluster, 'tier' | 'createdAt'>, now: Date): BackupSchedule {
  const kind = defaultKindOf(cluster.tier);
  return {
    policyId: newId(now),
    policyItems: DEFAULT_POLICIES[kind].map((item) => ({ ...item, id: newId(now) })),
    timeZone: 'UTC',
    referenceHourOfDay: cluster.createdAt.getUTCHours(),
    referenceMinuteOfHour: cluster.createdAt.getUTCMinutes(),
    restoreWindowDays: DEFAULT_RESTORE_WINDOW_DAYS,
    paused: false,
    drill: null,
    defaultOf: kind,
  };
}

/** Rows of earlier versions lack what they did not know. */
export function scheduleFromRow({ schedule }: Pick<ScheduleRow, 'schedule'>): BackupSchedule {
  const stored = schedule as Omit<BackupSchedule, 'drill'> & { drill?: (Omit<DrillPlan, 'since'> & { since: string }) | null };
  const drill = stored.drill ? { ...stored.drill, since: new Date(stored.drill.since) } : null;
  return { ...{ timeZone: 'UTC', paused: false, defaultOf: null }, ...stored, drill };
}

function changed(before: BackupSchedule, change: ScheduleChange, now: Date): BackupSchedule {
  const { policyItems, drill, ...rest } = change;
  const schedule: BackupSchedule = { ...before, ...rest };
  if (policyItems) {
    schedule.policyItems = policyItems.map((item) => ({ ...item, id: item.id ?? newId(now) }));
    schedule.defaultOf = null;
  }
  if (drill !== undefined) schedule.drill = drill && { ...drill, since: before.drill?.since ?? now };
  schedule.timeZone = checkTimetable(schedule);
  return schedule;
}

function rowOf(clusterId: Id, schedule: BackupSchedule, now: Date, before: ScheduleRow | null): NewScheduleRow {
  return {
    clusterId,
    schedule,
    updatedAt: now,
    nextRunAt: stillToRun(clusterId, schedule, now, before) ?? nextRunAfter(schedule, clusterId, now),
    nextDrillAt: before && isSameDrill(scheduleFromRow(before), schedule) ? before.nextDrillAt : nextDrillAfter(schedule, now),
  };
}

/** A moment that has come and whose snapshot has not begun yet, for its jitter, is due still, if it is by the new schedule. */
function stillToRun(clusterId: Id, schedule: BackupSchedule, now: Date, before: ScheduleRow | null): Date | null {
  if (!before?.nextRunAt || schedule.paused) return null;
  const at = after(before.nextRunAt, -jitterOf(clusterId));
  if (at > now) return null;
  const [due] = nextDue(schedule, after(at, -1), 1);
  return due?.at.getTime() === at.getTime() ? before.nextRunAt : null;
}

/** When there is something to do for a schedule next: at the next due moment, and a little later for each cluster. */
export function nextRunAfter(schedule: BackupSchedule, clusterId: Id, at: Date): Date | null {
  const [due] = schedule.paused ? [] : nextDue(schedule, at, 1);
  return due ? after(due.at, jitterOf(clusterId)) : null;
}

export function nextDrillAfter(schedule: BackupSchedule, at: Date): Date | null {
  const timetable = drillTimetable(schedule);
  return (timetable && nextDue(timetable, at, 1)[0]?.at) ?? null;
}

function isSameDrill(a: BackupSchedule, b: BackupSchedule): boolean {
  return JSON.stringify(drillTimetable(a)) === JSON.stringify(drillTimetable(b));
}

/** What of a cluster's snapshots expires at another time under the schedule. */
function newExpiries(rows: readonly SnapshotRow[], { policyItems }: BackupSchedule): { id: Id; expiresAt: Date }[] {
  return rows.flatMap((row) => {
    const { id, scheduledAt, expiresAt } = row;
    const expiry = row.expiryIsOwn
      ? null
      : expiryUnder(policyItems, { scheduledAt, expiresAt, policyItems: snapshotFromRow(row).policyItems });
    return expiry && expiry.getTime() !== expiresAt.getTime() ? [{ id, expiresAt: expiry }] : [];
  });
}

/** A drill that is late. */
export interface OverdueProof {
  objectiveDays: number;
  /** When a restore was proven last; `null`: never. */
  provenAt: Date | null;
  /** How many days ago that was, or since when it should be proven. */
  days: number;
}

/** Whether the newest proven restore of a cluster is older than its schedule allows. */
export function overdueProof({ drill, paused }: BackupSchedule, provenAt: Date | null, now: Date): OverdueProof | null {
  if (!drill || paused) return null;
  const since = provenAt && provenAt > drill.since ? provenAt : drill.since;
  const days = (now.getTime() - since.getTime()) / DAY;
  return days > drill.objectiveDays ? { objectiveDays: drill.objectiveDays, provenAt, days: Math.floor(days) } : null;
}
