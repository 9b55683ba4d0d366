import { pause } from '../clock.ts';
import type { JobName } from '../jobs/definitions.ts';
import type { Handlers } from '../jobs/runner.ts';

/** How often it is looked whether the work is done while no job will tell: one is being picked up, or written off. */
const LOOK = 4;
/** While one is at work its end tells; that it waits for the clock now does not. */
const AT_WORK = 40;

/** The jobs that this process has begun. Who waits for their end hears of it, and leaves the database to those who work. */
export class WorkInHand {
  #jobs = 0;
  #change = Promise.withResolvers<void>();

  around(handlers: Handlers): Handlers {
    const counted = <N extends JobName>(name: N): Handlers[N] => {
      const handler = handlers[name] as (...given: Parameters<Handlers[N]>) => Promise<void>;
      const work = (...given: Parameters<Handlers[N]>) => {
        this.#now(1);
        return handler(...given).finally(() => this.#now(-1));
      };
      return work as Handlers[N];
    };
    return {
      ...handlers,
      'snapshot.take': counted('snapshot.take'),
      'snapshot.verify': counted('snapshot.verify'),
      'restore.run': counted('restore.run'),
    };
  }

  /** Resolves when it is worth looking again. `held`: how many of them wait for the clock. */
  async change(held: number): Promise<void> {
    await Promise.race([this.#change.promise, pause(this.#jobs > held ? AT_WORK : LOOK)]);
  }

  #now(more: number): void {
    this.#jobs += more;
    const { resolve } = this.#change;
    this.#change = Promise.withResolvers();
    resolve();
  }
}
