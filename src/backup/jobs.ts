import type { Db } from '../db/connection.ts';
import { type JobRow, listJobs } from '../db/jobs.ts';
import type { Id } from '../ids.ts';
import type { Listed, Page } from '../page.ts';
import type { Job, JobFilter, JobKind } from './job.ts';
import type { RestoreStatus } from './restore-job.ts';

/** The snapshots and restore jobs of a project in one list. */
export class Jobs {
  readonly #db: Db;

  constructor(db: Db) {
    this.#db = db;
  }

  /** Newest first, ties by id. */
  async list(projectId: Id, filter: JobFilter, page: Page): Promise<Listed<Job>> {
    const kinds = filter.kinds.map((kind) => (kind === 'snapshot' ? kind : kind.toUpperCase()));
    const { results, totalCount } = await listJobs(this.#db, projectId, { ...filter, kinds }, page);
    return { results: results.map(fromRow), totalCount };
  }
}

function fromRow(row: JobRow): Job {
  return { ...row, kind: row.kind.toLowerCase() as JobKind, status: row.status as RestoreStatus };
}
