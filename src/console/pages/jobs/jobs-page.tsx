import { useMemo } from 'react';
import { api } from '../../api/client.ts';
import { useClusterNames } from '../../api/clusters.ts';
import { keys } from '../../api/keys.ts';
import { useProject } from '../../api/session.ts';
import { ApiHelp } from '../../parts/api-help.tsx';
import { Choice } from '../../parts/choice.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { Filters } from '../../parts/filters.tsx';
import { Page } from '../../parts/page.tsx';
import { PagedTable } from '../../parts/paged-table.tsx';
import { SearchInput } from '../../parts/search-input.tsx';
import { useUrlFilters } from '../../parts/url-filters.ts';
import { jobColumns } from './job-columns.tsx';
import { KINDS, type Kind, STATUSES, type Status } from './job-words.ts';

const FILTERS = ['kind', 'status', 'cluster', 'search'] as const;
const PATH = '/api/lifeboat/v1/projects/{projectId}/jobs';

/** Everything that was asked for in the project, newest first. */
export function JobsPage() {
  const { id: projectId } = useProject();
  const clusterNames = useClusterNames(projectId);
  const columns = useMemo(() => jobColumns(projectId), [projectId]);
  const { values, change, clear, isAny } = useUrlFilters(FILTERS);
  const { kind, status, cluster, search } = values;
  const query = {
    ...(kind in KINDS && { kind: [kind as Kind] }),
    ...(status in STATUSES && { status: [status as Status] }),
    ...(cluster && { clusterName: [cluster] }),
    ...(search && { search }),
  };
  const asked = new URLSearchParams(Object.entries(query).map(([name, value]) => [name, String(value)]));
  return (
    <Page
      title="Jobs"
      actions={
        <ApiHelp
          calls={[
            {
              title: 'List these jobs',
              method: 'GET',
              path: `${PATH.replace('{projectId}', projectId)}${asked.size > 0 ? `?${asked}` : ''}`,
            },
            {
              title: `List the snapshots of ${cluster || 'a cluster'}`,
              method: 'GET',
              path: `/api/atlas/v2/groups/${projectId}/flexClusters/${cluster || 'CLUSTER'}/backup/snapshots`,
              lifeboat: `snapshots list ${cluster || 'CLUSTER'}`,
              atlas: `backups snapshots list ${cluster || 'CLUSTER'} --projectId ${projectId}`,
              sdk: `FlexSnapshotsApi.ListFlexBackups(ctx, "${projectId}", "${cluster || 'CLUSTER'}").Execute()`,
            },
          ]}
        />
      }
    >
      <Filters onClear={isAny ? clear : undefined}>
        <Choice label="Kind" all="All kinds" options={optionsOf(KINDS)} value={kind} onChange={(value) => change({ kind: value })} />
        <Choice
          label="Status"
          all="All statuses"
          options={optionsOf(STATUSES)}
          value={status}
          onChange={(value) => change({ status: value })}
        />
        <Choice
          label="Cluster"
          all="All clusters"
          options={clusterNames.map((name) => ({ value: name, label: name }))}
          value={cluster}
          onChange={(value) => change({ cluster: value })}
        />
        <SearchInput label="Search" placeholder="Id, or name of a cluster" value={search} onChange={(value) => change({ search: value })} />
      </Filters>
      <PagedTable
        label="Jobs"
        noun="job"
        queryKey={[...keys.jobs(projectId), query]}
        read={(pageNum, signal) => api.get(PATH, { path: { projectId }, query: { ...query, pageNum, itemsPerPage: 25 }, signal })}
        rowKey={({ kind: of, id }) => `${of} ${id}`}
        columns={columns}
        empty={
          isAny ? (
            <EmptyState title="No job matches">Choose other filters, or clear them all.</EmptyState>
          ) : (
            <EmptyState title="No jobs yet">Snapshots, restores, downloads and drills of all clusters will be listed here.</EmptyState>
          )
        }
      />
    </Page>
  );
}

function optionsOf(words: Readonly<Record<string, string>>) {
  return Object.entries(words).map(([value, label]) => ({ value, label }));
}
