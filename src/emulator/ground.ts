import { type EmulatorFolder, takeFolder } from './data-folder.ts';
import { type Guard, startGuard } from './guard.ts';
import { type EmulatorMongo, type MongoPlan, type MongoSource, openMongo, planMongo } from './mongodb.ts';
import { type EmulatorPostgres, startPostgres } from './postgres.ts';

export interface Servers {
  postgres: EmulatorPostgres;
  mongo: EmulatorMongo;
}

/**
 * What an emulator stands on: its folder, and two servers in it, which start in processes of their own while this one still loads the rest of Lifeboat. A warm start takes half as long
 * so, and this room must therefore load little.
 */
export class Ground {
  readonly folder: EmulatorFolder;
  readonly #guard: Guard;
  readonly #plan: MongoPlan;
  readonly #postgres: Promise<EmulatorPostgres>;
  #mongo: Promise<EmulatorMongo> | null = null;

  private constructor(folder: EmulatorFolder, guard: Guard, plan: MongoPlan) {
    this.folder = folder;
    this.#guard = guard;
    this.#plan = plan;
    this.#postgres = startPostgres(folder.path);
    // Whoever asks for the servers is told.
    this.#postgres.catch(() => {});
    // One that runs already is reached when it is asked for: a process that loads modules may be deaf for longer than it is waited for.
    if (!('uri' in plan)) this.#openMongo().catch(() => {});
  }

  /** `named` as {@link takeFolder} takes it. Throws `mongodb-missing`, `not-an-emulator`, `data-folder-in-use`. */
  static async take(named: string | null, source: MongoSource): Promise<Ground> {
    const plan = await planMongo(source);
    const folder = await takeFolder(named);
    const guard = startGuard(folder.path, named === null);
    return new Ground(folder, guard, plan);
  }

  /** As soon as both answer. */
  async servers(): Promise<Servers> {
    const [postgres, mongo] = await Promise.all([this.#postgres, this.#openMongo()]);
    return { postgres, mongo };
  }

  #openMongo(): Promise<EmulatorMongo> {
    this.#mongo ??= openMongo(this.#plan, this.folder.path, (pid) => this.#guard.watchMongo(pid));
    return this.#mongo;
  }

  /** Nothing of it is left; what still starts is waited for. */
  async leave(): Promise<void> {
    const servers = await Promise.allSettled([this.#postgres, this.#mongo]);
    await Promise.all(servers.map((server) => (server.status === 'fulfilled' ? server.value?.stop().catch(() => {}) : null)));
    await this.folder.remove();
    this.#guard.dismiss();
  }
}
