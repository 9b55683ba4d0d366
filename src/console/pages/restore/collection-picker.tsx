import { Checkbox } from '@mantine/core';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import { keys } from '../../api/keys.ts';
import { useProject } from '../../api/session.ts';
import { countText } from '../../format.ts';
import { Bytes } from '../../parts/bytes.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { PagedTable } from '../../parts/paged-table.tsx';
import { SearchInput } from '../../parts/search-input.tsx';
import { useFirstPage } from '../../parts/url-filters.ts';
import { type Choice, MOST_CHOSEN, patternOf, toggled } from './wizard-state.ts';

interface Props {
  clusterName: string;
  snapshotId: string;
  chosen: readonly Choice[];
  onChange: (next: Choice[]) => void;
}

const PAGE = 25;

/** The collections of the snapshot to tick, with a line for all of each database. */
export function CollectionPicker({ clusterName, snapshotId, chosen, onChange }: Props) {
  const { id: projectId } = useProject();
  const toFirstPage = useFirstPage();
  const [search, setSearch] = useState('');
  const isIn = (pattern: string) => chosen.some(({ from }) => from === pattern);
  const isFull = chosen.length >= MOST_CHOSEN;
  const tick = (pattern: string) => onChange(toggled(chosen, pattern));
  const find = (text: string) => {
    setSearch(text);
    toFirstPage();
  };
  return (
    <>
      <SearchInput label="Find collections" placeholder="Part of the name of a database or a collection" value={search} onChange={find} />
      <PagedTable
        label="Collections of the snapshot"
        noun="collection"
        size={PAGE}
        queryKey={[...keys.cluster(projectId, clusterName), 'collections', snapshotId, search]}
        read={(pageNum, signal) =>
          api.get('/api/lifeboat/v1/projects/{projectId}/clusters/{clusterName}/snapshots/{snapshotId}/collections', {
            path: { projectId, clusterName, snapshotId },
            query: { search, pageNum, itemsPerPage: PAGE },
            signal,
          })
        }
        rowKey={({ database, collection }) => `${database}.${collection}`}
        columns={[
          {
            title: 'Collection',
            cell: ({ database, collection, type }) => {
              const isWhole = isIn(patternOf(database));
              const pattern = patternOf(database, collection);
              return (
                <Checkbox
                  label={`${database}.${collection}`}
                  description={type === 'collection' ? undefined : type === 'view' ? 'view' : 'time series'}
                  checked={isWhole || isIn(pattern)}
                  disabled={isWhole || (isFull && !isIn(pattern))}
                  onChange={() => tick(pattern)}
                  styles={{ label: { overflowWrap: 'anywhere' } }}
                />
              );
            },
          },
          { title: 'Documents', align: 'right', wide: true, cell: ({ documents }) => countText(documents) },
          { title: 'Size', align: 'right', wide: true, cell: ({ logicalBytes }) => <Bytes value={logicalBytes} /> },
          {
            title: 'Database',
            align: 'right',
            cell: ({ database }) => (
              <Checkbox
                display="inline-block"
                styles={{ label: { whiteSpace: 'nowrap' } }}
                label="all of it"
                aria-label={`all of it: ${database}`}
                checked={isIn(patternOf(database))}
                disabled={isFull && !isIn(patternOf(database))}
                onChange={() => tick(patternOf(database))}
              />
            ),
          },
        ]}
        empty={<EmptyState title="No collection has that in its name">Try a shorter part of the name.</EmptyState>}
      />
    </>
  );
}
