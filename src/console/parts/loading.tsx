import { Group, Loader, Text } from '@mantine/core';

/** No turning circle without a word: what is awaited. It takes the room of what comes, so that nothing jumps. */
export function Loading({ what, height = 200 }: { what: string; height?: number }) {
  return (
    <Group role="status" mih={height} justify="center" gap="sm">
      <Loader size="sm" aria-hidden="true" />
      <Text c="dimmed">{what}</Text>
    </Group>
  );
}
