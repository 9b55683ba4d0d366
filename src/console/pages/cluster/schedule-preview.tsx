import { Alert, Badge, Group, List, Paper, Stack, Text, Title } from '@mantine/core';
import { type Schedule, usePreview } from '../../api/schedule.ts';
import type { SchedulePreview } from '../../api/schemas.ts';
import { counted } from '../../format.ts';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Loading } from '../../parts/loading.tsx';
import { Moment } from '../../parts/moment.tsx';

/** What the draft would do: the next snapshots, how many there are in the end, and which of today's would go. */
export function SchedulePreviewPane({ draft, isChanged }: { draft: Schedule; isChanged: boolean }) {
  const { data, error } = usePreview(draft);
  return (
    <Paper withBorder p="md" component="section" aria-label="What this schedule does" mih={420}>
      <Title order={2} mb="sm">
        {isChanged ? 'What it would do' : 'What it does'}
      </Title>
      {error && <ErrorNotice error={error} title="This schedule is not possible" />}
      {!data && !error && <Loading what="Working it out…" />}
      {data && !error && <Outcome preview={data} paused={draft.paused} isChanged={isChanged} />}
    </Paper>
  );
}

function Outcome({
  preview: { next, kept, deletedNow },
  paused,
  isChanged,
}: {
  preview: SchedulePreview;
  paused: boolean;
  isChanged: boolean;
}) {
  return (
    <Stack gap="md">
      {isChanged && deletedNow.length > 0 && (
        <Alert color="red" icon={<Icon name="warning" />} title={`${counted(deletedNow.length, 'snapshot')} would be given up`}>
          <List size="sm">
            {deletedNow.slice(0, 8).map(({ id, scheduledAt }) => (
              <List.Item key={id}>
                <Moment at={scheduledAt} />
              </List.Item>
            ))}
          </List>
          {deletedNow.length > 8 && <Text size="sm">and {deletedNow.length - 8} more</Text>}
        </Alert>
      )}
      <Text size="sm">
        In the end there are at most <b>{counted(kept.atMost, 'snapshot')}</b> of it at once.
      </Text>
      <div>
        <Text size="sm" fw={600} mb={4}>
          {paused ? 'The next snapshots, once it is not paused any more' : 'The next snapshots'}
        </Text>
        {next.length > 0 && (
          <Text size="xs" c="dimmed" mb={4}>
            In your time zone ({Intl.DateTimeFormat().resolvedOptions().timeZone}).
          </Text>
        )}
        {next.length === 0 && (
          <Text size="sm" c="dimmed">
            None.
          </Text>
        )}
        <Stack gap={4} component="ol" m={0} p={0} style={{ listStyle: 'none' }}>
          {next.map(({ at, frequencyTypes }) => (
            <Group component="li" key={at} gap="xs" justify="space-between">
              <Text size="sm">
                <Moment at={at} />
              </Text>
              <Group gap={4}>
                {[...new Set(frequencyTypes)].map((type) => (
                  <Badge key={type} color="gray" size="sm">
                    {type}
                  </Badge>
                ))}
              </Group>
            </Group>
          ))}
        </Stack>
      </div>
    </Stack>
  );
}
