import type { Clock } from '../clock.ts';
import { findOrInsertSchedule, saveSchedule } from '../db/backup-schedules.ts';
import type { Db } from '../db/connection.ts';
import { newId } from '../ids.ts';
import { audited } from './audit-log.ts';
import { type BackupSchedule, DEFAULT_POLICY, DEFAULT_RESTORE_WINDOW_DAYS, type PolicyItem } from './backup-schedule.ts';
import type { Actor } from './caller.ts';
import type { Cluster } from './cluster.ts';

/** A line as a client writes it; one without an id is new. */
export type NewPolicyItem = Omit<PolicyItem, 'id'> & { id?: string };
export type ScheduleChange = Partial<Omit<BackupSchedule, 'policyId' | 'policyItems'>> & { policyItems?: NewPolicyItem[] };

/** The schedules of dedicated clusters: kept as they were set. Nothing takes snapshots by them yet. */
export class BackupSchedules {
  readonly #db: Db;
  readonly #clock: Clock;

  constructor(db: Db, clock: Clock) {
    this.#db = db;
    this.#clock = clock;
  }

  /** Atlas' default, kept from the first time it is asked for, so that its ids stay. */
  async get(cluster: Cluster): Promise<BackupSchedule> {
    const now = this.#clock.now();
    return (await findOrInsertSchedule(this.#db, cluster.id, this.#defaultOf(cluster), now)) as BackupSchedule;
  }

  async update(cluster: Cluster, change: ScheduleChange, by?: Actor): Promise<BackupSchedule> {
    const { policyItems, ...rest } = change;
    const schedule: BackupSchedule = { ...(await this.get(cluster)), ...rest };
    if (policyItems) schedule.policyItems = policyItems.map((item) => ({ ...item, id: item.id ?? newId(this.#clock.now()) }));
    const entry = { action: 'BACKUP_SCHEDULE_CHANGED', projectId: cluster.projectId, clusterName: cluster.name, by } as const;
    await audited(this.#db, this.#clock, entry, (transaction) => saveSchedule(transaction, cluster.id, schedule, this.#clock.now()));
    return schedule;
  }

  /** No snapshot is due any more; the times of day stay. */
  remove(cluster: Cluster, by?: Actor): Promise<BackupSchedule> {
    return this.update(cluster, { policyItems: [] }, by);
  }

  #defaultOf(cluster: Cluster): BackupSchedule {
    const now = this.#clock.now();
    return {
      policyId: newId(now),
      policyItems: DEFAULT_POLICY.map((item) => ({ ...item, id: newId(now) })),
      referenceHourOfDay: cluster.createdAt.getUTCHours(),
      referenceMinuteOfHour: cluster.createdAt.getUTCMinutes(),
      restoreWindowDays: DEFAULT_RESTORE_WINDOW_DAYS,
    };
  }
}
