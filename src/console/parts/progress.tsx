import { Progress as Bar, Group, Text } from '@mantine/core';
import type { components } from '../api/served.d.ts';
import { bytesText, countText, percentDone } from '../format.ts';

type JobProgress = components['schemas']['JobProgress'];

/** How far a running job is: a bar, the percentage, and what it is at. */
export function Progress({ value, label }: { value: JobProgress | undefined; label: string }) {
  const percent = percentDone(value);
  const amounts = [
    value?.documents !== undefined &&
      `${countText(value.documents)}${value.totalDocuments ? ` of ${countText(value.totalDocuments)}` : ''} documents`,
    value?.bytes !== undefined && bytesText(value.bytes),
  ].filter(Boolean);
  return (
    <div>
      <Group justify="space-between" gap="xs" wrap="nowrap">
        <Text size="xs" c="dimmed" truncate>
          {[value?.phase, value?.namespace].filter(Boolean).join(' · ') || label}
        </Text>
        <Text size="xs" style={{ whiteSpace: 'nowrap' }}>
          {percent === null ? '' : `${percent} %`}
        </Text>
      </Group>
      <Bar.Root size="sm" mt={2}>
        <Bar.Section
          value={percent ?? 100}
          animated={percent === null}
          striped={percent === null}
          color="var(--lb-bar)"
          aria-label={label}
          {...(percent !== null && { 'aria-valuenow': percent })}
        />
      </Bar.Root>
      <Text size="xs" c="dimmed" mt={2} mih={18}>
        {amounts.join(', ')}
      </Text>
    </div>
  );
}
