import { Anchor, Button, Group, Text } from '@mantine/core';
import { Link } from 'react-router';
import { api } from '../../api/client.ts';
import { type Range, useClusterName } from '../../api/clusters.ts';
import { keys } from '../../api/keys.ts';
import { NATIVE, type Snapshot } from '../../api/schemas.ts';
import { useMay } from '../../api/session.ts';
import { countText, percentDone } from '../../format.ts';
import { Bytes } from '../../parts/bytes.tsx';
import { ConsistencyLabel } from '../../parts/consistency-label.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { Moment } from '../../parts/moment.tsx';
import { type Column, PagedTable } from '../../parts/paged-table.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';

/** The snapshots, newest first; of one day where one is chosen. */
export function SnapshotsTable({ range, onAll }: { range: Range | null; onAll: () => void }) {
  const path = useClusterName();
  const mayRestore = useMay('restore');
  const base = `/p/${path.projectId}/clusters/${path.clusterName}`;
  const between = range ? { from: range.from.toISOString(), to: range.to.toISOString() } : {};
  const read = (pageNum: number, signal: AbortSignal): Promise<{ results: Snapshot[]; totalCount: number }> =>
    api.get(`${NATIVE}/clusters/{clusterName}/snapshots`, {
      path,
      query: { ...between, order: ['desc'], pageNum, itemsPerPage: 25 },
      signal,
    });
  return (
    <div>
      {range && (
        <Group mb="xs" gap="sm">
          <Text size="sm">Of {range.from.toLocaleDateString('en-US', { dateStyle: 'long' })}</Text>
          <Button size="compact-xs" variant="default" onClick={onAll}>
            Show all
          </Button>
        </Group>
      )}
      <PagedTable
        label="Snapshots"
        noun="snapshot"
        queryKey={[...keys.cluster(path.projectId, path.clusterName), 'snapshots', between]}
        read={read}
        rowKey={({ id }) => id}
        columns={[...columnsOf(base), ...(mayRestore ? [restoreColumn(base)] : [])]}
        empty={
          range ? (
            <EmptyState
              title="No snapshot on this day"
              action={
                <Button variant="default" onClick={onAll}>
                  Show all
                </Button>
              }
            >
              Choose another day, or look at all of them.
            </EmptyState>
          ) : (
            <EmptyState title="No snapshot yet">
              Take the first one with the button above, or set a schedule; the command line does it with npx lifeboat snapshots take{' '}
              {path.clusterName}.
            </EmptyState>
          )
        }
      />
    </div>
  );
}

function columnsOf(base: string): Column<Snapshot>[] {
  return [
    {
      title: 'Taken',
      cell: ({ id, scheduledAt, imported }) => (
        <Anchor component={Link} to={`${base}/snapshots/${id}`} inherit>
          <Moment at={scheduledAt} />
          {imported && ', imported'}
        </Anchor>
      ),
    },
    { title: 'Status', cell: (snapshot) => <Status snapshot={snapshot} /> },
    { title: 'Consistency', cell: ({ consistency }) => <ConsistencyLabel value={consistency} />, wide: true },
    { title: 'Documents', cell: ({ documents }) => (documents === undefined ? '–' : countText(documents)), align: 'right', wide: 'xl' },
    { title: 'Size', cell: ({ logicalBytes }) => <Bytes value={logicalBytes} />, align: 'right' },
    { title: 'New', cell: ({ newBytes }) => <Bytes value={newBytes} />, align: 'right', wide: true },
    { title: 'Kept until', cell: ({ expiresAt }) => <Moment at={expiresAt} />, wide: 'xl' },
  ];
}

function Status({ snapshot: { status, cancelled, progress } }: { snapshot: Snapshot }) {
  const percent = status === 'RUNNING' ? percentDone(progress) : null;
  return (
    <Group gap={6} wrap="nowrap">
      <StatusBadge status={status} cancelled={cancelled} />
      {percent !== null && <Text size="xs">{percent} %</Text>}
    </Group>
  );
}

function restoreColumn(base: string): Column<Snapshot> {
  return {
    title: 'Actions',
    align: 'right',
    cell: ({ id, status, scheduledAt }) =>
      status === 'COMPLETED' && (
        <Anchor component={Link} to={`${base}/restore?snapshot=${id}`} inherit aria-label={`Restore the snapshot of ${scheduledAt}`}>
          Restore
        </Anchor>
      ),
  };
}
