import { Alert, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { isNotThere } from '../../api/errors.ts';
import type { Snapshot } from '../../api/schemas.ts';
import { useSnapshot, useSnapshotPath } from '../../api/snapshots.ts';
import { timeText } from '../../format.ts';
import { ApiHelp } from '../../parts/api-help.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Loading } from '../../parts/loading.tsx';
import { Page } from '../../parts/page.tsx';
import { Progress } from '../../parts/progress.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { WithCode } from '../../parts/with-code.tsx';
import { CollectionsTable } from './collections-table.tsx';
import { SnapshotActions } from './snapshot-actions.tsx';
import { callsOf } from './snapshot-calls.ts';
import { SnapshotFacts } from './snapshot-facts.tsx';

/** One snapshot: what it holds, how good it is, and what can be done with it. */
export function SnapshotPage() {
  const path = useSnapshotPath();
  const { data, error, refetch } = useSnapshot();
  // What was deleted meanwhile is not shown as if it could still be restored.
  const snapshot = isNotThere(error) ? undefined : data;
  const { projectId, clusterName } = path;
  return (
    <Page
      title={snapshot ? `Snapshot of ${timeText(new Date(snapshot.scheduledAt))}` : 'Snapshot'}
      beside={snapshot && <StatusBadge status={snapshot.status} cancelled={snapshot.cancelled} />}
      above={[
        { title: 'Overview', to: `/p/${projectId}` },
        { title: clusterName, to: `/p/${projectId}/clusters/${clusterName}` },
      ]}
      actions={
        <>
          {snapshot && <SnapshotActions snapshot={snapshot} />}
          <ApiHelp calls={callsOf(path)} />
        </>
      }
    >
      {error && !snapshot && <ErrorNotice error={error} title="The snapshot could not be read" onRetry={() => void refetch()} />}
      {!snapshot && !error && <Loading what="Reading the snapshot…" height={400} />}
      {snapshot && (
        <Stack gap="lg">
          <State snapshot={snapshot} />
          <Paper withBorder p="md">
            <SnapshotFacts snapshot={snapshot} />
          </Paper>
          {snapshot.status === 'COMPLETED' && (
            <div>
              <Title order={2} mb="xs">
                Collections
              </Title>
              <CollectionsTable />
            </div>
          )}
        </Stack>
      )}
    </Page>
  );
}

/** What goes on, or went wrong. */
function State({ snapshot: { status, cancelled, failure, progress } }: { snapshot: Snapshot }) {
  if (status === 'RUNNING' || status === 'QUEUED' || status === 'PENDING') {
    return (
      <Paper withBorder p="md">
        <Progress value={progress} label={status === 'RUNNING' ? 'The snapshot is being taken' : 'It waits for a worker'} />
      </Paper>
    );
  }
  if (!failure || cancelled) return null;
  return (
    <Alert color="red" title="The snapshot failed" icon={<Icon name="warning" />}>
      <Text size="sm">
        <WithCode text={failure.message} />
      </Text>
      {failure.hint && (
        <Text size="sm" mt={4}>
          <WithCode text={failure.hint} />
        </Text>
      )}
      <Group mt="xs">
        <Text size="xs" c="dimmed" ff="monospace">
          {failure.code}
        </Text>
      </Group>
    </Alert>
  );
}
