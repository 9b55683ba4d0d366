import { Alert, Code, Group, List, Stack, Text } from '@mantine/core';
import type { ConnectionTest } from '../../api/schemas.ts';
import { counted } from '../../format.ts';
import { ConsistencyLabel } from '../../parts/consistency-label.tsx';
import { Icon } from '../../parts/icon.tsx';
import { TopologyText } from '../../parts/topology-text.tsx';

/** What a test of a connection string found: what is there, how good a snapshot of it would be, and what its user lacks. */
export function TestResult({ result }: { result: ConnectionTest }) {
  if (!result.reachable) {
    return (
      <Alert color="red" title="No connection" icon={<Icon name="warning" />} role="alert">
        <Text size="sm">{result.message}</Text>
        {result.hint && (
          <Text size="sm" mt={4}>
            {result.hint}
          </Text>
        )}
        {result.code && <Code mt="xs">{result.code}</Code>}
      </Alert>
    );
  }
  const { consistency, databases, deployment, missingRights = [] } = result;
  return (
    <Alert color={missingRights.length > 0 ? 'yellow' : 'forest'} title="Connected" icon={<Icon name="check" />} role="status">
      <Stack gap="xs">
        <Text size="sm">
          <TopologyText {...result} /> at <Code>{deployment}</Code>
          {databases !== undefined && `, with ${counted(databases, 'database')}`}
        </Text>
        {consistency && (
          <Group gap="xs" align="center">
            <Text size="sm">A snapshot would be</Text>
            <ConsistencyLabel value={consistency.label} />
            <Text size="sm" c="dimmed">
              {consistency.reason}
            </Text>
          </Group>
        )}
        {missingRights.length > 0 && (
          <div>
            <Text size="sm" fw={600}>
              The user of this connection string lacks rights:
            </Text>
            <List size="sm">
              {missingRights.map((right) => (
                <List.Item key={right}>{right}</List.Item>
              ))}
            </List>
          </div>
        )}
      </Stack>
    </Alert>
  );
}
