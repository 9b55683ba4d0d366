import { Button, Stack, Table, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { api } from '../../api/client.ts';
import { keys } from '../../api/keys.ts';
import { useMay, useProject } from '../../api/session.ts';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { Loading } from '../../parts/loading.tsx';
import { Section } from '../../parts/section.tsx';
import { entryOf } from '../access/access-entry.ts';

const PATH = '/api/atlas/v2/groups/{groupId}/accessList';

/** Atlas' access list of a project: kept for clients of Atlas. */
export function ProjectAccessSection() {
  const { id: groupId } = useProject();
  const mayManage = useMay('manage');
  const cache = useQueryClient();
  const queryKey = [...keys.access(groupId), 'list'];
  const { data, error, refetch } = useQuery({
    queryKey,
    queryFn: ({ signal }) => api.get(PATH, { path: { groupId }, query: { itemsPerPage: 500 }, signal }),
  });
  const [typed, setTyped] = useState('');
  const [comment, setComment] = useState('');
  const refresh = () => cache.invalidateQueries({ queryKey });
  const add = useMutation({
    mutationFn: () =>
      api.post(PATH, { path: { groupId }, body: [{ ...entryOf(typed), ...(comment.trim() && { comment: comment.trim() }) }] }),
    onSuccess: () => {
      setTyped('');
      setComment('');
      return refresh();
    },
  });
  const remove = useMutation({
    mutationFn: (entryValue: string) => api.delete(`${PATH}/{entryValue}`, { path: { groupId, entryValue } }),
    onSuccess: refresh,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    add.mutate();
  };
  const entries = (data?.results ?? []).map((entry) => ({
    value: entry.cidrBlock ?? entry.awsSecurityGroup ?? '',
    comment: entry.comment,
  }));
  return (
    <Section
      title="Project access list"
      text="Kept for clients of Atlas, Terraform for example. It is about databases in Atlas: Lifeboat itself does not enforce it. Access lists of API keys are enforced."
    >
      {error && !data && <ErrorNotice error={error} title="The list could not be read" onRetry={() => void refetch()} />}
      {!data && !error && <Loading what="Reading the list…" height={60} />}
      {data && entries.length === 0 && <Text size="sm">The list is empty.</Text>}
      {entries.length > 0 && (
        <Table aria-label="Project access list">
          <Table.Tbody>
            {entries.map(({ value, comment: text }) => (
              <Table.Tr key={value}>
                <Table.Td style={{ overflowWrap: 'anywhere' }}>
                  {value}
                  {text && (
                    <Text size="xs" c="dimmed">
                      {text}
                    </Text>
                  )}
                </Table.Td>
                <Table.Td ta="right">
                  {mayManage && (
                    <Button
                      variant="subtle"
                      color="red"
                      size="compact-xs"
                      onClick={() => remove.mutate(value)}
                      aria-label={`Remove ${value}`}
                    >
                      Remove
                    </Button>
                  )}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
      {mayManage && (
        <form onSubmit={submit}>
          <Stack gap="xs">
            <TextInput
              label="Address or block"
              placeholder="203.0.113.7 or 10.0.0.0/8"
              value={typed}
              onChange={(event) => setTyped(event.currentTarget.value)}
            />
            <TextInput label="Comment" maxLength={80} value={comment} onChange={(event) => setComment(event.currentTarget.value)} />
            <Button
              type="submit"
              variant="default"
              loading={add.isPending}
              disabled={typed.trim() === ''}
              style={{ alignSelf: 'flex-start' }}
            >
              Add to the list
            </Button>
          </Stack>
        </form>
      )}
      {(add.error || remove.error) && <ErrorNotice error={add.error ?? remove.error} title="The list was not changed" />}
    </Section>
  );
}
