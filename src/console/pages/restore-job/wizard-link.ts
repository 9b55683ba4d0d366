import type { RestoreJob } from '../../api/restores.ts';
import { plainName, writeWizard } from '../restore/wizard-state.ts';

/** The wizard with the answers of a job, ready to be looked at and started again. */
export function wizardLink(projectId: string, job: RestoreJob): string {
  const { nsInclude, nsFrom = [], nsTo = [], keep = false, mode = 'staged', onUnsupported = 'fail' } = job.options;
  const renamed = (from: string) => {
    const to = nsTo[nsFrom.indexOf(from)];
    return to === undefined ? '' : plainName(to);
  };
  const search = writeWizard({
    step: 'check',
    snapshotId: job.snapshotId,
    chosen: nsInclude?.map((from) => ({ from, to: renamed(from) })) ?? null,
    targetProjectId: job.targetProjectId === projectId ? '' : job.targetProjectId,
    target: job.targetClusterName,
    keep,
    mode,
    onUnsupported,
    safetySnapshot: true,
  });
  return `/p/${projectId}/clusters/${encodeURIComponent(job.clusterName)}/restore?${search}`;
}
