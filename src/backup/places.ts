import type { Db } from '../db/connection.ts';
import { findPlace } from '../db/places.ts';
import { Problem } from '../errors.ts';
import { isId } from '../ids.ts';
import type { Cluster } from './cluster.ts';
import { clusterFromRow, isClusterName } from './clusters.ts';
import type { Project } from './projects.ts';
import type { RestoreJob } from './restore-job.ts';
import { restoreFromRow } from './restore-rows.ts';

/** What a path names, as far as it goes and as far as it is there. */
export interface Place {
  project: Project;
  cluster: Cluster | null;
  /** Of that cluster. */
  restoreJob: RestoreJob | null;
}

export interface NamedPlace {
  projectId: string;
  clusterName?: string | undefined;
  restoreJobId?: string | undefined;
}

export class Places {
  readonly #db: Db;

  constructor(db: Db) {
    this.#db = db;
  }

  /**
   * Reads all of it in one statement, since round trips to the database are what most requests consist of. Throws `invalid-project-id` or
   * `project-not-found`.
   */
  async find({ projectId, clusterName = '', restoreJobId = '' }: NamedPlace): Promise<Place> {
    if (!isId(projectId)) throw new Problem('invalid-project-id', [projectId]);
    // What no cluster and no job can be called is not asked for: PostgreSQL refuses some texts (NUL) even in a question.
    const { project, cluster, restoreJob } = await findPlace(this.#db, {
      projectId,
      clusterName: isClusterName(clusterName) ? clusterName : null,
      restoreJobId: isId(restoreJobId) ? restoreJobId : null,
    });
    if (!project) throw new Problem('project-not-found', [projectId]);
    return { project, cluster: cluster && clusterFromRow(cluster), restoreJob: restoreJob && restoreFromRow(restoreJob) };
  }
}
