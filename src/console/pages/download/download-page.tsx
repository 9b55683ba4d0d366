import { Anchor, Text } from '@mantine/core';
import { Link, useNavigate, useParams } from 'react-router';
import { useDownload, useNewDownload } from '../../api/downloads.ts';
import { useMay, useProject } from '../../api/session.ts';
import { ApiHelp } from '../../parts/api-help.tsx';
import { downloadCalls } from '../../parts/download-calls.ts';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { Loading } from '../../parts/loading.tsx';
import { Moment } from '../../parts/moment.tsx';
import { Page } from '../../parts/page.tsx';
import { useRestoreJob } from '../restore-job/use-restore-job.ts';
import { DownloadDetails } from './download-details.tsx';

/** A download that was asked for: its link until it expires. */
export function DownloadPage() {
  const { clusterName = '', id = '' } = useParams();
  const { id: projectId } = useProject();
  const mayDownload = useMay('download');
  const navigate = useNavigate();
  const job = useRestoreJob(projectId, clusterName, id);
  const snapshotId = job.data?.snapshotId;
  const download = useDownload(projectId, clusterName, mayDownload ? snapshotId : undefined, id);
  const again = useNewDownload(projectId, clusterName, snapshotId ?? '');
  const makeNew = () =>
    again.mutate(undefined, {
      onSuccess: ({ id: made }) => void navigate(`/p/${projectId}/downloads/${encodeURIComponent(clusterName)}/${made}`),
    });
  const cluster = `/p/${projectId}/clusters/${encodeURIComponent(clusterName)}`;
  const error = job.error ?? download.error;
  return (
    <Page
      title={`Download of ${clusterName}`}
      above={[
        { title: 'Overview', to: `/p/${projectId}` },
        { title: clusterName, to: cluster },
      ]}
      actions={snapshotId && <ApiHelp calls={downloadCalls(projectId, clusterName, snapshotId)} />}
    >
      {job.data && (
        <Text>
          <Anchor underline="always" component={Link} to={`${cluster}/snapshots/${snapshotId}`}>
            The snapshot of <Moment at={job.data.snapshotFinishedAt} />
          </Anchor>{' '}
          as one archive, asked for <Moment at={job.data.scheduledAt} relative />.
        </Text>
      )}
      {job.data && !mayDownload && <Text>You may see that it was asked for, but not its link: that needs a role that may read data.</Text>}
      {error && !download.data && (
        <ErrorNotice
          error={error}
          title="The download could not be read"
          onRetry={() => void Promise.all([job.refetch(), download.refetch()])}
        />
      )}
      {again.error && <ErrorNotice error={again.error} title="No new link was made" />}
      {mayDownload && !error && !download.data && <Loading what="Reading the download…" />}
      {download.data && <DownloadDetails download={download.data} onNew={makeNew} isMaking={again.isPending} />}
    </Page>
  );
}
