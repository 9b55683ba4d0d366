import type { components } from '../../api/served.d.ts';

type JobProgress = components['schemas']['JobProgress'];

/** What a restore goes through, in the reader's words. */
export interface PhaseLine {
  title: string;
  state: 'done' | 'now' | 'todo' | 'failed';
}

interface Job {
  status: string;
  startedAt?: string | undefined;
  safetySnapshotId?: string | undefined;
  progress: JobProgress;
  options?: { mode?: string };
}

const LOADING = ['loading', 'indexing', 'verifying'];
const PREPARING = ['connecting', 'checking the snapshot', 'probing'];

/** The phases of a restore, or of a drill, and where it stands. */
export function phasesOf(job: Job, kind: 'restore' | 'drill' = 'restore'): PhaseLine[] {
  const last = kind === 'drill' ? 'Clean up' : 'Swap into place';
  const titles = [
    ...(job.safetySnapshotId ? ['Snapshot of the target'] : []),
    'Wait for a worker',
    'Prepare',
    'Load and prove',
    ...(job.options?.mode === 'in-place' ? [] : [last]),
  ];
  if (job.status === 'COMPLETED') return titles.map((title) => ({ title, state: 'done' }));
  const at = titles.indexOf(currentTitle(job, last));
  const isFailed = job.status === 'FAILED';
  return titles.map((title, place) => ({ title, state: place < at ? 'done' : place > at ? 'todo' : isFailed ? 'failed' : 'now' }));
}

function currentTitle({ status, startedAt, safetySnapshotId, progress, options }: Job, last: string): string {
  if (!startedAt && (status !== 'FAILED' || !progress.phase)) return safetySnapshotId ? 'Snapshot of the target' : 'Wait for a worker';
  if (status === 'QUEUED') return 'Wait for a worker';
  const phase = progress.phase ?? 'connecting';
  if (PREPARING.includes(phase)) return 'Prepare';
  return LOADING.includes(phase) || options?.mode === 'in-place' ? 'Load and prove' : last;
}

interface Failed {
  failure?: { code: string; message: string; hint?: string } | undefined;
  cancelled: boolean;
  safetySnapshotId?: string | undefined;
  options?: { mode?: string };
}

export interface AfterFailure {
  /** How the target is now. */
  target: string;
  /** What to do. */
  next: string;
  /** Whether going on with the same job may be what helps. */
  canResume: boolean;
}

const AS_BEFORE = 'The target is as it was before.';
/** By the code of the failure: what the reader does next, where its own hint does not say it. */
const NEXT: Readonly<Record<string, string>> = {
  'target-unavailable': 'Check that the target runs and that its connection string is right, then restore again.',
  'target-full': 'Make room on the disk of the target, restore fewer collections, or restore in place.',
  'unsupported-feature': 'Choose another target, or restore again and leave the feature out.',
  'snapshot-damaged': 'Repair the vault, or restore another snapshot.',
  'object-missing': 'Repair the vault, or restore another snapshot.',
  'object-damaged': 'Repair the vault, or restore another snapshot.',
  'safety-snapshot-failed': 'Look at why that snapshot failed; or restore again without taking one first.',
  'verification-failed':
    'Something changed or damaged the data on its way. Restore again; if it stays, look at the log of the worker and at the target’s disk.',
  'version-mismatch': 'Choose a target with the same major version as the snapshot.',
  'mongodb-failed': 'Mend what the target refused (mostly a missing privilege), then restore again.',
  'worker-lost': 'Look at the log of the workers: memory is the most frequent reason. Then restore again.',
};

/** What a failure leaves, and what to do next. */
export function afterFailure({ failure, cancelled, safetySnapshotId, options }: Failed): AfterFailure {
  const code = failure?.code ?? '';
  const undo = safetySnapshotId ? ' Or undo it: the safety snapshot brings back what stood there.' : '';
  if (code === 'partially-replaced')
    return { target: 'The target is partly replaced.', next: `Mend the reason, then resume.${undo}`, canResume: true };
  if (cancelled) return { target: AS_BEFORE, next: 'It was cancelled before anything was replaced.', canResume: false };
  if (options?.mode === 'in-place' && code === 'verification-failed')
    return {
      target: 'The target is as the restore left it, and differs from the snapshot.',
      next: `Restore again.${undo}`,
      canResume: true,
    };
  const mayBeMidway = code === 'mongodb-interrupted' || code === 'unexpected';
  const next = failure?.hint ?? NEXT[code] ?? 'Restore again when the reason is mended.';
  if (mayBeMidway)
    return {
      target: 'It may have stopped while the target was being replaced.',
      next: `${next} Resume goes on where it stopped; where nothing was replaced yet it says so.`,
      canResume: true,
    };
  return { target: AS_BEFORE, next, canResume: false };
}

/** What the message of `partially-replaced` lists; `null` where it lists nothing. */
export function standingOf(message: string): { replaced: string[]; asBefore: string[] } | null {
  const listed = /partially replaced: (?:replaced: (?<replaced>.*?))?(?:; )?(?:as before: (?<before>.*?))? \(/.exec(message)?.groups;
  if (!listed?.replaced && !listed?.before) return null;
  const names = (text: string | undefined) => (text ? text.split(/, | and (?=\d+ more$)/) : []);
  return { replaced: names(listed.replaced), asBefore: names(listed.before) };
}
