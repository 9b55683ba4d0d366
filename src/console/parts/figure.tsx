import { Text } from '@mantine/core';
import type { ReactNode } from 'react';

/** A number below its name, beside others. */
export function Figure({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <Text size="xs" c="dimmed">
        {name}
      </Text>
      <Text fw={600}>{children}</Text>
    </div>
  );
}
