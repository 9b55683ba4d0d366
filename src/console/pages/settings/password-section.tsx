import { Alert, Button, PasswordInput, Stack } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { api } from '../../api/client.ts';
import { useSignedIn } from '../../api/session.ts';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { LEAST_CHARACTERS, NewPasswordInput } from '../../parts/new-password-input.tsx';
import { Section } from '../../parts/section.tsx';

export function PasswordSection() {
  const { user } = useSignedIn();
  const [currentPassword, setCurrent] = useState('');
  const [newPassword, setNew] = useState('');
  const change = useMutation({
    mutationFn: () => api.put('/api/lifeboat/v1/session/password', { body: { currentPassword, newPassword } }),
    onSuccess: () => setNew(''),
    onSettled: () => setCurrent(''),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change.mutate();
  };
  return (
    <Section title="Password" text="Another password ends all your other sessions, on every machine.">
      <form onSubmit={submit}>
        <Stack gap="sm">
          {/* For the browser's own store of passwords: whose it is. */}
          <input type="text" hidden readOnly autoComplete="username" value={user.username} aria-label="User name" />
          <PasswordInput
            label="Present password"
            autoComplete="current-password"
            value={currentPassword}
            onChange={(event) => setCurrent(event.currentTarget.value)}
            visibilityToggleButtonProps={{ 'aria-label': 'Show the present password' }}
          />
          <NewPasswordInput label="New password" value={newPassword} onChange={setNew} />
          {change.error && <ErrorNotice error={change.error} title="The password was not changed" />}
          {change.isSuccess && (
            <Alert color="forest" variant="light" role="status" title="The password is changed">
              All your other sessions have ended.
            </Alert>
          )}
          <Button
            type="submit"
            loading={change.isPending}
            disabled={currentPassword === '' || newPassword.length < LEAST_CHARACTERS}
            style={{ alignSelf: 'flex-start' }}
          >
            Change the password
          </Button>
        </Stack>
      </form>
    </Section>
  );
}
