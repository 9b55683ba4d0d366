import { Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { FormDialog } from '../../parts/form-dialog.tsx';
import { LEAST_CHARACTERS, NewPasswordInput } from '../../parts/new-password-input.tsx';
import { usePlace } from './use-place.ts';
import { setPassword, type User } from './user-calls.ts';

/** For somebody who has forgotten theirs. */
export function NewPassword({ user, onClose }: { user: User; onClose: () => void }) {
  const { orgId } = usePlace();
  const [password, setTyped] = useState('');
  const save = useMutation({ mutationFn: () => setPassword(orgId, user.id, password), onSuccess: onClose });
  return (
    <FormDialog
      title={`A new password for ${user.username}`}
      verb="Set the password"
      failed="The password was not changed"
      onClose={onClose}
      onSubmit={() => save.mutate()}
      busy={save.isPending}
      error={save.error}
      canSubmit={password.length >= LEAST_CHARACTERS}
    >
      <Text size="sm">{user.username} is signed out everywhere, and signs in again with the new one.</Text>
      <NewPasswordInput label="New password" value={password} onChange={setTyped} />
    </FormDialog>
  );
}
