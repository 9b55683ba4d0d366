import { Grid, Stack } from '@mantine/core';
import { useSearchParams } from 'react-router';
import { useClusterName, useSnapshotsOf } from '../../api/clusters.ts';
import { monthOf, rangeOfDay, rangeOfMonth, readMonth } from '../../months.ts';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { ClusterFrame } from './cluster-frame.tsx';
import { SnapshotsCalendar } from './snapshots-calendar.tsx';
import { SnapshotsTable } from './snapshots-table.tsx';
import { Timeline } from './timeline.tsx';

/** The snapshots of a cluster: a month of them as a line and as a calendar, and all of them as a table. A day that is chosen is in the URL, and narrows the table. */
export function ClusterPage() {
  const { projectId, clusterName } = useClusterName();
  const native = `/api/lifeboat/v1/projects/${projectId}/clusters/${clusterName}/snapshots`;
  return (
    <ClusterFrame
      tab="snapshots"
      calls={[
        {
          title: 'List the snapshots',
          method: 'GET',
          path: `/api/atlas/v2/groups/${projectId}/flexClusters/${clusterName}/backup/snapshots`,
          lifeboat: `snapshots list ${clusterName}`,
          atlas: `backups snapshots list ${clusterName} --projectId ${projectId}`,
          sdk: `FlexSnapshotsApi.ListFlexBackups(ctx, "${projectId}", "${clusterName}").Execute()`,
        },
        { title: 'Take a snapshot', method: 'POST', path: native, lifeboat: `snapshots take ${clusterName}` },
      ]}
    >
      <SnapshotsOfCluster />
    </ClusterFrame>
  );
}

function SnapshotsOfCluster() {
  const [search, setSearch] = useSearchParams();
  const day = search.get('day');
  const month = readMonth(search.get('month') ?? day) ?? monthOf(new Date());
  const range = rangeOfMonth(month);
  const { data, error, refetch } = useSnapshotsOf(range);
  const set = (changes: Record<string, string | null>) =>
    setSearch(
      (before) => {
        for (const [name, value] of Object.entries({ page: null, ...changes }))
          value === null ? before.delete(name) : before.set(name, value);
        return before;
      },
      { replace: true },
    );
  return (
    <Stack gap="lg">
      {error && !data && <ErrorNotice error={error} title="The snapshots of the month could not be read" onRetry={() => void refetch()} />}
      <Timeline snapshots={data?.results ?? []} range={range} />
      <Grid gap="lg">
        <Grid.Col span={{ base: 12, lg: 4 }}>
          <SnapshotsCalendar
            month={month}
            snapshots={data?.results ?? []}
            total={data?.totalCount ?? 0}
            day={day}
            onMonth={(text) => set({ month: text, day: null })}
            onDay={(text) => set({ day: text === day ? null : text })}
          />
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 8 }}>
          <SnapshotsTable range={rangeOfDay(day)} onAll={() => set({ day: null })} />
        </Grid.Col>
      </Grid>
    </Stack>
  );
}
