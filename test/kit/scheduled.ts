import { pino } from 'pino';
import { BackupSchedules } from '../../src/backup/backup-schedules.ts';
import type { Cluster } from '../../src/backup/cluster.ts';
import { Clusters, clusterFromRow } from '../../src/backup/clusters.ts';
import { Drills } from '../../src/backup/drills.ts';
import { Snapshots } from '../../src/backup/snapshots.ts';
import { runSchedules } from '../../src/backup/work/run-schedules.ts';
import { findClusterById, insertCluster } from '../../src/db/clusters.ts';
import type { Db } from '../../src/db/connection.ts';
import type { SnapshotRow } from '../../src/db/snapshots.ts';
import { newId } from '../../src/ids.ts';
import type { Queue } from '../../src/jobs/queue.ts';
import { installed, TEST_KEY } from './installation.ts';
import type { ManualClock } from './manual-clock.ts';

/** An installation whose schedules run when the test says so, and whose jobs are taken down instead of done. */
export interface ScheduledWorld {
  clock: ManualClock;
  schedules: BackupSchedules;
  snapshots: Snapshots;
  /** What was enqueued since it was asked last. */
  sent(): { name: string; snapshotId?: string; restoreJobId?: string }[];
  /** Snapshots that are known to be damaged. */
  damaged: Set<string>;
  logged: string[];
  /** How far the clock of the node is ahead of PostgreSQL's, in milliseconds. */
  clockAhead: number;
  addCluster(name: string, options?: { tier?: string; createdAt?: string; id?: string }): Promise<Cluster>;
  /** One run, as every minute has one. */
  run(): Promise<void>;
  at(time: string | Date): Promise<void>;
  /** What is enqueued ends as COMPLETED, at the time of the clock. */
  complete(ids: readonly string[]): Promise<void>;
  /** Not deleted, oldest first. */
  rows(cluster: Cluster): Promise<SnapshotRow[]>;
}

export async function scheduledWorld(db: Db): Promise<ScheduledWorld> {
  const { clock, first } = await installed(db);
  await db.deleteFrom('clusters').execute();
  const sent: { name: string }[] = [];
  const send = async (name: string, payload: object) => void sent.push({ name, ...payload });
  const sendAllInTurn = async (name: string, jobs: { payload: object }[]) => {
    for (const { payload } of jobs) await send(name, payload);
  };
  const queue = { send, sendInTurn: send, sendAllInTurn } as unknown as Queue;
  const clusters = new Clusters(db, clock, TEST_KEY);
  const snapshots = new Snapshots({ db, clock, queue, clusters });
  const drills = new Drills({ db, clock, queue, clusters });
  const damaged = new Set<string>();
  const isWhole = async (id: string) => !damaged.has(id);
  const logged: string[] = [];
  const logger = pino({ level: 'warn' }, { write: (line: string) => void logged.push(line) });
  const run = () =>
    runSchedules({ db, clock, logger, snapshots, drills, isWhole, clockAhead: async () => world.clockAhead }, new AbortController().signal);
  const world: ScheduledWorld = {
    clockAhead: 0,
    ...{ clock, snapshots, damaged, logged, run },
    schedules: new BackupSchedules({ db, clock, isWhole }),
    sent: () => sent.splice(0),
    addCluster: async (name, { tier = 'FLEX', createdAt, id } = {}) => {
      const made = createdAt ? new Date(createdAt) : clock.now();
      const row = { id: id ?? newId(made), projectId: first.projectId, name, tier, createdAt: made, deployment: `${name}:1` };
      await insertCluster(db, { ...row, uriSealed: Buffer.from('sealed'), mongodbVersion: '8.0.4', topology: 'replicaSet' });
      return clusterFromRow((await findClusterById(db, row.id))!);
    },
    at: async (time) => {
      clock.set(new Date(time));
      await run();
    },
    complete: async (ids) => {
      if (ids.length === 0) return;
      const outcome = { status: 'COMPLETED', startedAt: clock.now(), finishedAt: clock.now(), mongodbVersion: '8.0.4' };
      await db.updateTable('snapshots').set(outcome).where('id', 'in', ids).execute();
    },
    rows: ({ id }) =>
      db
        .selectFrom('snapshots')
        .selectAll()
        .where('clusterId', '=', id)
        .where('deletedAt', 'is', null)
        .orderBy('scheduledAt')
        .orderBy('id')
        .execute(),
  };
  return world;
}
