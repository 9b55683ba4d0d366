import { Button, Group, Paper, PasswordInput, Stack, Title } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { api, request, urlOf } from '../../api/client.ts';
import { useClusterName } from '../../api/clusters.ts';
import { keys } from '../../api/keys.ts';
import { NATIVE } from '../../api/schemas.ts';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { TestResult } from '../register/test-result.tsx';

/** Another connection string of the same deployment: rotated credentials, mostly. */
export function OtherConnection() {
  const path = useClusterName();
  const cache = useQueryClient();
  const [uri, setUri] = useState('');
  const test = useMutation({ mutationFn: () => api.post(`${NATIVE}/connectionTests`, { path, body: { uri } }) });
  const change = useMutation({
    mutationFn: () => request('PATCH', urlOf(`${NATIVE}/clusters/{clusterName}`, path), { body: { uri } }),
    onSuccess: () => {
      setUri('');
      test.reset();
      notifications.show({ message: 'The new connection string is used from now on' });
      return cache.invalidateQueries({ queryKey: keys.project(path.projectId) });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change.mutate();
  };
  return (
    <Paper withBorder p="md" component="section" aria-labelledby="other-connection">
      <Title order={2} id="other-connection" mb="xs">
        Other credentials
      </Title>
      <form onSubmit={submit}>
        <Stack>
          <PasswordInput
            label="New connection string"
            description="It has to lead to the same deployment. The one that is used now is sealed, and never shown."
            required
            withAsterisk={false}
            autoComplete="off"
            spellCheck={false}
            value={uri}
            onChange={(event) => {
              setUri(event.currentTarget.value);
              test.reset();
            }}
            visibilityToggleButtonProps={{ 'aria-label': 'Show the connection string' }}
          />
          {test.error && <ErrorNotice error={test.error} title="The connection was not tested" />}
          {test.data && <TestResult result={test.data} />}
          {change.error && <ErrorNotice error={change.error} title="The connection string was not changed" />}
          <Group justify="flex-end">
            <Button variant="default" disabled={uri === ''} loading={test.isPending} onClick={() => test.mutate()}>
              Test the connection
            </Button>
            <Button type="submit" disabled={uri === ''} loading={change.isPending}>
              Use it
            </Button>
          </Group>
        </Stack>
      </form>
    </Paper>
  );
}
