import { Group, NativeSelect, NumberInput, Stack, Switch, Text } from '@mantine/core';
import type { Schedule } from '../../api/schedule.ts';

type Drill = NonNullable<Schedule['drill']>;

/** Whether restores are rehearsed by themselves, and how old a proof may become before it is a warning. */
export function DrillFields({ drill, onChange }: { drill: Drill | null; onChange: (drill: Drill | null) => void }) {
  return (
    <Stack gap="sm">
      <Switch
        label="Rehearse a restore of the newest snapshot by itself"
        description="A drill loads it beside everything else, compares it with the snapshot, and removes it again: nothing is touched."
        checked={drill !== null}
        onChange={(event) => onChange(event.currentTarget.checked ? { every: 'week', objectiveDays: 14 } : null)}
      />
      {drill && (
        <Group gap="xs">
          <Text size="sm">Every</Text>
          <NativeSelect
            aria-label="How often a restore is rehearsed"
            w={110}
            data={['day', 'week', 'month']}
            value={drill.every}
            onChange={(event) => onChange({ ...drill, every: event.currentTarget.value as Drill['every'] })}
          />
          <Text size="sm">; warn when the last proof is older than</Text>
          <NumberInput
            aria-label="Days after which a proof is too old"
            w={80}
            min={1}
            max={3650}
            clampBehavior="strict"
            allowDecimal={false}
            value={drill.objectiveDays}
            onChange={(value) => typeof value === 'number' && value >= 1 && onChange({ ...drill, objectiveDays: value })}
          />
          <Text size="sm">days</Text>
        </Group>
      )}
    </Stack>
  );
}
