import { Paper, Text } from '@mantine/core';
import type { ReactNode } from 'react';

/** One number with its name, and what explains it. */
export function Fact({ title, value, note }: { title: string; value: ReactNode; note?: ReactNode }) {
  return (
    <Paper withBorder px="md" py="sm" radius="md">
      <Text size="xs" c="dimmed">
        {title}
      </Text>
      <Text fw={600} component="div" style={{ overflowWrap: 'anywhere' }}>
        {value}
      </Text>
      {note && (
        <Text size="xs" c="dimmed" component="div">
          {note}
        </Text>
      )}
    </Paper>
  );
}
