import { DAY, HOUR } from '../clock.ts';
import type { OverdueProof } from './backup-schedules.ts';
import type { Drill, LastProven } from './drill.ts';
import type { Snapshot } from './snapshot.ts';

/** Something that a person should look at. The most urgent first. */
export const SEVERITIES = ['critical', 'warning', 'info'] as const;
export type Severity = (typeof SEVERITIES)[number];

export interface Attention {
  code: string;
  severity: Severity;
  message: string;
  hint?: string;
}

/** All that is known of a cluster when it is asked what of it needs attention. */
export interface ClusterFacts {
  createdAt: Date;
  /** Whatever became of it. */
  lastSnapshot: Snapshot | null;
  /** COMPLETED ones, newest first. */
  completed: readonly Snapshot[];
  lastProven: LastProven | null;
  /** The newest that has ended. */
  lastDrill: Pick<Drill, 'verdict' | 'cancelled'> | null;
  /** When the schedule asked for a snapshot last; `null` where it never did. */
  lastDueAt: Date | null;
  /** Of a cluster whose restores are rehearsed by a schedule, which says how old a proof may become: whether the newest is older. */
  overdueProof?: OverdueProof | null | undefined;
}

/** A snapshot takes its time, and a busy deployment has others before it. */
const PATIENCE = 2 * HOUR;
/** Where no schedule says how old a proof may become. */
const PROVEN_WITHIN_DAYS = 30;

/** Most urgent first. */
export function attentionTo(facts: ClusterFacts, now: Date): Attention[] {
  const found = [...ofLastSnapshot(facts, now), ...ofSchedule(facts, now), ...ofDamage(facts), ...ofProof(facts, now), ...ofSize(facts)];
  return found.sort(bySeverity);
}

export function bySeverity(a: Pick<Attention, 'severity'>, b: Pick<Attention, 'severity'>): number {
  return SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity);
}

function ofLastSnapshot({ createdAt, lastSnapshot, completed }: ClusterFacts, now: Date): Attention[] {
  const hasNone = completed.length === 0;
  if (lastSnapshot?.status === 'FAILED' && !lastSnapshot.cancelled) {
    const { code, message, hint } = lastSnapshot.failure ?? { code: 'unexpected', message: 'No reason was recorded.' };
    const isAway = code === 'source-unavailable';
    const why = {
      message: isAway ? `It could not be reached at the last attempt: ${message}` : `The last snapshot failed: ${message}`,
      ...(hint && { hint }),
    };
    return [{ code: isAway ? 'deployment-unreachable' : 'last-snapshot-failed', severity: 'critical', ...why }];
  }
  if (!hasNone) return [];
  const isNew = now.getTime() - createdAt.getTime() < DAY;
  return [
    {
      code: 'no-snapshot',
      severity: isNew ? 'warning' : 'critical',
      message: 'There is no snapshot of it.',
      hint: 'Take one now, or set a schedule.',
    },
  ];
}

function ofSchedule({ lastDueAt, completed }: ClusterFacts, now: Date): Attention[] {
  if (!lastDueAt || now.getTime() - lastDueAt.getTime() < PATIENCE) return [];
  const newest = completed[0];
  if (!newest || newest.scheduledAt >= lastDueAt) return [];
  const message = `The newest snapshot is of ${newest.scheduledAt.toISOString()}, and the schedule asked for one at ${lastDueAt.toISOString()}.`;
  return [{ code: 'snapshot-overdue', severity: 'critical', message, hint: 'Does a worker run, and is the deployment there?' }];
}

function ofDamage({ completed }: ClusterFacts): Attention[] {
  const damaged = completed.filter((snapshot) => snapshot.verified?.ok === false);
  if (damaged.length === 0) return [];
  const message = `${damaged.length === 1 ? 'A snapshot is' : `${damaged.length} snapshots are`} damaged in the vault (${damaged.map(({ id }) => id).join(', ')}).`;
  return [
    {
      code: 'snapshot-damaged',
      severity: 'critical',
      message,
      hint: 'Take another snapshot, run `npx lifeboat repair`, and verify this one again.',
    },
  ];
}

function ofProof({ completed, lastProven, lastDrill, overdueProof }: ClusterFacts, now: Date): Attention[] {
  if (completed.length === 0) return [];
  const hint = 'Run a drill: it restores the newest snapshot beside the data, compares, and leaves nothing.';
  if (lastDrill && !lastDrill.cancelled && (lastDrill.verdict === 'differs' || lastDrill.verdict === 'failed')) {
    const isOther = lastDrill.verdict === 'differs';
    const message = isOther ? 'The last drill found differences between the snapshot and what was restored.' : 'The last drill failed.';
    return [{ code: 'drill-failed', severity: isOther ? 'critical' : 'warning', message }];
  }
  if (overdueProof !== undefined) return overdueProof ? [proofOverdue(overdueProof)] : [];
  if (!lastProven) return [{ code: 'never-proven', severity: 'warning', message: 'No restore of it was ever proven.', hint }];
  const days = Math.floor((now.getTime() - lastProven.at.getTime()) / DAY);
  if (days < PROVEN_WITHIN_DAYS) return [];
  return [{ code: 'proof-too-old', severity: 'warning', message: `The newest proven restore is ${days} days old.`, hint }];
}

function proofOverdue({ provenAt, days, objectiveDays }: OverdueProof): Attention {
  const what = provenAt ? `The newest proven restore is ${days} days old` : `No restore has been proven for ${days} days`;
  return {
    code: 'proof-too-old',
    severity: 'warning',
    message: `${what}; the objective is ${objectiveDays}.`,
    hint: 'Look at the last drills, or start one.',
  };
}

function ofSize({ completed: [newest, before] }: ClusterFacts): Attention[] {
  if (!newest || !before || (newest.logicalBytes ?? 0) >= (before.logicalBytes ?? 0) / 2) return [];
  const message = `The newest snapshot has ${newest.logicalBytes} bytes, the one before it ${before.logicalBytes}: more than half is gone.`;
  return [{ code: 'size-dropped', severity: 'warning', message, hint: 'Keep the older snapshot longer, until it is known why.' }];
}
