import { type ApiCall, quoted } from '../../snippets.ts';
import { restoreRequest, type WizardState } from './wizard-state.ts';

interface Asked {
  projectId: string;
  clusterName: string;
  /** Of the cluster: which of Atlas' routes it answers on. */
  tier: string | undefined;
  state: WizardState;
}

/** The restore as a program asks for it. Atlas' own clients know whole restores only. */
export function restoreCalls({ projectId, clusterName, tier = 'FLEX', state }: Asked): ApiCall[] {
  const asked = restoreRequest({ ...state, snapshotId: state.snapshotId || 'SNAPSHOT', target: state.target || 'TARGET' });
  const path = `/api/lifeboat/v1/projects/${projectId}/clusters/${encodeURIComponent(clusterName)}/restoreJobs`;
  const words = `restores start ${quoted(clusterName)} --snapshot ${asked.snapshotId} --target ${quoted(asked.targetClusterName)}${optionWords(asked)}`;
  const isWhole = state.chosen === null && !state.keep && state.mode === 'staged';
  return [
    { title: 'Say what it would do', method: 'POST', path, body: { ...asked, dryRun: true }, lifeboat: `${words} --dry-run` },
    {
      title: 'Restore',
      method: 'POST',
      path,
      body: asked,
      lifeboat: `${words} --wait`,
      ...(isWhole && {
        atlas: `backups restores start automated --clusterName ${quoted(clusterName)} --snapshotId ${asked.snapshotId} --targetClusterName ${quoted(asked.targetClusterName)} --targetProjectId ${asked.targetProjectId ?? projectId} --projectId ${projectId}`,
        sdk: sdkCall(tier, projectId, clusterName, asked),
      }),
    },
  ];
}

type Request = ReturnType<typeof restoreRequest>;

function optionWords(asked: Request): string {
  const lists = [
    ['--ns-include', asked.nsInclude],
    ['--ns-from', asked.nsFrom],
    ['--ns-to', asked.nsTo],
  ] as const;
  return [
    ...(asked.targetProjectId ? [`--target-project ${asked.targetProjectId}`] : []),
    ...lists.flatMap(([option, list]) => (list ?? []).map((value) => `${option} ${quoted(value)}`)),
    ...(asked.keep ? ['--keep'] : []),
    ...(asked.mode ? ['--in-place'] : []),
    ...(asked.onUnsupported ? ['--on-unsupported warn'] : []),
    ...(asked.safetySnapshot === false ? ['--no-safety-snapshot'] : []),
  ]
    .map((word) => ` ${word}`)
    .join('');
}

function sdkCall(
  tier: string,
  projectId: string,
  clusterName: string,
  { snapshotId, targetClusterName, targetProjectId = projectId }: Request,
): string {
  const [project, cluster, snapshot, target, targetProject] = [projectId, clusterName, snapshotId, targetClusterName, targetProjectId].map(
    (text) => JSON.stringify(text),
  );
  if (tier === 'FLEX')
    return `FlexRestoreJobsApi.CreateFlexBackupRestoreJob(ctx, ${project}, ${cluster}, &admin.FlexBackupRestoreJobCreate20241113{
	SnapshotId: ${snapshot}, TargetDeploymentItemName: ${target}, TargetProjectId: admin.PtrString(${targetProject}),
}).Execute()`;
  if (tier === 'M2' || tier === 'M5')
    return `SharedTierRestoreJobsApi.CreateSharedClusterBackupRestoreJob(ctx, ${cluster}, ${project}, &admin.TenantRestore{
	SnapshotId: ${snapshot}, TargetDeploymentItemName: ${target}, TargetProjectId: admin.PtrString(${targetProject}),
}).Execute()`;
  return `CloudBackupsApi.CreateBackupRestoreJob(ctx, ${project}, ${cluster}, &admin.DiskBackupSnapshotRestoreJob{
	DeliveryType: "automated", SnapshotId: admin.PtrString(${snapshot}), TargetClusterName: admin.PtrString(${target}), TargetGroupId: admin.PtrString(${targetProject}),
}).Execute()`;
}
