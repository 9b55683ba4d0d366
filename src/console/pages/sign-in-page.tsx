import { Anchor, Button, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { Navigate, useSearchParams } from 'react-router';
import { useNeedsOwner, useSession, useSignIn } from '../api/session.ts';
import { Door } from '../parts/door.tsx';
import { ErrorNotice } from '../parts/error-notice.tsx';

export function SignInPage() {
  const { data: session } = useSession();
  const { data: setup } = useNeedsOwner();
  const [search] = useSearchParams();
  const signIn = useSignIn();
  const [username, setUsername] = useState('');
  const [password, setPassword] = useState('');
  if (session) return <Navigate to={ownPath(search.get('next'))} replace />;
  if (setup?.needsOwner) return <Navigate to="/setup" replace />;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    signIn.mutate({ username, password }, { onError: () => setPassword('') });
  };
  return (
    <Door title="Sign in" text="To the backups of your MongoDB deployments.">
      <form onSubmit={submit}>
        <Stack>
          <TextInput
            label="User name"
            name="username"
            autoComplete="username"
            required
            withAsterisk={false}
            autoFocus
            value={username}
            onChange={(event) => setUsername(event.currentTarget.value)}
          />
          <PasswordInput
            label="Password"
            name="password"
            autoComplete="current-password"
            required
            withAsterisk={false}
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
            visibilityToggleButtonProps={{ 'aria-label': 'Show the password' }}
          />
          {signIn.error && <ErrorNotice error={signIn.error} title="You are not signed in" />}
          <Button type="submit" loading={signIn.isPending} fullWidth>
            Sign in
          </Button>
          <Text size="xs" c="dimmed">
            Programs use an API key instead:{' '}
            <Anchor href="/api/docs" inherit underline="always">
              API reference
            </Anchor>
            .
          </Text>
        </Stack>
      </form>
    </Door>
  );
}

/** Where to go afterwards: only to a page of this console, whoever made the link. */
export function ownPath(next: string | null): string {
  return next?.startsWith('/p/') ? next : '/';
}
