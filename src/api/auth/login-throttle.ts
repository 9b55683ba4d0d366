import { networkOf } from '../../backup/ip-block.ts';
import { realMilliseconds } from '../../clock.ts';
import { Lane } from '../../lane.ts';
import { Failures, type Limit } from './failures.ts';

/** Wrong answers that one address may give for one name before it is throttled, and how fast they are forgiven. */
const OF_NAME = { burst: 20, perSecond: 0.5 };
/** The same for all names together, so that names cannot be tried one after the other. */
const OF_ADDRESS = { burst: 100, perSecond: 2 };
/** Checks of throttled sources that run at once, and that wait: they never take the database from everybody else. */
const LANE_WIDTH = 2;
const LANE_LENGTH = 1000;
const LONGEST_NAME = 40;

export interface Source {
  /** Canonical. */
  address: string;
  /** The public key or client id that is claimed. */
  name: string;
}

export type Checked<T> = { right: T } | { wrong: 'refused' } | { wrong: 'throttled'; retryAfterSeconds: number };

/**
 * Slows down who guesses, without locking out who knows: keys are random, so no guess will ever be right, and what there is to protect is our
 * work. A source that failed too often has its answers checked in a narrow lane, and the wrong ones are told to wait; a right one passes
 * even then, so nobody can shut a key's owner out by failing in its name.
 */
export class LoginThrottle {
  readonly #failures: Failures;
  readonly #lane = new Lane(LANE_WIDTH);

  /** `now`: milliseconds of a clock that never goes back. */
  constructor(now: () => number = realMilliseconds) {
    this.#failures = new Failures(now);
  }

  /** Sources remembered now. */
  get size(): number {
    return this.#failures.size;
  }

  /** Runs `check`, which answers `null` for wrong credentials and is told whether its source is throttled. */
  async run<T>(source: Source, check: (isThrottled: boolean) => Promise<T | null>): Promise<Checked<T>> {
    const wait = this.#waitOf(source);
    if (wait > 0 && this.#lane.length >= LANE_LENGTH) return { wrong: 'throttled', retryAfterSeconds: wait };
    const right = wait > 0 ? await this.#lane.run(() => check(true)) : await check(false);
    if (right !== null) return { right };
    for (const [key, limit] of bucketsOf(source)) this.#failures.add(key, limit);
    return wait > 0 ? { wrong: 'throttled', retryAfterSeconds: wait } : { wrong: 'refused' };
  }

  /** Seconds until a wrong answer of this source is forgiven; 0 when it is not throttled. */
  #waitOf(source: Source): number {
    return Math.max(...bucketsOf(source).map(([key, limit]) => this.#failures.secondsToWait(key, limit)));
  }
}

function bucketsOf({ address, name }: Source): [string, Limit][] {
  const place = networkOf(address);
  return [
    [place, OF_ADDRESS],
    [`${place} ${name.slice(0, LONGEST_NAME)}`, OF_NAME],
  ];
}
