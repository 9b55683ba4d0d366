import { networkOf } from '../../backup/ip-block.ts';
import { foldedName } from '../../backup/user.ts';
import { realMilliseconds } from '../../clock.ts';
import { Failures, type Limit } from './failures.ts';
import type { Checked, Source } from './login-throttle.ts';

/** Wrong passwords from one network for one name. */
const OF_NAME = { burst: 10, perSecond: 1 / 30 };
/** The same for all names together, so that names cannot be tried one after the other. */
const OF_NETWORK = { burst: 30, perSecond: 1 / 10 };
/** For one name from everywhere, so that many networks have no more guesses than one. */
const OF_NAME_EVERYWHERE = { burst: 50, perSecond: 1 / 30 };
/** Checks that run or wait at once: each takes a third of a second of a processor. */
const MOST_AT_ONCE = 64;
const BUSY_SECONDS = 5;
const LONGEST_NAME = 64;

/** No fault of who asks. */
export interface Busy {
  wrong: 'busy';
  retryAfterSeconds: number;
}

/**
 * Limits how often a password can be guessed. Unlike a key, a password may be right by luck, so a source that is throttled is not asked at all, right or
 * wrong; and an attempt counts from its beginning, so that a thousand at once are no way around. What a name has had from everywhere does not count in
 * the network where its user last signed in: who guesses from elsewhere cannot shut the user out.
 */
export class PasswordThrottle {
  readonly #failures: Failures;
  #running = 0;

  /** `now`: milliseconds of a clock that never goes back. */
  constructor(now: () => number = realMilliseconds) {
    this.#failures = new Failures(now);
  }

  /** Runs `check`, which answers `null` for a wrong password. `isFamiliar`: whether the user last signed in from there. */
  async run<T>({ address, name }: Source, isFamiliar: () => Promise<boolean>, check: () => Promise<T | null>): Promise<Checked<T> | Busy> {
    if (this.#running >= MOST_AT_ONCE) return { wrong: 'busy', retryAfterSeconds: BUSY_SECONDS };
    const [here, everywhere] = limitsOf(networkOf(address), foldedName(name).slice(0, LONGEST_NAME));
    const wait = this.#secondsToWait(here);
    if (wait > 0) return throttled(wait);
    const waitEverywhere = this.#secondsToWait(everywhere);
    const counted = [...here, ...everywhere];
    for (const [source, limit] of counted) this.#failures.add(source, limit);
    this.#running += 1;
    let isFailure = false;
    try {
      if (waitEverywhere > 0 && !(await isFamiliar())) return throttled(waitEverywhere);
      const right = await check();
      isFailure = right === null;
      return right === null ? { wrong: 'refused' } : { right };
    } finally {
      this.#running -= 1;
      if (!isFailure) for (const [source, limit] of counted) this.#failures.takeBack(source, limit);
    }
  }

  #secondsToWait(limits: [string, Limit][]): number {
    return Math.max(0, ...limits.map(([source, limit]) => this.#failures.secondsToWait(source, limit)));
  }
}

function limitsOf(network: string, name: string): [here: [string, Limit][], everywhere: [string, Limit][]] {
  const here: [string, Limit][] = [
    [network, OF_NETWORK],
    [`${network} ${name}`, OF_NAME],
  ];
  return [here, [[`* ${name}`, OF_NAME_EVERYWHERE]]];
}

function throttled(retryAfterSeconds: number): { wrong: 'throttled'; retryAfterSeconds: number } {
  return { wrong: 'throttled', retryAfterSeconds };
}
