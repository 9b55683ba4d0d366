import type { Db } from '../db/connection.ts';
import { findProject, listProjects } from '../db/projects.ts';
import { Problem } from '../errors.ts';
import { type Id, isId } from '../ids.ts';
import type { Listed, Page } from '../page.ts';

/** What Atlas calls a project and, in paths, a group. */
export interface Project {
  id: Id;
  organizationId: Id;
  name: string;
  createdAt: Date;
}

export class Projects {
  readonly #db: Db;

  constructor(db: Db) {
    this.#db = db;
  }

  /** Throws `invalid-project-id` or `project-not-found`. */
  async get(id: string): Promise<Project> {
    if (!isId(id)) throw new Problem('invalid-project-id', [id]);
    const found = await findProject(this.#db, id);
    if (!found) throw new Problem('project-not-found', [id]);
    return found;
  }

  async list(organizationId: Id, page: Page): Promise<Listed<Project>> {
    return listProjects(this.#db, organizationId, page);
  }
}
