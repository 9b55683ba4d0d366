import type { Clock } from '../clock.ts';
import { addApiKeyRoles } from '../db/api-keys.ts';
import { countClusters } from '../db/clusters.ts';
import type { Db } from '../db/connection.ts';
import { deleteProject, findProject, findProjectByName, insertProject, isNameTaken, listProjects, updateProject } from '../db/projects.ts';
import { addServiceAccountRoles } from '../db/service-accounts.ts';
import { addUserRoles } from '../db/users.ts';
import { Problem } from '../errors.ts';
import { type Id, isId, newId } from '../ids.ts';
import type { Listed, Page } from '../page.ts';
import { audited } from './audit-log.ts';
import type { Actor, Caller } from './caller.ts';
import type { Tag } from './cluster.ts';
import type { NewEvent } from './event.ts';
import { recordEvent, recorded } from './events.ts';
import { type Grant, isMember, permits } from './roles.ts';

/** What Atlas calls a project and, in paths, a group. */
export interface Project {
  id: Id;
  organizationId: Id;
  name: string;
  createdAt: Date;
  tags: Tag[];
  /** Atlas' project settings, where they were changed. */
  settings: Record<string, boolean>;
}

const ADD_ROLES = { 'api-key': addApiKeyRoles, 'service-account': addServiceAccountRoles, user: addUserRoles } as const;

export class Projects {
  readonly #db: Db;
  readonly #clock: Clock;

  constructor(db: Db, clock: Clock) {
    this.#db = db;
    this.#clock = clock;
  }

  /** Throws `invalid-project-id` or `project-not-found`. */
  async get(id: string): Promise<Project> {
    if (!isId(id)) throw new Problem('invalid-project-id', [id]);
    const found = await findProject(this.#db, id);
    if (!found) throw new Problem('project-not-found', [id]);
    return found;
  }

  /** `null` when there is none. */
  async findByName(organizationId: Id, name: string): Promise<Project | null> {
    // PostgreSQL refuses NUL even in a question.
    return name.includes('\0') ? null : findProjectByName(this.#db, organizationId, name);
  }

  /** Those of the organization that the grants reach, oldest first. `name`: a part of the name. */
  async list(organizationId: Id, grants: readonly Grant[], page: Page, name?: string): Promise<Listed<Project>> {
    const reachesAll = isMember(grants, { id: '', organizationId });
    const ids = reachesAll ? undefined : grants.flatMap(({ projectId }) => projectId ?? []);
    return listProjects(this.#db, organizationId, page, { ids, name });
  }

  /** How many clusters each has; a project without any is left out. */
  async clusterCounts(ids: readonly Id[]): Promise<Map<Id, number>> {
    return countClusters(this.#db, ids);
  }

  /** Throws `duplicate-project-name`. Who makes a project is its owner, where its organization roles do not say so already. */
  async create(input: { organizationId: Id; name: string; tags: Tag[] }, caller: Caller): Promise<Project> {
    const createdAt = this.#clock.now();
    const { organizationId, name, tags } = input;
    return this.#db.transaction().execute(async (transaction) => {
      const row = { id: newId(createdAt), organizationId, name, createdAt, tags: JSON.stringify(tags) };
      const project = await insertProject(transaction, row);
      if (!project) throw new Problem('duplicate-project-name', [name]);
      if (!permits(caller.grants, project, 'manage')) {
        await ADD_ROLES[caller.kind](transaction, caller.id, [{ roleName: 'GROUP_OWNER', organizationId, projectId: project.id }]);
      }
      await recordEvent(transaction, this.#clock, { type: 'GROUP_CREATED', projectId: project.id, by: caller });
      return project;
    });
  }

  /** Throws `duplicate-project-name`. */
  async update(
    project: Project,
    change: { name?: string; tags?: Tag[]; settings?: Record<string, boolean> },
    by?: Actor,
  ): Promise<Project> {
    const { name, settings } = change;
    const taken = name === undefined ? null : await findProjectByName(this.#db, project.organizationId, name);
    if (taken && taken.id !== project.id) throw new Problem('duplicate-project-name', [taken.name]);
    const merged = settings && { settings: { ...project.settings, ...settings } };
    const entry = { action: 'GROUP_CHANGED', projectId: project.id, subject: Object.keys(change).join(' '), by } as const;
    const updated = await audited(this.#db, this.#clock, entry, (transaction) =>
      updateProject(transaction, project.id, { ...change, ...merged }),
    ).catch((error) => {
      throw isNameTaken(error) ? new Problem('duplicate-project-name', [name!]) : error;
    });
    if (!updated) throw new Problem('project-not-found', [project.id]);
    return updated;
  }

  /** Throws `project-not-empty`. What it had stays in the vault. */
  async delete(project: Project, by?: Actor): Promise<void> {
    const event: NewEvent = { type: 'GROUP_DELETED', projectId: project.id, by };
    const isDeleted = await recorded(this.#db, this.#clock, event, (transaction) =>
      deleteProject(transaction, project.id, this.#clock.now()),
    );
    if (!isDeleted) throw new Problem('project-not-empty', [project.id]);
  }
}
