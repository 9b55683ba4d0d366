import type { Clock } from '../clock.ts';
import type { Db } from '../db/connection.ts';
import { findInstallation } from '../db/installation.ts';
import { countActiveJobs, damagedSnapshots, newestDrills, newestSnapshots } from '../db/overview.ts';
import type { SnapshotRow } from '../db/snapshots.ts';
import type { Id } from '../ids.ts';
import { type Attention, attentionTo, bySeverity, PATIENCE } from './attention.ts';
import type { BackupSchedules } from './backup-schedules.ts';
import { APART, apartText } from './clock-check.ts';
import type { Cluster } from './cluster.ts';
import type { Clusters } from './clusters.ts';
import { drillOf, type LastProven } from './drill.ts';
import type { Drills } from './drills.ts';
import { restoreFromRow } from './restore-rows.ts';
import type { Snapshot } from './snapshot.ts';
import { snapshotFromRow } from './snapshots.ts';

export interface ClusterOverview {
  cluster: Cluster;
  lastSnapshot: Snapshot | null;
  lastCompletedSnapshot: Snapshot | null;
  lastProven: LastProven | null;
  nextSnapshotAt: Date | null;
  runningJobs: number;
  /** Of the last COMPLETED snapshots, oldest first. */
  sizes: { at: Date; logicalBytes: number; newBytes: number }[];
  attention: Attention[];
}

export interface Overview {
  clusters: ClusterOverview[];
  /** Of all clusters, and of the installation, most urgent first. */
  attention: (Attention & { clusterName?: string })[];
}

/**
 * When a snapshot that has not begun was asked for: one that is due next and was passed over, or one that waits and takes every later moment upon itself. One that has begun too late is asked for until
 * it is there.
 */
function askedForAt(
  next: Date | null,
  last: Pick<SnapshotRow, 'status' | 'scheduledAt' | 'startedAt'> | undefined,
  now: Date,
): Date | null {
  if (next && next < now) return next;
  if (!last) return null;
  const isLate = last.status === 'RUNNING' && last.startedAt !== null && last.startedAt.getTime() - last.scheduledAt.getTime() >= PATIENCE;
  return isLate || ['PENDING', 'QUEUED'].includes(last.status) ? last.scheduledAt : null;
}

const SIZES = 30;

/** How all clusters of a project stand, in a few statements however many they are. */
export class Overviews {
  readonly #db: Db;
  readonly #clock: Clock;
  readonly #clusters: Pick<Clusters, 'ofProjects'>;
  readonly #drills: Pick<Drills, 'lastProven'>;
  readonly #schedules: Pick<BackupSchedules, 'nextSnapshots' | 'overdueProofs'>;
  readonly #isKeyElsewhere: boolean;
  readonly #clockAhead: () => Promise<number>;

  /** `isKeyElsewhere`: the master key is given by the settings, and so is kept by whoever wrote them. */
  constructor(parts: {
    db: Db;
    clock: Clock;
    clusters: Pick<Clusters, 'ofProjects'>;
    drills: Pick<Drills, 'lastProven'>;
    schedules: Pick<BackupSchedules, 'nextSnapshots' | 'overdueProofs'>;
    isKeyElsewhere: boolean;
    /** How many milliseconds the clock is ahead of PostgreSQL's. */
    clockAhead: () => Promise<number>;
  }) {
    this.#db = parts.db;
    this.#clock = parts.clock;
    this.#clusters = parts.clusters;
    this.#drills = parts.drills;
    this.#schedules = parts.schedules;
    this.#isKeyElsewhere = parts.isKeyElsewhere;
    this.#clockAhead = parts.clockAhead;
  }

  /** `ofInstallation`: whether the asker looks after more than the project. */
  async of(projectId: Id, ofInstallation: boolean): Promise<Overview> {
    const clusters = await this.#clusters.ofProjects([projectId]);
    const ids = clusters.map(({ id }) => id);
    const [last, completed, damaged, drills, proven, next, active] = await Promise.all([
      newestSnapshots(this.#db, ids, 1, false),
      newestSnapshots(this.#db, ids, SIZES, true),
      damagedSnapshots(this.#db, ids),
      newestDrills(this.#db, ids),
      this.#drills.lastProven(clusters),
      this.#schedules.nextSnapshots(clusters),
      countActiveJobs(this.#db, projectId),
    ]);
    const overdue = await this.#schedules.overdueProofs(clusters, proven);
    const now = this.#clock.now();
    const found = clusters.map((cluster): ClusterOverview => {
      const ofCluster = completed.filter(({ clusterId }) => clusterId === cluster.id).map(snapshotFromRow);
      const lastRow = last.find(({ clusterId }) => clusterId === cluster.id);
      const drill = drills.find(({ clusterId }) => clusterId === cluster.id);
      const nextSnapshotAt = next.get(cluster.id) ?? null;
      const facts = {
        createdAt: cluster.createdAt,
        lastSnapshot: lastRow ? snapshotFromRow(lastRow) : null,
        completed: ofCluster,
        damaged: damaged.filter(({ clusterId }) => clusterId === cluster.id).map(({ id }) => id),
        lastProven: proven.get(cluster.id) ?? null,
        lastDrill: drill ? drillOf(restoreFromRow(drill)) : null,
        overdueProof: overdue.get(cluster.id),
        lastDueAt: askedForAt(nextSnapshotAt, lastRow, now),
      };
      return {
        cluster,
        lastSnapshot: facts.lastSnapshot,
        lastCompletedSnapshot: ofCluster[0] ?? null,
        lastProven: facts.lastProven,
        nextSnapshotAt,
        runningJobs: active.get(cluster.name) ?? 0,
        sizes: ofCluster.map((s) => ({ at: s.scheduledAt, logicalBytes: s.logicalBytes ?? 0, newBytes: s.newBytes ?? 0 })).reverse(),
        attention: attentionTo(facts, now),
      };
    });
    const ofClusters = found.flatMap(({ cluster, attention }) => attention.map((one) => ({ ...one, clusterName: cluster.name })));
    return { clusters: found, attention: [...(ofInstallation ? await this.#ofInstallation() : []), ...ofClusters].sort(bySeverity) };
  }

  async #ofInstallation(): Promise<Attention[]> {
    return [...(await this.#ofClock()), ...(await this.#ofKey())];
  }

  async #ofClock(): Promise<Attention[]> {
    const ahead = await this.#clockAhead();
    if (Math.abs(ahead) <= APART) return [];
    const message = `One of two clocks is wrong: ${apartText(ahead)}. No snapshot expires meanwhile.`;
    return [{ code: 'clocks-differ', severity: 'critical', message, hint: 'Set the clocks of all machines by NTP.' }];
  }

  async #ofKey(): Promise<Attention[]> {
    if (this.#isKeyElsewhere || (await findInstallation(this.#db))?.keyExportedAt) return [];
    const message = 'The master key was never exported: without it the vault is lost with this machine.';
    return [
      {
        code: 'key-not-exported',
        severity: 'warning',
        message,
        hint: 'Run `npx lifeboat key export` and keep the key apart from the vault.',
      },
    ];
  }
}
