import type { RestoreJob } from '../../api/restores.ts';
import { type ApiCall, quoted } from '../../snippets.ts';

/** What can be asked about a job, and done to it, by a program. */
export function jobCalls(projectId: string, { clusterName, id, status, safetySnapshotId }: RestoreJob): ApiCall[] {
  const path = `/api/lifeboat/v1/projects/${projectId}/clusters/${encodeURIComponent(clusterName)}/restoreJobs/${id}`;
  const words = (verb: string) => `restores ${verb} ${quoted(clusterName)} ${id}`;
  const [project, cluster, job] = [projectId, clusterName, id].map((text) => JSON.stringify(text));
  const hasEnded = status === 'COMPLETED' || status === 'FAILED';
  return [
    {
      title: 'Look at it',
      method: 'GET',
      path,
      lifeboat: words('show'),
      atlas: `backups restores describe ${id} --clusterName ${quoted(clusterName)} --projectId ${projectId}`,
      sdk: `FlexRestoreJobsApi.GetFlexBackupRestoreJob(ctx, ${project}, ${cluster}, ${job}).Execute()`,
    },
    ...(hasEnded ? [] : [{ title: 'Cancel it', method: 'POST', path: `${path}/cancel`, lifeboat: words('cancel') } as const]),
    ...(hasEnded && safetySnapshotId ? [{ title: 'Undo it', method: 'POST', path: `${path}/undo`, lifeboat: words('undo') } as const] : []),
    ...(status === 'FAILED' ? [{ title: 'Resume it', method: 'POST', path: `${path}/resume`, lifeboat: words('resume') } as const] : []),
  ];
}
