import { Button, Code, Group, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { api } from '../../api/client.ts';
import { keys } from '../../api/keys.ts';
import { useMay, useProject, useSignedIn } from '../../api/session.ts';
import { CopyButton } from '../../parts/copy-button.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { Section } from '../../parts/section.tsx';

/** The project that is looked at: its ids for other programs, and its name. */
export function ProjectSection() {
  const { id, name } = useProject();
  const { organization } = useSignedIn();
  const mayManage = useMay('manage');
  const cache = useQueryClient();
  const [typed, setTyped] = useState(name);
  const rename = useMutation({
    mutationFn: () => api.patch('/api/atlas/v2/groups/{groupId}', { path: { groupId: id }, body: { name: typed.trim() } }),
    onSuccess: () => cache.invalidateQueries({ queryKey: keys.session }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    rename.mutate();
  };
  return (
    <Section title={`The project ${name}`} text={mayManage ? undefined : 'Owners of the project can rename it.'}>
      <Id name="Project id" value={id} />
      <Id name="Organization id" value={organization.id} />
      {mayManage && (
        <form onSubmit={submit}>
          <Group align="flex-end" wrap="nowrap">
            <TextInput
              label="Name"
              maxLength={64}
              value={typed}
              onChange={(event) => setTyped(event.currentTarget.value)}
              style={{ flex: 1 }}
            />
            <Button type="submit" variant="default" loading={rename.isPending} disabled={typed.trim() === '' || typed.trim() === name}>
              Rename
            </Button>
          </Group>
        </form>
      )}
      {rename.error && <ErrorNotice error={rename.error} title="The project was not renamed" />}
    </Section>
  );
}

function Id({ name, value }: { name: string; value: string }) {
  return (
    <Group gap="xs">
      <Text size="sm" w={120}>
        {name}
      </Text>
      <Code>{value}</Code>
      <CopyButton text={value} what={name.toLowerCase()} />
    </Group>
  );
}
