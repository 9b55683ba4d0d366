import { ActionIcon, Button, Group, NativeSelect, NumberInput, Stack, Text } from '@mantine/core';
import { Icon } from '../../parts/icon.tsx';
import {
  FREQUENCIES,
  type Frequency,
  intervalsOf,
  itemText,
  newItem,
  type PolicyItem,
  RETENTION_UNITS,
  type RetentionUnit,
} from '../../schedule-words.ts';

interface Props {
  items: PolicyItem[];
  onChange: (items: PolicyItem[]) => void;
}

/** The lines of a policy: each says how often, and how long. */
export function PolicyRows({ items, onChange }: Props) {
  const replace = (place: number, item: PolicyItem) => onChange(items.map((old, at) => (at === place ? item : old)));
  const remove = (place: number) => onChange(items.filter((_, at) => at !== place));
  return (
    <Stack gap="sm" component="ul" m={0} p={0} style={{ listStyle: 'none' }}>
      {items.length === 0 && (
        <Text size="sm" c="dimmed" component="li">
          Nothing is taken by itself. Add a line.
        </Text>
      )}
      {items.map((item, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line that is new has no id, and lines do not change places
        <Row key={place} item={item} onChange={(changed) => replace(place, changed)} onRemove={() => remove(place)} />
      ))}
      <li>
        <Button
          variant="subtle"
          size="compact-sm"
          leftSection={<Icon name="plus" size={14} />}
          onClick={() => onChange([...items, newItem('daily')])}
        >
          Add a line
        </Button>
      </li>
    </Stack>
  );
}

function Row({ item, onChange, onRemove }: { item: PolicyItem; onChange: (item: PolicyItem) => void; onRemove: () => void }) {
  return (
    <Group component="li" gap="xs" align="center" aria-label={itemText(item)}>
      <NativeSelect
        aria-label="How often"
        w={100}
        data={[...FREQUENCIES]}
        value={item.frequencyType}
        // Another frequency is another line, with what suits it.
        onChange={(event) => onChange({ ...newItem(event.currentTarget.value as Frequency), ...(item.id && { id: item.id }) })}
      />
      <NativeSelect
        aria-label="When"
        w={150}
        data={intervalsOf(item.frequencyType).map(({ value, label }) => ({ value: String(value), label }))}
        value={String(item.frequencyInterval)}
        onChange={(event) => onChange({ ...item, frequencyInterval: Number(event.currentTarget.value) })}
      />
      <Text size="sm">kept</Text>
      <NumberInput
        aria-label="How many"
        w={72}
        min={1}
        max={10_000}
        clampBehavior="strict"
        allowDecimal={false}
        value={item.retentionValue}
        onChange={(value) => typeof value === 'number' && value >= 1 && onChange({ ...item, retentionValue: value })}
      />
      <NativeSelect
        aria-label="Of what"
        w={105}
        data={[...RETENTION_UNITS]}
        value={item.retentionUnit}
        onChange={(event) => onChange({ ...item, retentionUnit: event.currentTarget.value as RetentionUnit })}
      />
      <ActionIcon variant="subtle" color="red" aria-label={`Remove the line: ${itemText(item)}`} onClick={onRemove}>
        <Icon name="remove" />
      </ActionIcon>
    </Group>
  );
}
