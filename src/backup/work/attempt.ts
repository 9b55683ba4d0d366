import { realMilliseconds } from '../../clock.ts';
import { isProblem, Problem } from '../../errors.ts';
import { RetryLater } from '../../jobs/definitions.ts';
import { failureOf } from '../job-failure.ts';
import type { JobFailure, JobProgress } from '../restore-job.ts';
import { RateMeter } from './rate-meter.ts';

/** Another worker has the job by now: whatever this one still does must not count. */
export class Superseded extends Error {
  constructor() {
    super('another worker has taken this job over');
    this.name = 'Superseded';
  }
}

/** Attempts that ended with a reason that may pass. */
export const FAILURE_LIMIT = 2;
/** Workers lost while they had the job. */
export const CRASH_LIMIT = 10;

/** Whether the job has lost so many workers that it is likely to be the reason. */
export function killsItsWorkers({ attempt, failures, handovers }: { attempt: number; failures: number; handovers: number }): boolean {
  return attempt - failures - handovers > CRASH_LIMIT;
}

/** Whether an earlier attempt had reached the deployment: then it is away for a while only, a restart perhaps. */
export function wasReached({ attempt, progress }: { attempt: number; progress: JobProgress }): boolean {
  return attempt > 1 && progress.phase !== undefined && progress.phase !== 'connecting';
}

const REPORT_MILLISECONDS = 500;

/**
 * The signs of life of one attempt: twice a second it writes the progress and reads back whether to go on. Its signal stops the work when the
 * worker stops, when the user cancels (the reason is the problem `cancelled`), and when another worker has taken over ({@link Superseded}).
 */
export class Attempt {
  readonly signal: AbortSignal;
  readonly #stop = new AbortController();
  readonly #write: (progress: JobProgress) => Promise<{ cancelRequested: boolean } | null>;
  readonly #timer: NodeJS.Timeout;
  readonly #meter = new RateMeter();
  #progress: JobProgress;
  #writing: Promise<void> = Promise.resolve();

  /** `write` answers `null` when the fence says that this attempt is over. */
  constructor(signal: AbortSignal, progress: JobProgress, write: (progress: JobProgress) => Promise<{ cancelRequested: boolean } | null>) {
    this.signal = AbortSignal.any([signal, this.#stop.signal]);
    this.#progress = progress;
    this.#write = write;
    this.#timer = setInterval(() => this.#beat(), REPORT_MILLISECONDS);
  }

  report(progress: JobProgress): void {
    this.#progress = progress;
  }

  get progress(): JobProgress {
    return this.#progress;
  }

  #beat(): void {
    this.#writing = this.#writing.then(async () => {
      try {
        const answer = await this.#write({ ...this.#progress, ...this.#meter.measure(this.#progress, realMilliseconds()) });
        if (answer === null) this.#stop.abort(new Superseded());
        else if (answer.cancelRequested) this.#stop.abort(new Problem('cancelled'));
      } catch {
        // The database could not be asked now. The commits that matter ask it themselves.
      }
    });
  }

  /** Ends the signs of life; the last one is written when this resolves. */
  async end(): Promise<void> {
    clearInterval(this.#timer);
    await this.#writing;
  }
}

export interface FailureRules {
  /** The worker's own signal: when it stops, the job is another worker's. */
  stopping: AbortSignal;
  /** Whether the reason may pass, so that another attempt makes sense. */
  mayPass(error: unknown): boolean;
  limit: number;
  retryAfterSeconds: number;
  /** Counts this failure; `null` when the fence says that this attempt is over. */
  count(): Promise<number | null>;
  /** Notes that the worker was stopped: the job goes to another. */
  handOver(): Promise<void>;
  /** Writes the end. */
  fail(failure: JobFailure, cancelled: boolean): Promise<void>;
}

/** What becomes of a job whose attempt threw: nothing (another has it), another attempt, or FAILED with the reason. */
export async function settleFailure(error: unknown, rules: FailureRules): Promise<void> {
  if (error instanceof Superseded) return;
  if (isProblem(error, 'cancelled')) return rules.fail(failureOf(error), true);
  if (rules.stopping.aborted) {
    await rules.handOver();
    throw error;
  }
  if (rules.mayPass(error)) {
    const failures = await rules.count();
    if (failures === null) return;
    if (failures < rules.limit) throw new RetryLater(rules.retryAfterSeconds, failureOf(error).message);
  }
  await rules.fail(failureOf(error), false);
}

/** Problems are final: they say what a user has to change. What else is thrown may pass, or is a defect that another attempt does not make worse. */
export function mayPass(error: unknown): boolean {
  return !isProblem(error) || isProblem(error, 'source-unavailable', 'target-unavailable', 'store-unavailable');
}
