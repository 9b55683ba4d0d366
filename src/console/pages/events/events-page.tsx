import { Anchor, Text } from '@mantine/core';
import { Link } from 'react-router';
import { api } from '../../api/client.ts';
import { useClusterNames } from '../../api/clusters.ts';
import { keys } from '../../api/keys.ts';
import { useProject } from '../../api/session.ts';
import { ApiHelp } from '../../parts/api-help.tsx';
import { Choice } from '../../parts/choice.tsx';
import { DayInput } from '../../parts/day-input.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { Filters } from '../../parts/filters.tsx';
import { Moment } from '../../parts/moment.tsx';
import { Page } from '../../parts/page.tsx';
import { type Column, PagedTable } from '../../parts/paged-table.tsx';
import { useUrlFilters } from '../../parts/url-filters.ts';
import { type AtlasEvent, aboutEvent, EVENT_WORDS, eventWords, momentsOfDays } from './event-words.ts';

const FILTERS = ['type', 'cluster', 'from', 'to'] as const;
const TYPES = Object.entries(EVENT_WORDS).map(([value, label]) => ({ value, label }));

/** What has happened in the project: Atlas' events. */
export function EventsPage() {
  const { id: groupId } = useProject();
  const clusterNames = useClusterNames(groupId);
  const { values, change, clear, isAny } = useUrlFilters(FILTERS);
  const { type, cluster, from, to } = values;
  const query = {
    ...(type && { eventType: [type] }),
    ...(cluster && { clusterNames: [cluster] }),
    ...momentsOfDays(from, to),
  };
  const asked = new URLSearchParams(Object.entries(query).map(([name, value]) => [name, String(value)]));
  const columns: Column<AtlasEvent>[] = [
    { title: 'When', cell: ({ created }) => <Moment at={created} seconds /> },
    { title: 'What', cell: (event) => <What event={event} /> },
    { title: 'Cluster', cell: (event) => <ClusterLink projectId={groupId} name={aboutEvent(event).clusterName} />, wide: true },
    { title: 'Who', cell: ({ publicKey }) => publicKey ?? <Itself />, wide: true },
    { title: 'From', cell: ({ remoteAddress }) => remoteAddress ?? '–', wide: true },
  ];
  return (
    <Page
      title="Events"
      actions={
        <ApiHelp
          calls={[
            {
              title: 'List these events',
              method: 'GET',
              path: `/api/atlas/v2/groups/${groupId}/events${asked.size > 0 ? `?${asked}` : ''}`,
              atlas: `events projects list --projectId ${groupId}${type && ` --type ${type}`}`,
              sdk: `EventsApi.ListProjectEvents(ctx, "${groupId}").Execute()`,
            },
          ]}
        />
      }
    >
      <Filters onClear={isAny ? clear : undefined}>
        <Choice label="Type" all="All types" options={TYPES} value={type} onChange={(value) => change({ type: value })} />
        <Choice
          label="Cluster"
          all="All clusters"
          options={clusterNames.map((name) => ({ value: name, label: name }))}
          value={cluster}
          onChange={(value) => change({ cluster: value })}
        />
        <DayInput label="From" value={from} onChange={(value) => change({ from: value })} />
        <DayInput label="To" value={to} onChange={(value) => change({ to: value })} />
      </Filters>
      <PagedTable
        label="Events"
        noun="event"
        queryKey={[...keys.events(groupId), query]}
        read={async (pageNum, signal) => {
          const { results = [], totalCount = 0 } = await api.get('/api/atlas/v2/groups/{groupId}/events', {
            path: { groupId },
            query: { ...query, includeRaw: true, pageNum, itemsPerPage: 25 },
            signal,
          });
          return { results, totalCount };
        }}
        rowKey={({ id }) => id}
        columns={columns}
        empty={
          isAny ? (
            <EmptyState title="No event matches">Choose other filters, or clear them all.</EmptyState>
          ) : (
            <EmptyState title="Nothing has happened yet">What happens to clusters, snapshots, restores and access is told here.</EmptyState>
          )
        }
      />
    </Page>
  );
}

function What({ event }: { event: AtlasEvent }) {
  const { clusterName, subject } = aboutEvent(event);
  const isBad = event.eventTypeName.endsWith('_FAILED');
  return (
    <>
      <Text size="sm" {...(isBad && { c: 'red', fw: 600 })}>
        {eventWords(event.eventTypeName)}
      </Text>
      {subject && (
        <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
          {subject}
        </Text>
      )}
      <Text size="xs" c="dimmed" hiddenFrom="sm">
        {[clusterName, event.publicKey && `by ${event.publicKey}`].filter(Boolean).join(', ')}
      </Text>
    </>
  );
}

function ClusterLink({ projectId, name }: { projectId: string; name: string | undefined }) {
  if (!name) return '–';
  return (
    <Anchor component={Link} to={`/p/${projectId}/clusters/${encodeURIComponent(name)}`} size="sm">
      {name}
    </Anchor>
  );
}

function Itself() {
  return (
    <Text span inherit c="dimmed">
      Lifeboat itself
    </Text>
  );
}
