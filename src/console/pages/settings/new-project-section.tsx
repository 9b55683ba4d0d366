import { Button, Group, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useNavigate } from 'react-router';
import { api } from '../../api/client.ts';
import { keys } from '../../api/keys.ts';
import { useSignedIn } from '../../api/session.ts';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { Section } from '../../parts/section.tsx';

/** Projects keep clusters, and who may do what with them, apart. */
export function NewProjectSection() {
  const { organization } = useSignedIn();
  const cache = useQueryClient();
  const navigate = useNavigate();
  const [name, setName] = useState('');
  const create = useMutation({
    mutationFn: () => api.post('/api/atlas/v2/groups', { body: { name: name.trim(), orgId: organization.id } }),
    onSuccess: async ({ id }) => {
      await cache.invalidateQueries({ queryKey: keys.session });
      await navigate(`/p/${id}`);
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate();
  };
  return (
    <Section title="Another project" text="Clusters of one project are not seen by those who have roles only on another.">
      <form onSubmit={submit}>
        <Group align="flex-end" wrap="nowrap">
          <TextInput
            label="Name of the new project"
            maxLength={64}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            style={{ flex: 1 }}
          />
          <Button type="submit" variant="default" loading={create.isPending} disabled={name.trim() === ''}>
            Create
          </Button>
        </Group>
      </form>
      {create.error && <ErrorNotice error={create.error} title="The project was not created" />}
    </Section>
  );
}
