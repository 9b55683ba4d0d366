import { Alert, Code, Group, Stack, Text } from '@mantine/core';
import { CopyButton } from '../../parts/copy-button.tsx';

/** What is shown once and never again: named values, each with a button that copies it. */
export function SecretOnce({ title, values }: { title: string; values: { name: string; value: string }[] }) {
  return (
    <Alert color="yellow" variant="light" title={title} role="status">
      <Stack gap="sm">
        <Text size="sm">Copy it now: it is shown this once. Lifeboat keeps no copy that it could show again.</Text>
        {values.map(({ name, value }) => (
          <div key={name}>
            <Text size="xs" fw={600}>
              {name}
            </Text>
            <Group gap="xs">
              <Code style={{ overflowWrap: 'anywhere', minWidth: 0 }} aria-label={name}>
                {value}
              </Code>
              <CopyButton text={value} what={name.toLowerCase()} />
            </Group>
          </div>
        ))}
      </Stack>
    </Alert>
  );
}
