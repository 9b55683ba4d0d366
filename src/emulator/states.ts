import { constants } from 'node:fs';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { copyOut } from '../db/database-copy.ts';
import { Problem } from '../errors.ts';
import type { EmulatorMongo } from './mongodb.ts';
import type { EmulatorState, SavedState } from './state.ts';
import { saveDatabases } from './state-mongodb.ts';

export interface WorldPlaces {
  databaseUrl: string;
  /** Where its vault is. */
  vault: string;
  mongo: EmulatorMongo;
}

/** The states of an emulator that were saved, by name. They outlive a reset, and go with the emulator. */
export class States {
  readonly #folder: string;
  readonly #saved = new Map<string, { name: string; folder: string; now: string }>();
  #count = 0;

  constructor(folder: string) {
    this.#folder = folder;
  }

  get list(): { name: string; now: string }[] {
    return [...this.#saved.values()].map(({ name, now }) => ({ name, now }));
  }

  /** Throws `state-not-found`. */
  async find(name: string): Promise<SavedState> {
    const saved = this.#saved.get(name);
    if (!saved) throw new Problem('state-not-found', [name]);
    return readState(saved.folder);
  }

  /** In the place of what had the name. */
  async save(name: string, places: WorldPlaces, state: EmulatorState): Promise<void> {
    this.#count += 1;
    const folder = join(this.#folder, String(this.#count));
    await mkdir(folder, { recursive: true });
    await Promise.all([
      copyOut(places.databaseUrl, join(folder, 'postgres')),
      copyVault(places.vault, join(folder, 'vault')),
      saveDatabases(places.mongo, state.databasePrefix, join(folder, 'mongodb')),
    ]);
    await writeFile(join(folder, 'state.json'), JSON.stringify(state));
    const before = this.#saved.get(name);
    this.#saved.set(name, { name, folder, now: state.now });
    if (before) await rm(before.folder, { recursive: true, force: true });
  }

  /** Throws `state-not-found`. */
  async remove(name: string): Promise<void> {
    const { folder } = await this.find(name);
    this.#saved.delete(name);
    await rm(folder, { recursive: true, force: true });
  }
}

export async function readState(folder: string): Promise<SavedState> {
  return { folder, state: JSON.parse(await readFile(join(folder, 'state.json'), 'utf8')) };
}

/** Never by links: a fault may damage a file of one of them. */
export async function copyVault(from: string, to: string): Promise<void> {
  await cp(from, to, { recursive: true, mode: constants.COPYFILE_FICLONE, filter: (path) => !path.endsWith('.lock') });
}
