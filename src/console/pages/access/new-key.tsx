import { TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { keys } from '../../api/keys.ts';
import { FormDialog } from '../../parts/form-dialog.tsx';
import { createKey } from './key-calls.ts';
import type { Roles } from './role-words.ts';
import { RolesInput } from './roles-input.tsx';
import { SecretOnce } from './secret-once.tsx';
import { usePlace } from './use-place.ts';

export function NewKey({ onClose }: { onClose: () => void }) {
  const place = usePlace();
  const cache = useQueryClient();
  const [desc, setDesc] = useState('');
  const [roles, setRoles] = useState<Roles>({ organization: [], project: ['GROUP_READ_ONLY'] });
  const create = useMutation({
    mutationFn: () => createKey(place, desc.trim(), roles),
    onSuccess: () => cache.invalidateQueries({ queryKey: keys.access(place.groupId) }),
  });
  const made = create.data;
  return (
    <FormDialog
      title="Create an API key"
      verb="Create"
      failed="The key was not created"
      onClose={onClose}
      onSubmit={() => create.mutate()}
      busy={create.isPending}
      error={create.error}
      canSubmit={desc.trim() !== '' && roles.organization.length + roles.project.length > 0}
      done={
        made && (
          <SecretOnce
            title="The key is made"
            values={[
              { name: 'Public key', value: made.publicKey },
              { name: 'Private key', value: made.privateKey },
            ]}
          />
        )
      }
    >
      <TextInput
        label="Description"
        description="What it is for, so that somebody else knows later."
        maxLength={250}
        value={desc}
        onChange={(event) => setDesc(event.currentTarget.value)}
        data-autofocus
      />
      <RolesInput value={roles} onChange={setRoles} />
    </FormDialog>
  );
}
