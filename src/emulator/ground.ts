import { type EmulatorFolder, takeFolder } from './data-folder.ts';
import { type Guard, startGuard } from './guard.ts';
import { type EmulatorMongo, type MongoSource, openMongo, planMongo } from './mongodb.ts';
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
  readonly #postgres: Promise<EmulatorPostgres>;
  readonly #mongo: Promise<EmulatorMongo>;

  private constructor(folder: EmulatorFolder, guard: Guard, postgres: Promise<EmulatorPostgres>, mongo: Promise<EmulatorMongo>) {
    this.folder = folder;
    this.#guard = guard;
    this.#postgres = postgres;
    this.#mongo = mongo;
    // Whoever asks for the servers is told.
    for (const server of [postgres, mongo]) server.catch(() => {});
  }

  /** `named` as {@link takeFolder} takes it. Throws `mongodb-missing`, `not-an-emulator`, `data-folder-in-use`. */
  static async take(named: string | null, source: MongoSource): Promise<Ground> {
    const plan = await planMongo(source);
    const folder = await takeFolder(named);
    const guard = startGuard(folder.path, named === null);
    const mongo = openMongo(plan, folder.path, (pid) => guard.watchMongo(pid));
    return new Ground(folder, guard, startPostgres(folder.path), mongo);
  }

  /** As soon as both answer. */
  async servers(): Promise<Servers> {
    const [postgres, mongo] = await Promise.all([this.#postgres, this.#mongo]);
    return { postgres, mongo };
  }

  /** Nothing of it is left; what still starts is waited for. */
  async leave(): Promise<void> {
    const servers = await Promise.allSettled([this.#postgres, this.#mongo]);
    await Promise.all(servers.map((server) => (server.status === 'fulfilled' ? server.value.stop().catch(() => {}) : null)));
    await this.folder.remove();
    this.#guard.dismiss();
  }
}
