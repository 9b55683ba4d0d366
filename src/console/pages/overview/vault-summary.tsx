import { Group, Paper, Text } from '@mantine/core';
import type { VaultStatus } from '../../api/schemas.ts';
import { countText } from '../../format.ts';
import { Bytes } from '../../parts/bytes.tsx';
import { Figure } from '../../parts/figure.tsx';

/** What the snapshots of all projects are together, and what they take. */
export function VaultSummary({ vault: { snapshots, logicalBytes, storedBytes, ratio } }: { vault: VaultStatus }) {
  return (
    <Paper withBorder p="md" component="section" aria-label="The vault">
      <Text size="sm" fw={600} mb="xs">
        The vault, of all projects
      </Text>
      <Group gap="xl">
        <Figure name="Snapshots">{countText(snapshots)}</Figure>
        <Figure name="They hold">
          <Bytes value={logicalBytes} />
        </Figure>
        <Figure name="They take">
          <Bytes value={storedBytes} />
        </Figure>
        {ratio !== undefined && <Figure name="Smaller by">{`${ratio.toLocaleString('en', { maximumSignificantDigits: 3 })} times`}</Figure>}
      </Group>
    </Paper>
  );
}
