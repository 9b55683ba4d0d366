import { Button, Code, Group, Modal, Stack, Table } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { keys } from '../../api/keys.ts';
import { ConfirmByName } from '../../parts/confirm-by-name.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { Moment } from '../../parts/moment.tsx';
import { type Account, addSecret, deleteSecret, type Secret } from './account-calls.ts';
import { ExpiryInput, USUAL_HOURS } from './expiry-input.tsx';
import { SecretOnce } from './secret-once.tsx';
import { usePlace } from './use-place.ts';

/** The secrets of a service account: another one first, then the old one goes. */
export function AccountSecrets({ account, onClose }: { account: Account; onClose: () => void }) {
  const place = usePlace();
  const cache = useQueryClient();
  const [hours, setHours] = useState(USUAL_HOURS);
  const [secrets, setSecrets] = useState(account.secrets);
  const [deleting, setDeleting] = useState<Secret | null>(null);
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
      setDeleting(null);
      return refresh();
    },
  });
  if (deleting)
    return (
      <ConfirmByName
        opened
        onClose={() => {
          setDeleting(null);
          remove.reset();
        }}
        title={`Delete a secret of ${account.name}`}
        name={endOf(deleting)}
        verb="Delete"
        busy={remove.isPending}
        error={remove.error}
        onConfirm={() => remove.mutate(deleting.id)}
      >
        Programs that use the secret that ends with {endOf(deleting)} get no more tokens from the next request on.
      </ConfirmByName>
    );
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
              {secrets.map((secret) => (
                <Table.Tr key={secret.id}>
                  <Table.Td>
                    <Code>…{endOf(secret)}</Code>
                  </Table.Td>
                  <Table.Td>
                    <Moment at={secret.expiresAt} />
                  </Table.Td>
                  <Table.Td>
                    <Moment at={secret.lastUsedAt} relative otherwise="never" />
                  </Table.Td>
                  <Table.Td>
                    {place.manages && (
                      <Button
                        variant="subtle"
                        color="red"
                        size="compact-xs"
                        onClick={() => setDeleting(secret)}
                        aria-label={`Delete the secret that ends with ${endOf(secret)}`}
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
        {add.error && <ErrorNotice error={add.error} title="The secrets were not changed" />}
      </Stack>
    </Modal>
  );
}

/** What is shown of a secret. */
function endOf({ id, secret, maskedSecretValue }: Secret): string {
  return (secret ?? maskedSecretValue ?? id).slice(-4);
}
