import type { Clock } from '../clock.ts';
import type { Db } from '../db/connection.ts';
import { findOrganization, renameOrganization } from '../db/organizations.ts';
import { Problem } from '../errors.ts';
import { type Id, isId } from '../ids.ts';
import { audited } from './audit-log.ts';
import type { Actor } from './caller.ts';

export interface Organization {
  id: Id;
  name: string;
  createdAt: Date;
}

export class Organizations {
  readonly #db: Db;

  readonly #clock: Clock;

  constructor(db: Db, clock: Clock) {
    this.#db = db;
    this.#clock = clock;
  }

  /** Throws `invalid-organization-id` or `organization-not-found`. */
  async get(id: string): Promise<Organization> {
    if (!isId(id)) throw new Problem('invalid-organization-id', [id]);
    const found = await findOrganization(this.#db, id);
    if (!found) throw new Problem('organization-not-found', [id]);
    return found;
  }

  async rename(id: Id, name: string, by?: Actor): Promise<Organization> {
    const entry = { action: 'ORGANIZATION_RENAMED', organizationId: id, subject: name, by } as const;
    await audited(this.#db, this.#clock, entry, (transaction) => renameOrganization(transaction, id, name));
    return this.get(id);
  }
}
