import { Button, Code, Group, Modal, Stack, Table } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { keys } from '../../api/keys.ts';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { Moment } from '../../parts/moment.tsx';
import { type Account, addSecret, deleteSecret } from './account-calls.ts';
import { ExpiryInput, USUAL_HOURS } from './expiry-input.tsx';
import { SecretOnce } from './secret-once.tsx';
import { usePlace } from './use-place.ts';

/** The secrets of a service account: another one first, then the old one goes. */
export function AccountSecrets({ account, onClose }: { account: Account; onClose: () => void }) {
  const place = usePlace();
  const cache = useQueryClient();
  const [hours, setHours] = useState(USUAL_HOURS);
  const [secrets, setSecrets] = useState(account.secrets);
  const refresh = () => cache.invalidateQueries({ queryKey: keys.access(place.groupId) });
  const add = useMutation({
    mutationFn: () => addSecret(place, account, hours),
    onSuccess: (secret) => {
      setSecrets((before) => [...before, secret]);
      return refresh();
    },
  });
  const remove = useMutation({
    mutationFn: (id: string) => deleteSecret(place, account, id),
    onSuccess: (_, id) => {
      setSecrets((before) => before.filter((secret) => secret.id !== id));
      return refresh();
    },
  });
  return (
    <Modal
      opened
      onClose={onClose}
      title={`Secrets of ${account.name}`}
      size="lg"
      closeOnClickOutside={false}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <Stack>
        <Table.ScrollContainer minWidth={420}>
          <Table aria-label="Secrets">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Secret</Table.Th>
                <Table.Th>Expires</Table.Th>
                <Table.Th>Last used</Table.Th>
                <Table.Th>Actions</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {secrets.map(({ id, maskedSecretValue, secret, expiresAt, lastUsedAt }) => (
                <Table.Tr key={id}>
                  <Table.Td>
                    <Code>…{(secret ?? maskedSecretValue ?? '').slice(-4)}</Code>
                  </Table.Td>
                  <Table.Td>
                    <Moment at={expiresAt} />
                  </Table.Td>
                  <Table.Td>
                    <Moment at={lastUsedAt} relative otherwise="never" />
                  </Table.Td>
                  <Table.Td>
                    {place.manages && (
                      <Button
                        variant="subtle"
                        color="red"
                        size="compact-xs"
                        onClick={() => remove.mutate(id)}
                        aria-label={`Delete the secret that ends with ${(secret ?? maskedSecretValue ?? '').slice(-4)}`}
                      >
                        Delete
                      </Button>
                    )}
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
        {add.data?.secret && <SecretOnce title="Another secret" values={[{ name: 'Client secret', value: add.data.secret }]} />}
        {place.manages && (
          <Group align="flex-end">
            <ExpiryInput value={hours} onChange={setHours} />
            <Button onClick={() => add.mutate()} loading={add.isPending}>
              Make another secret
            </Button>
          </Group>
        )}
        {(add.error || remove.error) && <ErrorNotice error={add.error ?? remove.error} title="The secrets were not changed" />}
      </Stack>
    </Modal>
  );
}
