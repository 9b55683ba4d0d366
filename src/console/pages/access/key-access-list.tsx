import { Button, Group, Modal, Stack, Table, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { api } from '../../api/client.ts';
import { keys } from '../../api/keys.ts';
import { ConfirmByName } from '../../parts/confirm-by-name.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { Loading } from '../../parts/loading.tsx';
import { Moment } from '../../parts/moment.tsx';
import { entryOf } from './access-entry.ts';
import type { Key } from './key-calls.ts';
import { usePlace } from './use-place.ts';

const PATH = '/api/atlas/v2/orgs/{orgId}/apiKeys/{apiUserId}/accessList';

/** Where a key may be used from. */
export function KeyAccessList({ apiKey, onClose }: { apiKey: Key; onClose: () => void }) {
  const { orgId, groupId, managesOrganization } = usePlace();
  const cache = useQueryClient();
  const path = { orgId, apiUserId: apiKey.id };
  const queryKey = [...keys.access(groupId), 'keys', apiKey.id, 'list'];
  const { data, error, refetch } = useQuery({
    queryKey,
    queryFn: ({ signal }) => api.get(PATH, { path, query: { itemsPerPage: 500 }, signal }),
  });
  const [typed, setTyped] = useState('');
  const refresh = () => cache.invalidateQueries({ queryKey });
  const add = useMutation({
    mutationFn: () => api.post(PATH, { path, body: [entryOf(typed)] }),
    onSuccess: () => {
      setTyped('');
      return refresh();
    },
  });
  const remove = useMutation({
    mutationFn: (block: string) => api.delete(`${PATH}/{ipAddress}`, { path: { ...path, ipAddress: block } }),
    onSuccess: () => {
      setOpening(null);
      return refresh();
    },
  });
  /** The last entry, while it is asked whether it shall go. */
  const [opening, setOpening] = useState<string | null>(null);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    add.mutate();
  };
  const entries = data?.results ?? [];
  if (opening !== null)
    return (
      <ConfirmByName
        opened
        onClose={() => {
          setOpening(null);
          remove.reset();
        }}
        title="Remove the last entry?"
        name={opening}
        verb="Remove"
        busy={remove.isPending}
        error={remove.error}
        onConfirm={() => remove.mutate(opening)}
      >
        Without an entry the list allows everything: {apiKey.publicKey} may then be used from everywhere.
      </ConfirmByName>
    );
  return (
    <Modal opened onClose={onClose} title={`Access list of ${apiKey.publicKey}`} size="lg" closeButtonProps={{ 'aria-label': 'Close' }}>
      <Stack>
        <Text size="sm" c="dimmed">
          {data && entries.length === 0
            ? 'The list is empty: the key may be used from everywhere.'
            : 'The key may be used from these addresses and from nowhere else.'}
        </Text>
        {error && <ErrorNotice error={error} title="The list could not be read" onRetry={() => void refetch()} />}
        {!data && !error && <Loading what="Reading the list…" height={80} />}
        {entries.length > 0 && (
          <Table aria-label="Access list">
            <Table.Tbody>
              {entries.map(({ cidrBlock = '', lastUsed }) => (
                <Table.Tr key={cidrBlock}>
                  <Table.Td>{cidrBlock}</Table.Td>
                  <Table.Td>
                    used <Moment at={lastUsed} relative otherwise="never" />
                  </Table.Td>
                  <Table.Td ta="right">
                    {managesOrganization && (
                      <Button
                        variant="subtle"
                        color="red"
                        size="compact-xs"
                        loading={remove.isPending && remove.variables === cidrBlock}
                        onClick={() => (entries.length === 1 ? setOpening(cidrBlock) : remove.mutate(cidrBlock))}
                        aria-label={`Remove ${cidrBlock}`}
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
        {managesOrganization && (
          <form onSubmit={submit}>
            <Group align="flex-end" wrap="nowrap">
              <TextInput
                label="Address or block"
                placeholder="203.0.113.7 or 10.0.0.0/8"
                value={typed}
                onChange={(event) => setTyped(event.currentTarget.value)}
                style={{ flex: 1 }}
              />
              <Button type="submit" loading={add.isPending} disabled={typed.trim() === ''}>
                Add
              </Button>
            </Group>
          </form>
        )}
        {(add.error || remove.error) && <ErrorNotice error={add.error ?? remove.error} title="The list was not changed" />}
      </Stack>
    </Modal>
  );
}
