import { Button, Group, Text, TextInput, Title } from '@mantine/core';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import { keys } from '../../api/keys.ts';
import { useProject } from '../../api/session.ts';
import { countText } from '../../format.ts';
import { momentText } from '../../months.ts';
import { Bytes } from '../../parts/bytes.tsx';
import { ConsistencyLabel } from '../../parts/consistency-label.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { Moment } from '../../parts/moment.tsx';
import { PagedTable } from '../../parts/paged-table.tsx';
import { useFirstPage } from '../../parts/url-filters.ts';
import type { WizardState } from './wizard-state.ts';

interface Props {
  clusterName: string;
  state: WizardState;
  change: (part: Partial<WizardState>) => void;
}

/** Which moment: the finished snapshots, newest first; what happened when is mostly what the reader knows. */
export function SnapshotStep({ clusterName, state, change }: Props) {
  const { id: projectId } = useProject();
  const [before, setBefore] = useState('');
  const toFirstPage = useFirstPage();
  const finishedBefore = momentText(before);
  return (
    <>
      <Group justify="space-between" align="flex-end">
        <div>
          <Title order={2}>Which snapshot?</Title>
          <Text c="dimmed" size="sm">
            The newest one from before the accident is mostly the right one.
          </Text>
        </div>
        <TextInput
          type="datetime-local"
          label="Only those from before"
          max="9999-12-31T23:59"
          value={before}
          onChange={(event) => {
            setBefore(event.currentTarget.value);
            toFirstPage();
          }}
        />
      </Group>
      <PagedTable
        label="Snapshots that can be restored"
        noun="snapshot"
        queryKey={[...keys.cluster(projectId, clusterName), 'snapshots', 'completed', finishedBefore]}
        size={10}
        read={(pageNum, signal) =>
          api.get('/api/lifeboat/v1/projects/{projectId}/clusters/{clusterName}/snapshots', {
            path: { projectId, clusterName },
            query: { status: ['COMPLETED'], order: ['desc'], pageNum, itemsPerPage: 10, ...(finishedBefore && { finishedBefore }) },
            signal,
          })
        }
        rowKey={({ id }) => id}
        columns={[
          { title: 'Taken', cell: ({ finishedAt }) => <Moment at={finishedAt} relative /> },
          { title: 'Time', wide: true, cell: ({ finishedAt }) => <Moment at={finishedAt} /> },
          { title: 'Consistency', wide: true, cell: ({ consistency }) => <ConsistencyLabel value={consistency} /> },
          { title: 'Collections', align: 'right', wide: true, cell: ({ collections }) => countText(collections ?? 0) },
          { title: 'Documents', align: 'right', cell: ({ documents }) => countText(documents ?? 0) },
          { title: 'Size', align: 'right', wide: true, cell: ({ logicalBytes }) => <Bytes value={logicalBytes} /> },
          {
            title: 'Choose',
            align: 'right',
            cell: ({ id, finishedAt }) => (
              <Button
                size="compact-sm"
                variant={id === state.snapshotId ? 'filled' : 'default'}
                aria-label={`${id === state.snapshotId ? 'Chosen' : 'Choose'}: the snapshot of ${finishedAt}`}
                onClick={() => change({ snapshotId: id, step: 'what', ...(id !== state.snapshotId && { chosen: null }) })}
              >
                {id === state.snapshotId ? 'Chosen' : 'Choose'}
              </Button>
            ),
          },
        ]}
        empty={
          <EmptyState title={finishedBefore ? 'No snapshot is from before that' : 'No snapshot can be restored yet'}>
            {finishedBefore
              ? 'Choose a later time, or leave it empty.'
              : 'Take one on the page of the cluster; once it is completed it can be restored.'}
          </EmptyState>
        }
      />
    </>
  );
}
