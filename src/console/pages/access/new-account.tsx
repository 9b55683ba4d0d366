import { Stack, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { keys } from '../../api/keys.ts';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { FormDialog } from '../../parts/form-dialog.tsx';
import { createAccount, type NewAccount as Input } from './account-calls.ts';
import { ExpiryInput, USUAL_HOURS } from './expiry-input.tsx';
import { RolesInput } from './roles-input.tsx';
import { SecretOnce } from './secret-once.tsx';
import { usePlace } from './use-place.ts';

export function NewAccount({ onClose }: { onClose: () => void }) {
  const place = usePlace();
  const cache = useQueryClient();
  const [input, setInput] = useState<Input>({
    name: '',
    description: '',
    roles: { organization: ['ORG_MEMBER'], project: ['GROUP_READ_ONLY'] },
    hours: USUAL_HOURS,
  });
  const create = useMutation({
    mutationFn: () => createAccount(place, { ...input, name: input.name.trim(), description: input.description.trim() }),
    onSuccess: () => cache.invalidateQueries({ queryKey: keys.access(place.groupId) }),
  });
  const { account, problem } = create.data ?? {};
  const text = (name: 'name' | 'description', most: number) => ({
    maxLength: most,
    value: input[name],
    onChange: (event: { currentTarget: { value: string } }) => setInput({ ...input, [name]: event.currentTarget.value }),
  });
  const { organization, project } = input.roles;
  return (
    <FormDialog
      title="Create a service account"
      verb="Create"
      failed="The service account was not created"
      onClose={onClose}
      onSubmit={() => create.mutate()}
      busy={create.isPending}
      error={create.error}
      canSubmit={
        input.name.trim() !== '' && input.description.trim() !== '' && (place.managesOrganization ? organization : project).length > 0
      }
      done={
        account && (
          <Stack>
            <SecretOnce
              title="The service account is made"
              values={[
                { name: 'Client id', value: account.clientId },
                { name: 'Client secret', value: account.secrets[0]?.secret ?? '' },
              ]}
            />
            {Boolean(problem) && <ErrorNotice error={problem} title="It was not given its roles on the project" />}
          </Stack>
        )
      }
    >
      <TextInput label="Name" {...text('name', 64)} data-autofocus />
      <TextInput label="Description" description="Letters, digits and . , ' - _" {...text('description', 250)} />
      <ExpiryInput value={input.hours} onChange={(hours) => setInput({ ...input, hours })} />
      <RolesInput value={input.roles} onChange={(roles) => setInput({ ...input, roles })} />
    </FormDialog>
  );
}
