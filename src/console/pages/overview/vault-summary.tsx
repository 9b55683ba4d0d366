import { Group, Paper, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import type { VaultStatus } from '../../api/schemas.ts';
import { countText } from '../../format.ts';
import { Bytes } from '../../parts/bytes.tsx';

/** What the snapshots of all projects are together, and what they take. */
export function VaultSummary({ vault: { snapshots, logicalBytes, storedBytes, ratio } }: { vault: VaultStatus }) {
  return (
    <Paper withBorder p="md" component="section" aria-label="The vault">
      <Text size="sm" fw={600} mb="xs">
        The vault, of all projects
      </Text>
      <Group gap="xl">
        <Fact name="Snapshots">{countText(snapshots)}</Fact>
        <Fact name="They hold">
          <Bytes value={logicalBytes} />
        </Fact>
        <Fact name="They take">
          <Bytes value={storedBytes} />
        </Fact>
        {ratio !== undefined && <Fact name="Smaller by">{`${ratio.toLocaleString('en', { maximumSignificantDigits: 3 })} times`}</Fact>}
      </Group>
    </Paper>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <Text size="xs" c="dimmed">
        {name}
      </Text>
      <Text fw={600}>{children}</Text>
    </div>
  );
}
