import { TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { keys } from '../../api/keys.ts';
import { FormDialog } from '../../parts/form-dialog.tsx';
import { LEAST_CHARACTERS, NewPasswordInput } from '../../parts/new-password-input.tsx';
import type { Roles } from './role-words.ts';
import { RolesInput } from './roles-input.tsx';
import { usePlace } from './use-place.ts';
import { createUser } from './user-calls.ts';

export function NewUser({ onClose }: { onClose: () => void }) {
  const { orgId, groupId } = usePlace();
  const cache = useQueryClient();
  const [username, setUsername] = useState('');
  const [password, setPassword] = useState('');
  const [roles, setRoles] = useState<Roles>({ organization: [], project: ['GROUP_READ_ONLY'] });
  const create = useMutation({
    mutationFn: () => createUser(orgId, groupId, { username: username.trim(), password, roles }),
    onSuccess: async () => {
      await cache.invalidateQueries({ queryKey: keys.access(groupId) });
      onClose();
    },
  });
  return (
    <FormDialog
      title="Add a user"
      verb="Add"
      failed="The user was not added"
      onClose={onClose}
      onSubmit={() => create.mutate()}
      busy={create.isPending}
      error={create.error}
      canSubmit={username.trim() !== '' && password.length >= LEAST_CHARACTERS}
    >
      <TextInput
        label="User name"
        maxLength={64}
        value={username}
        onChange={(event) => setUsername(event.currentTarget.value)}
        autoComplete="off"
        data-autofocus
      />
      <NewPasswordInput
        label="First password"
        description="12 characters or more. Tell it to the user, who changes it under Settings."
        value={password}
        onChange={setPassword}
      />
      <RolesInput value={roles} onChange={setRoles} />
    </FormDialog>
  );
}
