import { Badge, Group, Pagination, SegmentedControl, Stack, Table, Text } from '@mantine/core';
import { useState } from 'react';
import type { Forecast, Impact } from '../../api/restores.ts';
import { countText } from '../../format.ts';
import { Bytes } from '../../parts/bytes.tsx';

const KINDS = { dropped: 'Removed', replaced: 'Replaced', created: 'Created', kept: 'Kept' } as const;
type Kind = keyof typeof KINDS;
const COLORS: Readonly<Record<Kind, string>> = { dropped: 'red', replaced: 'orange', created: 'forest', kept: 'gray' };
const PAGE = 20;

/** Before and after, a line a collection; what is lost first. */
export function ImpactTable({ forecast }: { forecast: Forecast }) {
  const [shown, setShown] = useState<Kind | 'all'>('all');
  const [page, setPage] = useState(1);
  const kinds = (Object.keys(KINDS) as Kind[]).filter((kind) => forecast[kind].length > 0);
  const rows = kinds
    .filter((kind) => shown === 'all' || kind === shown)
    .flatMap((kind) => byName(forecast[kind]).map((entry) => ({ kind, entry })));
  const pages = Math.ceil(rows.length / PAGE);
  const at = Math.min(page, Math.max(1, pages));
  const show = (value: string) => {
    setShown(value as Kind | 'all');
    setPage(1);
  };
  const filters = [
    { value: 'all', label: 'All' },
    ...kinds.map((kind) => ({ value: kind, label: `${KINDS[kind]} ${countText(forecast[kind].length)}` })),
  ];
  return (
    <Stack gap="xs">
      {kinds.length > 1 && (
        <SegmentedControl
          data={filters}
          value={shown}
          onChange={show}
          size="xs"
          style={{ alignSelf: 'start' }}
          aria-label="Which collections are shown"
        />
      )}
      <Table.ScrollContainer minWidth={0} type="native">
        <Table aria-label="What the restore does to each collection" bg="var(--mantine-color-body)" withTableBorder>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Collection</Table.Th>
              <Table.Th visibleFrom="sm">What happens</Table.Th>
              <Table.Th ta="right">Documents now</Table.Th>
              <Table.Th ta="right">Afterwards</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.slice((at - 1) * PAGE, at * PAGE).map(({ kind, entry }) => (
              <Table.Tr key={`${kind} ${entry.namespace}`}>
                <Table.Td style={{ overflowWrap: 'anywhere' }}>
                  {entry.namespace}
                  <Badge color={COLORS[kind]} hiddenFrom="sm" display="table" mt={2}>
                    {KINDS[kind]}
                  </Badge>
                </Table.Td>
                <Table.Td visibleFrom="sm">
                  <Badge color={COLORS[kind]}>{KINDS[kind]}</Badge>
                </Table.Td>
                <Table.Td ta="right">
                  <Amount size={entry.before} />
                </Table.Td>
                <Table.Td ta="right">
                  <Amount size={kind === 'kept' ? entry.before : entry.after} />
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {pages > 1 && (
        <Group justify="flex-end">
          <Pagination
            size="sm"
            total={pages}
            value={at}
            onChange={setPage}
            getItemProps={(number) => ({ 'aria-label': `Page ${number} of the collections` })}
          />
        </Group>
      )}
    </Stack>
  );
}

function Amount({ size }: { size: Impact['before'] }) {
  if (!size) return <span>–</span>;
  return (
    <>
      {countText(size.documents)}
      <Text size="xs" c="dimmed" component="div">
        <Bytes value={size.bytes} />
      </Text>
    </>
  );
}

const byName = (entries: readonly Impact[]) => entries.toSorted((a, b) => (a.namespace < b.namespace ? -1 : 1));
