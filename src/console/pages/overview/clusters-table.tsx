import { Anchor, Badge, Group, Table, Text } from '@mantine/core';
import { Link } from 'react-router';
import type { ClusterOverview } from '../../api/schemas.ts';
import { useProject } from '../../api/session.ts';
import { counted, percentDone } from '../../format.ts';
import { Bytes } from '../../parts/bytes.tsx';
import { Moment } from '../../parts/moment.tsx';
import table from '../../parts/paged-table.module.css';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { TopologyText } from '../../parts/topology-text.tsx';
import { Sparkline } from './sparkline.tsx';

/** One line a cluster: is it backed up, was that proven, when comes the next. */
export function ClustersTable({ clusters }: { clusters: ClusterOverview[] }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached with the keyboard
    <section className={table.scroll} tabIndex={0} aria-label="Clusters">
      <Table highlightOnHover aria-label="Clusters" verticalSpacing="sm">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Cluster</Table.Th>
            <Table.Th>Last snapshot</Table.Th>
            <Table.Th visibleFrom="sm">Last proven by a drill</Table.Th>
            <Table.Th visibleFrom="sm">Next snapshot</Table.Th>
            <Table.Th visibleFrom="md">Size, and what was new</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {clusters.map((cluster) => (
            <ClusterRow key={cluster.id} cluster={cluster} />
          ))}
        </Table.Tbody>
      </Table>
    </section>
  );
}

function ClusterRow({ cluster }: { cluster: ClusterOverview }) {
  const { id } = useProject();
  const { name, lastProven, nextSnapshotAt, runningJobs, sizes, lastCompletedSnapshot } = cluster;
  return (
    <Table.Tr>
      <Table.Td>
        <Group gap="xs">
          <Anchor component={Link} to={`/p/${id}/clusters/${name}`} fw={600} size="sm">
            {name}
          </Anchor>
          {runningJobs > 0 && <Badge color="blue">{counted(runningJobs, 'job')} running</Badge>}
        </Group>
        <Text size="xs" c="dimmed">
          <TopologyText {...cluster} />
        </Text>
      </Table.Td>
      <Table.Td>
        <LastSnapshot cluster={cluster} />
      </Table.Td>
      <Table.Td visibleFrom="sm">
        {lastProven ? (
          <Moment at={lastProven.at} relative />
        ) : (
          <Text size="sm" c="dimmed">
            never
          </Text>
        )}
      </Table.Td>
      <Table.Td visibleFrom="sm">
        <Moment at={nextSnapshotAt} relative otherwise="not scheduled" />
      </Table.Td>
      <Table.Td visibleFrom="md">
        <Group gap="sm" wrap="nowrap">
          <Sparkline sizes={sizes} />
          <Bytes value={lastCompletedSnapshot?.logicalBytes} />
        </Group>
      </Table.Td>
    </Table.Tr>
  );
}

/** Of the newest one its state, and how old the newest whole one is where that is another. */
function LastSnapshot({ cluster: { lastSnapshot, lastCompletedSnapshot, name } }: { cluster: ClusterOverview }) {
  const { id } = useProject();
  if (!lastSnapshot)
    return (
      <Text size="sm" c="dimmed">
        none yet
      </Text>
    );
  const { status, cancelled, progress } = lastSnapshot;
  const percent = status === 'RUNNING' ? percentDone(progress) : null;
  return (
    <>
      <Group gap="xs">
        <StatusBadge status={status} cancelled={cancelled} />
        <Anchor component={Link} to={`/p/${id}/clusters/${name}/snapshots/${lastSnapshot.id}`} size="sm">
          <Moment at={lastSnapshot.finishedAt ?? lastSnapshot.scheduledAt} relative />
        </Anchor>
        {percent !== null && <Text size="xs">{percent} %</Text>}
      </Group>
      {status !== 'COMPLETED' && (
        <Text size="xs" c="dimmed">
          {lastCompletedSnapshot ? (
            <>
              Last completed <Moment at={lastCompletedSnapshot.finishedAt} relative />
            </>
          ) : (
            'None completed yet'
          )}
        </Text>
      )}
    </>
  );
}
