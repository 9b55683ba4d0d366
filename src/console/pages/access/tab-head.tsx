import { Button, Group, Text } from '@mantine/core';
import { Icon } from '../../parts/icon.tsx';

interface Props {
  /** What these are, in a sentence. */
  text: string;
  add: string;
  /** Absent for those who may not; `reason` says why. */
  onAdd?: (() => void) | undefined;
  reason?: string;
}

/** Above a list of those who may do something. */
export function TabHead({ text, add, onAdd, reason }: Props) {
  return (
    <Group justify="space-between" mb="md" gap="sm">
      <Text size="sm" c="dimmed" maw={640}>
        {text} {!onAdd && reason}
      </Text>
      {onAdd && (
        <Button leftSection={<Icon name="plus" size={16} />} onClick={onAdd}>
          {add}
        </Button>
      )}
    </Group>
  );
}
