import { Box } from '@mantine/core';
import { api } from '../../api/client.ts';
import { keys } from '../../api/keys.ts';
import { NATIVE, type SnapshotCollection } from '../../api/schemas.ts';
import { useSnapshotPath } from '../../api/snapshots.ts';
import { countText } from '../../format.ts';
import { Bytes } from '../../parts/bytes.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { type Column, PagedTable } from '../../parts/paged-table.tsx';
import { SearchInput } from '../../parts/search-input.tsx';
import { useUrlFilters } from '../../parts/url-filters.ts';

const TYPES: Readonly<Record<string, string>> = { collection: 'Collection', view: 'View', timeseries: 'Time series' };

const COLUMNS: Column<SnapshotCollection>[] = [
  { title: 'Database', cell: ({ database }) => database },
  { title: 'Collection', cell: ({ collection }) => collection },
  { title: 'Type', cell: ({ type }) => TYPES[type] ?? type, wide: true },
  { title: 'Documents', cell: ({ documents }) => countText(documents), align: 'right' },
  { title: 'Size', cell: ({ logicalBytes }) => <Bytes value={logicalBytes} />, align: 'right' },
  { title: 'Stored', cell: ({ storedBytes }) => <Bytes value={storedBytes} />, align: 'right', wide: true },
  { title: 'Indexes', cell: ({ indexes }) => countText(indexes), align: 'right', wide: true },
];

/** What is in the snapshot; a name is looked for on the server. */
export function CollectionsTable() {
  const path = useSnapshotPath();
  const { values, change } = useUrlFilters(['search']);
  const { search } = values;
  return (
    <>
      <Box mb="xs" maw={360}>
        <SearchInput
          label="Search"
          placeholder="Look for a database or a collection"
          value={search}
          onChange={(text) => change({ search: text })}
        />
      </Box>
      <PagedTable
        label="Collections"
        noun="collection"
        queryKey={[...keys.cluster(path.projectId, path.clusterName), 'collections', path.snapshotId, search]}
        read={(pageNum, signal): Promise<{ results: SnapshotCollection[]; totalCount: number }> =>
          api.get(`${NATIVE}/clusters/{clusterName}/snapshots/{snapshotId}/collections`, {
            path,
            query: { search, pageNum, itemsPerPage: 25 },
            signal,
          })
        }
        rowKey={({ database, collection }) => `${database}.${collection}`}
        columns={COLUMNS}
        empty={
          <EmptyState title={search ? 'Nothing has that name' : 'The snapshot is empty'}>
            {search ? 'Look for a part of the name of a database or a collection.' : 'There was no collection when it was taken.'}
          </EmptyState>
        }
      />
    </>
  );
}
