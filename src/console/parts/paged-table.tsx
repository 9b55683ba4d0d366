import { Group, Pagination, Text } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { memo, type ReactNode, useCallback, useDeferredValue, useEffect, useRef } from 'react';
import { useSearchParams } from 'react-router';
import type { Key } from '../changes.ts';
import { counted } from '../format.ts';
import { ErrorNotice } from './error-notice.tsx';
import { Loading } from './loading.tsx';
import classes from './paged-table.module.css';

export interface Column<T> {
  title: string;
  cell: (row: T) => ReactNode;
  /** Numbers stand on the right. */
  align?: 'left' | 'right';
  /** Left out where there is only the width of a phone, or less than that size. */
  wide?: true | 'md' | 'lg' | 'xl';
}

interface Props<T> {
  /** What it is a table of, for a screen reader. */
  label: string;
  /** `snapshot`: what one row is. */
  noun: string;
  queryKey: Key;
  /** Asks the server for a page; numbers begin at 1. */
  read: (page: number, signal: AbortSignal) => Promise<{ results: T[]; totalCount: number }>;
  rowKey: (row: T) => string;
  columns: Column<T>[];
  size?: number;
  /** Stands where nothing is. */
  empty: ReactNode;
  /** Name of the page's number in the URL; two tables of one page need two. */
  parameter?: string;
}

/** A list that the server pages; the number of the page is in the URL. */
export function PagedTable<T>({ label, noun, queryKey, read, rowKey, columns, size = 25, empty, parameter = 'page' }: Props<T>) {
  const [search, setSearch] = useSearchParams();
  const page = Math.max(1, Math.trunc(Number(search.get(parameter))) || 1);
  const {
    data: latest,
    error,
    refetch,
    isPlaceholderData,
  } = useQuery({
    queryKey: [...queryKey, { page, size }],
    queryFn: ({ signal }) => read(page, signal),
    placeholderData: keepPreviousData,
  });
  // The latest way to change the URL, for a function that stays the same one.
  const change = useRef(setSearch);
  useEffect(() => {
    change.current = setSearch;
  });
  const onTurn = useCallback(
    (to: number) =>
      change.current((before) => {
        before.set(parameter, String(to));
        return before;
      }),
    [parameter],
  );
  const last = latest && Math.max(1, Math.ceil(latest.totalCount / size));
  // The list has become shorter, or the link is an old one: a page beyond its end would be blank, with no way back.
  useEffect(() => {
    if (!last || page <= last || isPlaceholderData) return;
    setSearch(
      (before) => {
        before.set(parameter, String(last));
        return before;
      },
      { replace: true },
    );
  }, [last, page, isPlaceholderData, parameter, setSearch]);
  // Rows are drawn in pieces, between what the reader does: many at once would keep the page from answering.
  const data = useDeferredValue(latest);
  const isBusy = isPlaceholderData || data !== latest;
  if (error && !data) return <ErrorNotice error={error} title={`The ${noun}s could not be read`} onRetry={() => void refetch()} />;
  if (!data) return <Loading what={`Reading the ${noun}s…`} />;
  if (data.totalCount === 0) return empty;
  const pages = Math.max(1, Math.ceil(data.totalCount / size));
  return (
    <div aria-busy={isBusy}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached with the keyboard */}
      <section className={classes.scroll} tabIndex={0} aria-label={label}>
        <table className={classes.table} aria-label={label}>
          <Head columns={columns} />
          <tbody>
            {data.results.map((row) => (
              <Row key={rowKey(row)} row={row} columns={columns} />
            ))}
          </tbody>
        </table>
      </section>
      <Group justify="space-between" mt="sm">
        <Text size="sm" c="dimmed" role="status">
          {counted(data.totalCount, noun)}
          {isBusy ? ', reading…' : ''}
        </Text>
        {pages > 1 && <Pages noun={noun} total={pages} page={page} onTurn={onTurn} />}
      </Group>
    </div>
  );
}

interface PagesProps {
  noun: string;
  total: number;
  page: number;
  onTurn: (page: number) => void;
}

const Pages = memo(({ noun, total, page, onTurn }: PagesProps) => (
  <Pagination
    size="sm"
    total={total}
    value={page}
    onChange={onTurn}
    getControlProps={(control) => ({ 'aria-label': `${control[0]!.toUpperCase()}${control.slice(1)} page of the ${noun}s` })}
    getItemProps={(number) => ({ 'aria-label': `Page ${number} of the ${noun}s` })}
  />
));

interface HeadProps<T> {
  columns: Column<T>[];
}

const Head = memo(OneHead) as <T>(props: HeadProps<T>) => ReactNode;

function OneHead<T>({ columns }: HeadProps<T>) {
  return (
    <thead>
      <tr>
        {columns.map((column) => (
          <th key={column.title} className={classOf(column)}>
            {column.title}
          </th>
        ))}
      </tr>
    </thead>
  );
}

interface RowProps<T> extends HeadProps<T> {
  row: T;
}

/** Drawn anew where the row itself is another one. Plain elements: a page has hundreds of cells, and nobody waits for them. */
const Row = memo(OneRow) as <T>(props: RowProps<T>) => ReactNode;

function OneRow<T>({ row, columns }: RowProps<T>) {
  return (
    <tr>
      {columns.map((column) => (
        <td key={column.title} className={classOf(column)}>
          {column.cell(row)}
        </td>
      ))}
    </tr>
  );
}

function classOf<T>({ align, wide }: Column<T>): string | undefined {
  const names = [align === 'right' && classes.right, wide && classes[`from-${wide === true ? 'sm' : wide}`]].filter(Boolean);
  return names.length > 0 ? names.join(' ') : undefined;
}
