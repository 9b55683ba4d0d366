import type { Clock } from '../clock.ts';
import { deleteProjectAccess, findProjectAccess, listProjectAccess, type ProjectAccessRow, putProjectAccess } from '../db/access-lists.ts';
import type { Db, Queryable } from '../db/connection.ts';
import { Problem } from '../errors.ts';
import type { Id } from '../ids.ts';
import type { Listed, Page } from '../page.ts';
import type { Actor } from './caller.ts';
import type { NewEvent } from './event.ts';
import { recordEvent } from './events.ts';

/** An entry of a project's access list: a block, or an AWS security group. In Atlas it opens the project's databases; here it is kept and shown. */
export type ProjectAccess = ProjectAccessRow;

export interface NewProjectAccess {
  entry: string;
  comment: string | null;
  deleteAfterDate: Date | null;
}

export class ProjectAccessLists {
  readonly #db: Db;
  readonly #clock: Clock;

  constructor(db: Db, clock: Clock) {
    this.#db = db;
    this.#clock = clock;
  }

  /** In the order they were made, without those whose time is over. */
  async list(projectId: Id, page: Page): Promise<Listed<ProjectAccess>> {
    return listProjectAccess(this.#db, projectId, this.#clock.now(), page);
  }

  /** Throws `project-access-entry-not-found`. */
  async get(projectId: Id, entry: string): Promise<ProjectAccess> {
    return this.#find(this.#db, projectId, entry);
  }

  /** One that is there gets the new comment and date. */
  async put(projectId: Id, entries: NewProjectAccess[], by?: Actor): Promise<void> {
    await this.#db.transaction().execute(async (transaction) => {
      const events: NewEvent[] = [];
      for (const entry of entries) {
        const isNew = await putProjectAccess(transaction, { projectId, createdAt: this.#clock.now(), ...entry });
        const type = isNew ? 'NETWORK_PERMISSION_ENTRY_ADDED' : 'NETWORK_PERMISSION_ENTRY_UPDATED';
        events.push({ type, subject: entry.entry, by, projectId });
      }
      for (const event of events) await recordEvent(transaction, this.#clock, event);
    });
  }

  /** Throws `project-access-entry-not-found`. */
  async remove(projectId: Id, entry: string, by?: Actor): Promise<void> {
    await this.#db.transaction().execute(async (transaction) => {
      await this.#find(transaction, projectId, entry);
      await deleteProjectAccess(transaction, projectId, entry);
      await recordEvent(transaction, this.#clock, { type: 'NETWORK_PERMISSION_ENTRY_REMOVED', subject: entry, by, projectId });
    });
  }

  async #find(db: Queryable, projectId: Id, entry: string): Promise<ProjectAccess> {
    const found = await findProjectAccess(db, projectId, entry);
    const isOver = found?.deleteAfterDate && found.deleteAfterDate <= this.#clock.now();
    if (!found || isOver) throw new Problem('project-access-entry-not-found', [entry, projectId]);
    return found;
  }
}
