import { DAY, HOUR } from '../clock.ts';
import type { Id } from '../ids.ts';
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
  /** Those that were found damaged, however old they are. */
  damaged: readonly Id[];
  /** The newest that has ended. */
  lastDrill: Pick<Drill, 'verdict' | 'cancelled'> | null;
  /** When the schedule asked for a snapshot last; `null` where it never did. */
  lastDueAt: Date | null;
  /** Of a cluster whose restores are rehearsed by a schedule, which says how old a proof may become: whether the newest is older. */
  overdueProof?: OverdueProof | null | undefined;
}

/** A snapshot takes its time, and a busy deployment has others before it. */
export const PATIENCE = 2 * HOUR;
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
  const newest = completed.find(isOfDeployment);
  if (newest && newest.scheduledAt >= lastDueAt) return [];
  const what = newest ? `The newest snapshot is of ${newest.scheduledAt.toISOString()}` : 'There is no snapshot of it';
  const message = `${what}, and the schedule asked for one at ${lastDueAt.toISOString()}.`;
  return [{ code: 'snapshot-overdue', severity: 'critical', message, hint: 'Does a worker run, and is the deployment there?' }];
}

/** What was read from a dump says nothing of how the deployment is now. */
const isOfDeployment = ({ imported }: Snapshot) => !imported;

function ofDamage({ damaged }: ClusterFacts): Attention[] {
  if (damaged.length === 0) return [];
  const message = `${damaged.length === 1 ? 'A snapshot is' : `${damaged.length} snapshots are`} damaged in the vault (${damaged.join(', ')}).`;
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
  const failed = ofDrill(lastDrill);
  // A drill that fails is no reason not to say that the objective is missed, but the reason for it.
  if (overdueProof !== undefined) return [...failed, ...(overdueProof ? [proofOverdue(overdueProof)] : [])];
  const hint = 'Run a drill: it restores the newest snapshot beside the data, compares, and leaves nothing.';
  if (!lastProven)
    return failed.length > 0 ? failed : [{ code: 'never-proven', severity: 'warning', message: 'No restore of it was ever proven.', hint }];
  const days = Math.floor((now.getTime() - lastProven.at.getTime()) / DAY);
  if (days < PROVEN_WITHIN_DAYS) return failed;
  return [...failed, { code: 'proof-too-old', severity: 'warning', message: `The newest proven restore is ${days} days old.`, hint }];
}

function ofDrill(lastDrill: ClusterFacts['lastDrill']): Attention[] {
  if (!lastDrill || lastDrill.cancelled || (lastDrill.verdict !== 'differs' && lastDrill.verdict !== 'failed')) return [];
  const isOther = lastDrill.verdict === 'differs';
  const message = isOther ? 'The last drill found differences between the snapshot and what was restored.' : 'The last drill failed.';
  return [{ code: 'drill-failed', severity: isOther ? 'critical' : 'warning', message }];
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

/** So many snapshots before the newest say what is usual. */
const USUAL_OF = 10;
/** How much worse than usual a snapshot may compress, as a part of its data. What is encrypted does not compress at all. */
const WORSE_BY = 0.2;
/** With fewer before it, or less data, one is like no other anyway. */
const ENOUGH = { snapshots: 3, bytes: 1024 * 1024 };

/** A sudden change of what the deployment holds: much of it deleted, or encrypted by somebody who wants money for it. */
function ofSize({ completed }: ClusterFacts): Attention[] {
  const [newest, ...before] = completed.filter(isOfDeployment);
  const usual = before.slice(0, USUAL_OF);
  if (!newest || usual.length === 0) return [];
  const found: Attention[] = [];
  const hint = 'Keep the older snapshots longer, until it is known why.';
  for (const [what, of] of [
    ['bytes', ({ logicalBytes }: Snapshot) => logicalBytes ?? 0],
    ['documents', ({ documents }: Snapshot) => documents ?? 0],
  ] as const) {
    const [now, then] = [of(newest), median(usual.map(of))];
    if (found.length > 0 || now >= then / 2) continue;
    const message = `The newest snapshot has ${now} ${what}, where ${then} are usual: more than half is gone.`;
    found.push({ code: 'size-dropped', severity: 'warning', message, hint });
  }
  const [now, then] = [storedPart(newest), median(usual.map(storedPart))];
  if (usual.length >= ENOUGH.snapshots && (newest.logicalBytes ?? 0) >= ENOUGH.bytes && now > then + WORSE_BY) {
    const message = `The newest snapshot compresses to ${percent(now)} of its data, where ${percent(then)} is usual: was the data encrypted?`;
    found.push({ code: 'hard-to-compress', severity: 'warning', message, hint });
  }
  return found;
}

function storedPart({ storedBytes, logicalBytes }: Snapshot): number {
  return logicalBytes ? (storedBytes ?? 0) / logicalBytes : 0;
}

const percent = (part: number) => `${Math.round(part * 100)} %`;

function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
