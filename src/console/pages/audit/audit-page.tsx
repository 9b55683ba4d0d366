import { Alert, Badge, Code, Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { api } from '../../api/client.ts';
import { keys } from '../../api/keys.ts';
import type { components } from '../../api/served.d.ts';
import { useMay, useProject, useSignedIn } from '../../api/session.ts';
import { ApiHelp } from '../../parts/api-help.tsx';
import { CopyButton } from '../../parts/copy-button.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { Moment } from '../../parts/moment.tsx';
import { Page } from '../../parts/page.tsx';
import { type Column, PagedTable } from '../../parts/paged-table.tsx';
import { eventWords } from '../events/event-words.ts';

type Entry = components['schemas']['AuditEntry'];

const PATH = '/api/lifeboat/v1/projects/{projectId}/auditLog';

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
          calls={[{ title: 'Read the audit log', method: 'GET', path: PATH.replace('{projectId}', projectId), lifeboat: 'audit list' }]}
        />
      }
    >
      <Head projectId={projectId} />
      <PagedTable
        label="Audit log"
        noun="change"
        queryKey={[...keys.audit(projectId), 'list']}
        read={(pageNum, signal) => api.get(PATH, { path: { projectId }, query: { pageNum, itemsPerPage: 25 }, signal })}
        rowKey={({ number }) => String(number)}
        columns={COLUMNS}
        empty={<EmptyState title="Nothing yet">Every change and every download is written here.</EmptyState>}
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
        <Text size="sm">{eventWords(action)}</Text>
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
