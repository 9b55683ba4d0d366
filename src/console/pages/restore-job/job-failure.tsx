import { Alert, Code, Group, SimpleGrid, Stack, Text } from '@mantine/core';
import type { RestoreJob } from '../../api/restores.ts';
import { Icon } from '../../parts/icon.tsx';
import { WithCode } from '../../parts/with-code.tsx';
import { afterFailure, standingOf } from './job-words.ts';
import { NamesList } from './names-list.tsx';

/** Why it failed, how the target is now, and what to do next. */
export function JobFailure({ job }: { job: RestoreJob }) {
  const { failure, verification, cancelled } = job;
  const { target, next } = afterFailure(job);
  const standing = failure && standingOf(failure.message);
  return (
    <Stack>
      <Alert
        color={cancelled ? 'gray' : 'red'}
        icon={<Icon name={cancelled ? 'info' : 'critical'} />}
        title={cancelled ? 'Cancelled' : 'The restore failed'}
        role="alert"
      >
        <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
          <WithCode text={failure?.message ?? ''} />
        </Text>
        <Text size="sm" mt="xs" fw={600}>
          {target}
        </Text>
        <Text size="sm">
          <WithCode text={next} />
        </Text>
        {failure && (
          <Group mt="xs">
            <Code>{failure.code}</Code>
          </Group>
        )}
      </Alert>
      {standing && (
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <NamesList title="Replaced already" names={standing.replaced} />
          <NamesList title="Still as before" names={standing.asBefore} />
        </SimpleGrid>
      )}
      <NamesList title="Differences from the snapshot" names={verification?.differences} />
    </Stack>
  );
}
