import { Alert, Anchor, SimpleGrid, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from 'react-router';
import { type Answer, api } from '../../api/client.ts';
import { keys } from '../../api/keys.ts';
import { useMay, useProject } from '../../api/session.ts';
import { countText, durationText } from '../../format.ts';
import { ApiHelp } from '../../parts/api-help.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { Fact } from '../../parts/fact.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Loading } from '../../parts/loading.tsx';
import { Moment } from '../../parts/moment.tsx';
import { Page } from '../../parts/page.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { quoted } from '../../snippets.ts';
import { CancelButton } from './cancel-button.tsx';
import { phasesOf } from './job-words.ts';
import { NamesList } from './names-list.tsx';
import { RunningJob } from './running-job.tsx';

const DRILL = '/api/lifeboat/v1/projects/{projectId}/clusters/{clusterName}/drills/{drillId}';
type Drill = Answer<typeof DRILL>;

/** A rehearsed restore: what it proved, how long it took. */
export function DrillPage() {
  const { clusterName = '', id: drillId = '' } = useParams();
  const { id: projectId } = useProject();
  const mayRestore = useMay('restore');
  const path = { projectId, clusterName, drillId };
  const queryKey = [...keys.cluster(projectId, clusterName), 'drill', drillId];
  const { data: drill, error, refetch } = useQuery({ queryKey, queryFn: ({ signal }) => api.get(DRILL, { path, signal }) });
  const cluster = `/p/${projectId}/clusters/${encodeURIComponent(clusterName)}`;
  const above = [
    { title: 'Overview', to: `/p/${projectId}` },
    { title: clusterName, to: cluster },
  ];
  if (!drill)
    return (
      <Page title="Drill" above={above}>
        {error ? (
          <ErrorNotice error={error} title="The drill could not be read" onRetry={() => void refetch()} />
        ) : (
          <Loading what="Reading the drill…" />
        )}
      </Page>
    );
  const drills = `/api/lifeboat/v1/projects/${projectId}/clusters/${encodeURIComponent(clusterName)}/drills`;
  const target = drill.targetClusterName === clusterName ? '' : ` --target ${quoted(drill.targetClusterName)}`;
  return (
    <Page
      title={`Drill of ${clusterName}`}
      beside={<StatusBadge status={drill.status} cancelled={drill.cancelled} />}
      above={above}
      actions={
        <>
          {mayRestore && drill.status !== 'COMPLETED' && drill.status !== 'FAILED' && (
            <CancelButton
              what="drill"
              text="What it loaded beside the data of the target is removed; the data itself is not touched by a drill."
              cancel={() => api.post(`${DRILL}/cancel`, { path })}
              stale={queryKey}
            />
          )}
          <ApiHelp
            calls={[
              { title: 'Look at it', method: 'GET', path: `${drills}/${drillId}` },
              {
                title: 'Rehearse again',
                method: 'POST',
                path: drills,
                body: { targetClusterName: drill.targetClusterName },
                lifeboat: `drill ${quoted(clusterName)}${target}`,
              },
            ]}
          />
        </>
      }
    >
      <Text>
        The restore of{' '}
        <Anchor underline="always" component={Link} to={`${cluster}/snapshots/${drill.snapshotId}`}>
          a snapshot of {clusterName}
        </Anchor>{' '}
        is rehearsed on <b>{drill.targetClusterName}</b>: loaded beside its data, read back, compared and removed. Asked for{' '}
        <Moment at={drill.scheduledAt} />.
      </Text>
      <RunningJob phases={phasesOf(drill, 'drill')} progress={drill.progress} isRunning={drill.status === 'RUNNING'} />
      <Outcome drill={drill} />
    </Page>
  );
}

const VERDICTS = {
  proven: { color: 'forest', icon: 'check', title: 'Proven', text: 'Counts, digests, indexes and options were those of the snapshot.' },
  differs: {
    color: 'red',
    icon: 'critical',
    title: 'It differs',
    text: 'What was restored is not what the snapshot says. Verify the snapshot, and take a new one.',
  },
  failed: { color: 'red', icon: 'critical', title: 'It could not be told', text: 'The drill ended before it could compare.' },
} as const;

function Outcome({ drill }: { drill: Drill }) {
  const { verdict, failure, cancelled, durationSeconds, documents, documentsPerSecond } = drill;
  if (!verdict) return null;
  const { color, icon, title, text } = cancelled
    ? ({ color: 'gray', icon: 'info', title: 'Cancelled', text: 'Nothing is left of it.' } as const)
    : VERDICTS[verdict];
  return (
    <Stack>
      <Alert color={color} icon={<Icon name={icon} />} title={title}>
        {text}
        {failure && !cancelled && (
          <Text size="sm" mt={4}>
            {failure.message} {failure.hint}
          </Text>
        )}
      </Alert>
      <SimpleGrid cols={{ base: 2, sm: 3 }} spacing="sm">
        <Fact
          title="Took"
          value={durationSeconds === undefined ? '–' : durationText(durationSeconds)}
          note="a restore would take about as long"
        />
        <Fact title="Documents" value={documents === undefined ? '–' : countText(documents)} />
        <Fact title="Speed" value={documentsPerSecond === undefined ? '–' : `${countText(documentsPerSecond)} documents/s`} />
      </SimpleGrid>
      <NamesList title="Differences from the snapshot" names={drill.differences} />
      <NamesList title="To know" names={drill.warnings} />
    </Stack>
  );
}
