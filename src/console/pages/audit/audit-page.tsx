import { Alert, Badge, Code, Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { api } from '../../api/client.ts';
import { keys } from '../../api/keys.ts';
import type { components } from '../../api/served.d.ts';
import { useMay, useProject, useSignedIn } from '../../api/session.ts';
import { ApiHelp } from '../../parts/api-help.tsx';
import { Choice } from '../../parts/choice.tsx';
import { CopyButton } from '../../parts/copy-button.tsx';
import { DayInput } from '../../parts/day-input.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { Filters } from '../../parts/filters.tsx';
import { Moment } from '../../parts/moment.tsx';
import { Page } from '../../parts/page.tsx';
import { type Column, PagedTable } from '../../parts/paged-table.tsx';
import { SearchInput } from '../../parts/search-input.tsx';
import { useUrlFilters } from '../../parts/url-filters.ts';
import { momentsOfDays } from '../events/event-words.ts';
import { AUDIT_WORDS, type AuditAction, auditWords } from './audit-words.ts';

type Entry = components['schemas']['AuditEntry'];

const PATH = '/api/lifeboat/v1/projects/{projectId}/auditLog';

const FILTERS = ['action', 'actor', 'from', 'to'] as const;
const ACTIONS = Object.entries(AUDIT_WORDS)
  .map(([value, label]) => ({ value, label }))
  .sort((one, other) => one.label.localeCompare(other.label));

const COLUMNS: Column<Entry>[] = [
  { title: 'No.', cell: ({ number }) => number, align: 'right', wide: true },
  { title: 'When', cell: ({ createdAt }) => <Moment at={createdAt} seconds /> },
  { title: 'What', cell: (entry) => <What entry={entry} /> },
  { title: 'Who', cell: ({ by }) => by?.name ?? <Nobody />, wide: true },
  { title: 'From', cell: ({ remoteAddress }) => remoteAddress ?? '–', wide: true },
];

/** Who did what in the organization, and from where. */
export function AuditPage() {
  const { id: projectId } = useProject();
  const { organization } = useSignedIn();
  const mayRead = useMay('register');
  const { values, change, clear, isAny } = useUrlFilters(FILTERS);
  const { action, actor, from, to } = values;
  const { minDate, maxDate } = momentsOfDays(from, to);
  const query = {
    ...(action in AUDIT_WORDS && { action: [action as AuditAction] }),
    ...(actor && { actor }),
    ...(minDate && { from: minDate }),
    ...(maxDate && { to: maxDate }),
  };
  const asked = new URLSearchParams(Object.entries(query).map(([name, value]) => [name, String(value)]));
  if (!mayRead) {
    return (
      <Page title="Audit log">
        <EmptyState title="For owners of the organization">
          The audit log tells of every project of {organization.name}. Ask one of its owners.
        </EmptyState>
      </Page>
    );
  }
  return (
    <Page
      title="Audit log"
      actions={
        <ApiHelp
          calls={[
            {
              title: 'Read the audit log',
              method: 'GET',
              path: `${PATH.replace('{projectId}', projectId)}${asked.size > 0 ? `?${asked}` : ''}`,
              lifeboat: `audit list${action && ` --action ${action}`}`,
            },
          ]}
        />
      }
    >
      <Head projectId={projectId} />
      <Filters onClear={isAny ? clear : undefined}>
        <Choice label="What" all="All changes" options={ACTIONS} value={action} onChange={(value) => change({ action: value })} />
        <SearchInput label="Who" placeholder="Part of a name, or an id" value={actor} onChange={(value) => change({ actor: value })} />
        <DayInput label="From" value={from} onChange={(value) => change({ from: value })} />
        <DayInput label="To" value={to} onChange={(value) => change({ to: value })} />
      </Filters>
      <PagedTable
        label="Audit log"
        noun="change"
        queryKey={[...keys.audit(projectId), 'list', query]}
        read={(pageNum, signal) => api.get(PATH, { path: { projectId }, query: { ...query, pageNum, itemsPerPage: 25 }, signal })}
        rowKey={({ number }) => String(number)}
        columns={COLUMNS}
        empty={
          isAny ? (
            <EmptyState title="No change matches">Choose other filters, or clear them all.</EmptyState>
          ) : (
            <EmptyState title="Nothing yet">Every change and every download is written here.</EmptyState>
          )
        }
      />
    </Page>
  );
}

/** Where the chain of hashes ends: kept elsewhere, it proves later that nothing before it was changed. */
function Head({ projectId }: { projectId: string }) {
  const { data } = useQuery({
    queryKey: [...keys.audit(projectId), 'head'],
    queryFn: ({ signal }) => api.get(PATH, { path: { projectId }, query: { itemsPerPage: 1 }, signal }),
  });
  const head = data?.results[0];
  const text = head ? `${head.number}:${head.hash}` : '';
  return (
    <Alert color="gray" variant="default" title="Each entry seals the one before it" mih={110}>
      <Text size="sm">
        Keep the latest seal somewhere else. <Code>npx lifeboat audit verify --head NUMBER:HASH</Code> says later whether all up to it is as
        it was.
      </Text>
      {head && (
        <Group gap="xs" mt="xs">
          <Code style={{ overflowWrap: 'anywhere', minWidth: 0 }}>{text}</Code>
          <CopyButton text={text} what="the latest seal" />
        </Group>
      )}
    </Alert>
  );
}

function What({ entry }: { entry: Entry }) {
  const { action, result, clusterName, subject, projectId, by, remoteAddress } = entry;
  const project = useSignedIn().projects.find(({ id }) => id === projectId);
  return (
    <>
      <Group gap={6}>
        <Text size="sm">{auditWords(action)}</Text>
        {result !== 'done' && <Badge color="red">{result}</Badge>}
      </Group>
      <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
        {[clusterName, subject, project?.name].filter(Boolean).join(' · ')}
      </Text>
      <Text size="xs" c="dimmed" hiddenFrom="sm">
        {[by?.name, remoteAddress].filter(Boolean).join(' from ')}
      </Text>
    </>
  );
}

function Nobody() {
  return (
    <Text span inherit c="dimmed">
      –
    </Text>
  );
}
