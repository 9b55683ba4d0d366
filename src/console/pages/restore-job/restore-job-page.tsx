import { Anchor, Button, Stack, Text } from '@mantine/core';
import { Link, Navigate, useParams } from 'react-router';
import { api } from '../../api/client.ts';
import { isWhole, RESTORE, type RestoreJob } from '../../api/restores.ts';
import { useMay, useProject } from '../../api/session.ts';
import { ApiHelp } from '../../parts/api-help.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { Loading } from '../../parts/loading.tsx';
import { Moment } from '../../parts/moment.tsx';
import { Page } from '../../parts/page.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { CancelButton } from './cancel-button.tsx';
import { jobCalls } from './job-calls.ts';
import { JobFailure } from './job-failure.tsx';
import { JobResult } from './job-result.tsx';
import { afterFailure, phasesOf } from './job-words.ts';
import { ResumeButton } from './resume-button.tsx';
import { RunningJob } from './running-job.tsx';
import { SafetySnapshot } from './safety-snapshot.tsx';
import { UndoButton } from './undo-button.tsx';
import { restoreKey, useRestoreJob } from './use-restore-job.ts';
import { wizardLink } from './wizard-link.ts';

/** A restore, live: how far it is, what it proved, or why it failed and what to do. */
export function RestoreJobPage() {
  const { clusterName = '', id = '' } = useParams();
  const { id: projectId } = useProject();
  const { data: job, error, refetch } = useRestoreJob(projectId, clusterName, id);
  const above = [
    { title: 'Overview', to: `/p/${projectId}` },
    { title: clusterName, to: `/p/${projectId}/clusters/${encodeURIComponent(clusterName)}` },
  ];
  if (!job)
    return (
      <Page title="Restore" above={above}>
        {error ? (
          <ErrorNotice error={error} title="The restore could not be read" onRetry={() => void refetch()} />
        ) : (
          <Loading what="Reading the restore…" />
        )}
      </Page>
    );
  if (job.deliveryType === 'DOWNLOAD')
    return <Navigate to={`/p/${projectId}/downloads/${encodeURIComponent(clusterName)}/${id}`} replace />;
  return (
    <Page
      title={`Restore into ${job.targetClusterName}`}
      beside={<StatusBadge status={job.status} cancelled={job.cancelled} />}
      above={above}
      actions={<Actions job={job} />}
    >
      <Description job={job} projectId={projectId} />
      {job.status === 'COMPLETED' && <JobResult job={job} />}
      {job.status === 'FAILED' && <JobFailure job={job} />}
      <RunningJob phases={phasesOf(job)} progress={job.progress} isRunning={job.status === 'RUNNING'} collections={job.collections} />
      {job.safetySnapshotId && <SafetySnapshot job={job} />}
    </Page>
  );
}

function Actions({ job }: { job: RestoreJob }) {
  const { id: projectId } = useProject();
  const mayRestore = useMay('restore');
  const hasEnded = job.status === 'COMPLETED' || job.status === 'FAILED';
  const path = { projectId, clusterName: job.clusterName, restoreJobId: job.id };
  const again = wizardLink(projectId, job);
  return (
    <>
      {mayRestore && !hasEnded && (
        <CancelButton
          what="restore"
          text="Once its target is being replaced it can no longer be cancelled; until then the target stays as it is, and what was loaded is removed."
          cancel={() => api.post(`${RESTORE}/cancel`, { path })}
          stale={restoreKey(projectId, job.clusterName, job.id)}
        />
      )}
      {mayRestore && job.status === 'FAILED' && afterFailure(job).canResume && <ResumeButton job={job} />}
      {mayRestore && hasEnded && job.safetySnapshotId && <UndoButton job={job} />}
      {mayRestore && hasEnded && again && (
        <Button variant="default" component={Link} to={again}>
          Restore again
        </Button>
      )}
      <ApiHelp calls={jobCalls(projectId, job)} />
    </>
  );
}

function Description({ job, projectId }: { job: RestoreJob; projectId: string }) {
  const { mode, resumes } = job.options;
  const snapshot = `/p/${projectId}/clusters/${encodeURIComponent(job.clusterName)}/snapshots/${job.snapshotId}`;
  return (
    <Stack gap={2}>
      <Text>
        {isWhole(job.options) ? 'Everything' : 'Some collections'} of{' '}
        <Anchor underline="always" component={Link} to={snapshot}>
          {job.clusterName} as of <Moment at={job.snapshotFinishedAt} />
        </Anchor>{' '}
        {mode === 'in-place' ? 'over what stands in' : 'into'} <b>{job.targetClusterName}</b>
        {resumes ? ', going on with a restore that stopped midway' : ''}.
      </Text>
      <Text size="sm" c="dimmed">
        Asked for <Moment at={job.scheduledAt} seconds />
        {job.startedAt && (
          <>
            , begun <Moment at={job.startedAt} seconds />
          </>
        )}
        {job.finishedAt && (
          <>
            , ended <Moment at={job.finishedAt} seconds />
          </>
        )}
      </Text>
    </Stack>
  );
}
