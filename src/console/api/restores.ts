import type { components } from './served.d.ts';

type Schemas = components['schemas'];

/** Where the routes of a project begin in the document. */
const PROJECT = '/api/lifeboat/v1/projects/{projectId}';
export const RESTORES = `${PROJECT}/clusters/{clusterName}/restoreJobs` as const;
export const RESTORE = `${RESTORES}/{restoreJobId}` as const;

export type Forecast = Schemas['RestoreForecast'];
export type Impact = Schemas['Impact'];

/** What was done, or of a failed one what is different; every field is a version's own. */
export interface Verification {
  collections?: number;
  documents?: number;
  bytes?: number;
  indexes?: number;
  warnings?: string[];
  differences?: string[];
  /** Collections of the target that the snapshot lacks: gone. */
  removed?: string[];
  /** Those that came to be while it ran: left. */
  appeared?: string[];
  /** Made anew by somebody in the very place of one that was replaced: gone with the old data. */
  discarded?: string[];
}

/** How a restore was asked for, as the job keeps it. */
export interface RestoreJobOptions {
  nsInclude?: string[];
  nsExclude?: string[];
  nsFrom?: string[];
  nsTo?: string[];
  keep?: boolean;
  mode?: 'staged' | 'in-place';
  onUnsupported?: 'fail' | 'warn';
  resumes?: string;
}

export type RestoreJob = Omit<Schemas['RestoreJob'], 'verification' | 'options'> & {
  verification?: Verification;
  options: RestoreJobOptions;
};

/** Whether all of the snapshot was asked for, under its own names. */
export function isWhole({ nsInclude = [], nsExclude = [], nsFrom = [] }: RestoreJobOptions): boolean {
  return nsInclude.length + nsExclude.length + nsFrom.length === 0;
}
