import type { Db } from '../db/connection.ts';
import { findOrganization, renameOrganization } from '../db/organizations.ts';
import { Problem } from '../errors.ts';
import { type Id, isId } from '../ids.ts';

export interface Organization {
  id: Id;
  name: string;
  createdAt: Date;
}

export class Organizations {
  readonly #db: Db;

  constructor(db: Db) {
    this.#db = db;
  }

  /** Throws `invalid-organization-id` or `organization-not-found`. */
  async get(id: string): Promise<Organization> {
    if (!isId(id)) throw new Problem('invalid-organization-id', [id]);
    const found = await findOrganization(this.#db, id);
    if (!found) throw new Problem('organization-not-found', [id]);
    return found;
  }

  async rename(id: Id, name: string): Promise<Organization> {
    await renameOrganization(this.#db, id, name);
    return this.get(id);
  }
}
