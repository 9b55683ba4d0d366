import type { BackupSchedule } from '../../backup/backup-schedule.ts';
import type { SchedulePreview } from '../../backup/backup-schedules.ts';
import type { Cluster } from '../../backup/cluster.ts';
import type { LastProven } from '../../backup/drill.ts';
import type { Job } from '../../backup/job.ts';
import type { Project } from '../../backup/projects.ts';
import type { RestoreForecast } from '../../backup/restore-forecast.ts';
import type { JobProgress, RestoreJob } from '../../backup/restore-job.ts';
import type { Snapshot } from '../../backup/snapshot.ts';
import type { Json } from '../atlas/pretty.ts';

type Body = { [name: string]: Json };

/** The native routes show what the domain knows, under its own names; dates are ISO 8601 with milliseconds. */
export function projectBody(project: Project): Body {
  return { ...project, createdAt: project.createdAt.toISOString() };
}

/** `lastProven`: the last drill that proved a snapshot of the cluster, where there was one. */
export function clusterBody(cluster: Cluster, lastProven?: LastProven): Body {
  const proven = lastProven && { ...lastProven, at: lastProven.at.toISOString() };
  return { ...cluster, createdAt: cluster.createdAt.toISOString(), lastProven: proven };
}

export function snapshotBody(snapshot: Snapshot): Body {
  return {
    ...snapshot,
    scheduledAt: snapshot.scheduledAt.toISOString(),
    startedAt: snapshot.startedAt?.toISOString(),
    finishedAt: snapshot.finishedAt?.toISOString(),
    expiresAt: snapshot.expiresAt.toISOString(),
    verified: snapshot.verified as Json,
    verification: snapshot.verification as unknown as Json,
    frequencyType: snapshot.frequencyType ?? undefined,
    policyItems: snapshot.policyItems.map(({ id }) => id),
    failure: snapshot.failure as Json,
    progress: snapshot.progress as unknown as Json,
  };
}

export function scheduleBody({ policyItems, drill, ...schedule }: BackupSchedule, nextSnapshotAt: Date | undefined): Body {
  const { timeZone, referenceHourOfDay, referenceMinuteOfHour, paused } = schedule;
  return {
    policy: policyItems.map((item) => ({ ...item })),
    ...{ timeZone, referenceHourOfDay, referenceMinuteOfHour, paused },
    nextSnapshotAt: nextSnapshotAt?.toISOString(),
    drill: drill ? { every: drill.every, objectiveDays: drill.objectiveDays } : undefined,
  };
}

export function schedulePreviewBody({ next, kept, deletedNow }: SchedulePreview): Body {
  return {
    next: next.map(({ at, items }) => ({ at: at.toISOString(), frequencyTypes: items.map(({ frequencyType }) => frequencyType) })),
    kept: { atMost: kept.atMost, byType: { ...kept.byType } },
    deletedNow: deletedNow.map(snapshotBody),
  };
}

export function restoreJobBody(job: RestoreJob): Body {
  const { collections, rate, remainingSeconds } = job.progress;
  return {
    ...job,
    snapshotFinishedAt: job.snapshotFinishedAt.toISOString(),
    scheduledAt: job.scheduledAt.toISOString(),
    startedAt: job.startedAt?.toISOString(),
    finishedAt: job.finishedAt?.toISOString(),
    expiresAt: job.expiresAt.toISOString(),
    failure: job.failure as Json,
    progress: progressBody(job.progress),
    ...(job.status === 'RUNNING' && { collections: collections as unknown as Json, rate: rate as unknown as Json, remainingSeconds }),
    options: job.options as Json,
    verification: job.verification as Json,
  };
}

export function jobBody({ progress, ...job }: Job): Body {
  const hasEnded = job.status === 'COMPLETED' && job.kind !== 'download';
  return {
    ...job,
    scheduledAt: job.scheduledAt.toISOString(),
    startedAt: job.startedAt?.toISOString(),
    finishedAt: job.finishedAt?.toISOString(),
    deletedAt: job.deletedAt?.toISOString(),
    failure: job.failure as Json,
    progress: progress as unknown as Json,
    ...(hasEnded && { documents: progress.documents, bytes: progress.bytes }),
  };
}

/** How far each collection is, a restore job tells by itself. */
export function progressBody({ collections: _, ...progress }: JobProgress): Json {
  return progress as unknown as Json;
}

export function forecastBody(forecast: RestoreForecast): Body {
  return { dryRun: true, ...(forecast as unknown as Body) };
}
