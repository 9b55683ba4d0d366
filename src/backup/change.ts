import type { Id } from '../ids.ts';
import type { JobProgress } from './restore-job.ts';

/** That something of a project is other than it was; what it is now is read where it stands. */
export interface Change {
  /** A drill apart, what restores and downloads are is a `restore`. */
  kind: 'snapshot' | 'restore' | 'drill' | 'cluster' | 'schedule' | 'event';
  id: Id;
  projectId: Id;
  clusterName?: string;
  /** Of a job; `DELETED` of what is gone; of an event, its type. */
  status?: string;
  progress?: JobProgress;
}
