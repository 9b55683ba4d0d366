import { type Clock, DAY } from '../clock.ts';
import { Problem } from '../errors.ts';
import type { EmulatorClock } from './emulator-clock.ts';
import type { Holds } from './holds.ts';
import type { World } from './world.ts';

/** Each moment on the way is lived through; a slip of the keyboard should not take hours. */
const FARTHEST = 3660 * DAY;

/** What time brings with it, in order: the clock stops at every moment at which something is due, and goes on when that is done. */
export class EmulatedTime {
  readonly #clock: EmulatorClock;
  readonly #world: () => World;
  readonly #holds: Holds;
  #last: Promise<unknown> = Promise.resolve();

  constructor(clock: EmulatorClock, holds: Holds, world: () => World) {
    this.#clock = clock;
    this.#holds = holds;
    this.#world = world;
  }

  get clock(): Clock & Pick<EmulatorClock, 'isFrozen'> {
    return this.#clock;
  }

  /** Throws `clock-backwards`, and `work-under-way` where work takes too long. One after the other. */
  advanceTo(target: Date): Promise<void> {
    return this.#inTurn(() => this.#advance(() => target));
  }

  /** From where the clock stands when its turn comes. */
  advanceBy(milliseconds: number): Promise<void> {
    return this.#inTurn(() => this.#advance((now) => new Date(now.getTime() + milliseconds)));
  }

  async #advance(to: (now: Date) => Date): Promise<void> {
    const clock = this.#clock;
    const wasFrozen = clock.isFrozen;
    // Or one that runs would be beyond a target that is near.
    clock.freeze(true);
    try {
      const target = to(clock.now());
      if (target.getTime() - clock.now().getTime() > FARTHEST)
        throw new Problem('invalid-value', ['now', 'ten years at once are the most']);
      if (target < clock.now()) clock.set(target);
      const world = this.#world();
      for (;;) {
        await this.#live(world);
        const next = first(await world.nextMoment(), this.#holds.next);
        if (next === null || next > target) break;
        this.#set(next);
      }
      this.#set(target);
      await this.#live(world);
    } finally {
      clock.freeze(wasFrozen);
    }
  }

  freeze(isFrozen: boolean): Promise<void> {
    return this.#inTurn(async () => this.#clock.freeze(isFrozen));
  }

  /** Once a second while the clock runs. */
  tick(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#clock.isFrozen) return;
      this.#holds.moved(this.#clock.now());
      await this.#world().dropCancelled();
      await this.#world().runSchedules();
    });
  }

  /** For a reset: nothing else moves meanwhile. */
  alone<T>(work: () => Promise<T>): Promise<T> {
    return this.#inTurn(work);
  }

  #set(now: Date): void {
    this.#clock.set(now);
    this.#holds.moved(now);
  }

  /** Throws `work-under-way`: the clock stays where it is. */
  async #live(world: World): Promise<void> {
    await settled(world);
    await world.runSchedules();
    await settled(world);
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => {});
    return turn;
  }
}

async function settled(world: World): Promise<void> {
  const left = await world.settle();
  if (left !== null) throw new Problem('work-under-way', [left]);
}

function first(a: Date | null, b: Date | null): Date | null {
  if (a === null || b === null) return a ?? b;
  return a < b ? a : b;
}
