import { isProblem } from '../errors.ts';
import { objectsOf } from './snapshot-objects.ts';
import type { Vault } from './vault.ts';

/** Every object that the manifests name. A snapshot never changes, so each is read once; what a deleted one named stays in, which only keeps more. */
export class UsedObjects {
  readonly keys = new Set<string>();
  readonly #read = new Set<string>();

  /**
   * Reads the snapshots that were not read yet, but for `except`. Throws `object-missing` or `object-damaged` when a manifest cannot be read: what it uses
   * is not known then, and nothing may be called garbage (G3).
   */
  async addSnapshots(vault: Vault, except: ReadonlySet<string>, signal?: AbortSignal): Promise<void> {
    for await (const id of vault.listSnapshots()) {
      signal?.throwIfAborted();
      if (this.#read.has(id) || except.has(id)) continue;
      await this.#add(vault, id);
      this.#read.add(id);
    }
  }

  async #add(vault: Vault, snapshotId: string): Promise<void> {
    try {
      for await (const key of objectsOf(vault.access, snapshotId)) this.keys.add(key);
    } catch (error) {
      const isGone = isProblem(error, 'object-missing') && !(await vault.hasSnapshot(snapshotId));
      if (!isGone) throw error; // Deleted while it was read: it uses nothing any more.
    }
  }
}
