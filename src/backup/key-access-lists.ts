import type { Clock } from '../clock.ts';
import { deleteKeyAccess, findKeyAccess, insertKeyAccess, type KeyAccessRow, listKeyAccess } from '../db/access-lists.ts';
import type { Db } from '../db/connection.ts';
import { Problem } from '../errors.ts';
import type { Id } from '../ids.ts';
import type { Listed, Page } from '../page.ts';
import type { ApiKeys } from './api-keys.ts';
import type { Actor } from './caller.ts';
import { recordEvent } from './events.ts';
import { contains, type IpBlock } from './ip-block.ts';

/** An entry of a key's access list, and how it was used. */
export type KeyAccess = KeyAccessRow;

/** Whether a key with this access list may be used from an address: from everywhere while the list is empty. Answers the entries that say so. */
export function passes(accessList: readonly IpBlock[], address: string): { mayPass: boolean; through: IpBlock[] } {
  const through = accessList.filter((block) => contains(block, address));
  return { mayPass: accessList.length === 0 || through.length > 0, through };
}

/** From where an API key may be used. What one can do here cannot lock the operator out: keys are made at the machine too (`lifeboat keys`). */
export class KeyAccessLists {
  readonly #db: Db;
  readonly #clock: Clock;
  readonly #keys: ApiKeys;

  constructor(db: Db, clock: Clock, keys: ApiKeys) {
    this.#db = db;
    this.#clock = clock;
    this.#keys = keys;
  }

  /** In the order they were made. */
  async list(organizationId: Id, keyId: string, page: Page): Promise<Listed<KeyAccess>> {
    const key = await this.#keys.get(organizationId, keyId);
    return listKeyAccess(this.#db, key.id, page);
  }

  /** Throws `access-entry-not-found`. */
  async get(organizationId: Id, keyId: string, block: IpBlock): Promise<KeyAccess> {
    const key = await this.#keys.get(organizationId, keyId);
    const found = await findKeyAccess(this.#db, key.id, block);
    if (!found) throw new Problem('access-entry-not-found', [block, key.publicKey]);
    return found;
  }

  /** Those that are there already stay as they are. */
  async add(organizationId: Id, keyId: string, blocks: IpBlock[], by?: Actor): Promise<void> {
    const key = await this.#keys.get(organizationId, keyId);
    await this.#db.transaction().execute(async (transaction) => {
      const added: IpBlock[] = [];
      for (const block of blocks) if (await insertKeyAccess(transaction, key.id, block, this.#clock.now())) added.push(block);
      for (const subject of added) {
        await recordEvent(transaction, this.#clock, { type: 'API_KEY_ACCESS_LIST_ENTRY_ADDED', subject, by, organizationId });
      }
    });
  }

  /** Throws `access-entry-not-found`. */
  async remove(organizationId: Id, keyId: string, block: IpBlock, by?: Actor): Promise<void> {
    const key = await this.#keys.get(organizationId, keyId);
    await this.#db.transaction().execute(async (transaction) => {
      if (!(await deleteKeyAccess(transaction, key.id, block))) throw new Problem('access-entry-not-found', [block, key.publicKey]);
      await recordEvent(transaction, this.#clock, { type: 'API_KEY_ACCESS_LIST_ENTRY_DELETED', subject: block, by, organizationId });
    });
  }
}
