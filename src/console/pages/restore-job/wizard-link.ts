import type { RestoreJob, RestoreJobOptions } from '../../api/restores.ts';
import { plainName, restoreRequest, type WizardState, writeWizard } from '../restore/wizard-state.ts';

/** The wizard with the answers of a job, ready to be looked at and started again; `null` where the wizard could not ask for exactly the same collections. */
export function wizardLink(projectId: string, job: RestoreJob): string | null {
  const { nsInclude = [], nsFrom = [], nsTo = [], keep = false, mode = 'staged', onUnsupported = 'fail' } = job.options;
  const renamed = (from: string) => {
    const to = nsTo[nsFrom.indexOf(from)];
    return to === undefined ? '' : plainName(to);
  };
  const state: WizardState = {
    step: 'check',
    snapshotId: job.snapshotId,
    chosen: nsInclude.length > 0 ? nsInclude.map((from) => ({ from, to: renamed(from) })) : null,
    targetProjectId: job.targetProjectId === projectId ? '' : job.targetProjectId,
    target: job.targetClusterName,
    keep,
    mode,
    onUnsupported,
    safetySnapshot: true,
  };
  // Anything else would be another restore, perhaps a wider one: it replaces what the job did not.
  if (namespacesOf(restoreRequest(state)) !== namespacesOf(job.options)) return null;
  return `/p/${projectId}/clusters/${encodeURIComponent(job.clusterName)}/restore?${writeWizard(state)}`;
}

function namespacesOf({ nsInclude = [], nsExclude = [], nsFrom = [], nsTo = [] }: RestoreJobOptions): string {
  return JSON.stringify([nsInclude, nsExclude, nsFrom, nsTo]);
}
