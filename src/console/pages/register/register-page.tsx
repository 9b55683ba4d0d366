import { Button, Group, Paper, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useNavigate } from 'react-router';
import { api } from '../../api/client.ts';
import { keys } from '../../api/keys.ts';
import { type Cluster, NATIVE } from '../../api/schemas.ts';
import { useMay, useProject } from '../../api/session.ts';
import { ApiHelp } from '../../parts/api-help.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { Page } from '../../parts/page.tsx';
import { TestResult } from './test-result.tsx';

/** Register a deployment: its name and its connection string, which is tested before anything is stored. */
export function RegisterPage() {
  const { id: projectId } = useProject();
  return (
    <Page
      title="Register a cluster"
      above={[{ title: 'Overview', to: `/p/${projectId}` }]}
      actions={
        <ApiHelp
          calls={[
            {
              title: 'Test a connection',
              method: 'POST',
              path: `/api/lifeboat/v1/projects/${projectId}/connectionTests`,
              body: { uri: 'mongodb://…' },
            },
            {
              title: 'Register a cluster',
              method: 'POST',
              path: `/api/lifeboat/v1/projects/${projectId}/clusters`,
              body: { name: 'shop', uri: 'mongodb://…' },
              lifeboat: 'clusters add shop --uri mongodb://…',
            },
          ]}
        />
      }
    >
      {useMay('register') ? (
        <RegisterForm />
      ) : (
        <EmptyState title="You may not register clusters">
          A connection string is trusted, so only an owner of the organization may name one.
        </EmptyState>
      )}
    </Page>
  );
}

function RegisterForm() {
  const { id: projectId } = useProject();
  const cache = useQueryClient();
  const navigate = useNavigate();
  const [name, setName] = useState('');
  const [uri, setUri] = useState('');
  const test = useMutation({ mutationFn: () => api.post(`${NATIVE}/connectionTests`, { path: { projectId }, body: { uri } }) });
  const register = useMutation({
    mutationFn: () => api.post(`${NATIVE}/clusters`, { path: { projectId }, body: { name, uri } }),
    onSuccess: (cluster: Cluster) => {
      void cache.invalidateQueries({ queryKey: keys.project(projectId) });
      void navigate(`/p/${projectId}/clusters/${cluster.name}`);
    },
  });
  const changeUri = (value: string) => {
    setUri(value);
    test.reset();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    register.mutate();
  };
  return (
    <Paper withBorder p="lg" maw={760}>
      <form onSubmit={submit}>
        <Stack>
          <TextInput
            label="Name"
            description="As clients of the API name it: letters, digits and hyphens. It cannot be changed."
            required
            withAsterisk={false}
            maxLength={64}
            pattern="[A-Za-z0-9][A-Za-z0-9\-]*"
            autoComplete="off"
            autoFocus
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <PasswordInput
            label="Connection string"
            description="With the user and the password that Lifeboat shall use; it is stored sealed, and never shown again."
            placeholder="mongodb+srv://user:password@cluster.example.net/"
            required
            withAsterisk={false}
            autoComplete="off"
            spellCheck={false}
            value={uri}
            onChange={(event) => changeUri(event.currentTarget.value)}
            visibilityToggleButtonProps={{ 'aria-label': 'Show the connection string' }}
          />
          {test.error && <ErrorNotice error={test.error} title="The connection was not tested" />}
          {test.data && <TestResult result={test.data} />}
          {register.error && <ErrorNotice error={register.error} title="The cluster was not registered" />}
          <Group justify="flex-end">
            <Button variant="default" disabled={uri === ''} loading={test.isPending} onClick={() => test.mutate()}>
              Test the connection
            </Button>
            <Button type="submit" loading={register.isPending}>
              Register
            </Button>
          </Group>
        </Stack>
      </form>
    </Paper>
  );
}
