import { Autocomplete, Group, TextInput } from '@mantine/core';
import type { Schedule } from '../../api/schedule.ts';
import { timeOfDayText } from '../../schedule-words.ts';

const ZONES = ['UTC', ...Intl.supportedValuesOf('timeZone')];

/** The time of day that the longer frequencies mean, and whose. */
export function TimeFields({ schedule, onChange }: { schedule: Schedule; onChange: (part: Partial<Schedule>) => void }) {
  const { referenceHourOfDay, referenceMinuteOfHour, timeZone } = schedule;
  return (
    <Group mt="md" align="flex-start">
      <TextInput
        type="time"
        label="At"
        w={130}
        required
        withAsterisk={false}
        value={timeOfDayText(referenceHourOfDay, referenceMinuteOfHour)}
        onChange={(event) => {
          const [hour, minute] = event.currentTarget.value.split(':').map(Number);
          if (hour !== undefined && minute !== undefined && !Number.isNaN(hour + minute))
            onChange({ referenceHourOfDay: hour, referenceMinuteOfHour: minute });
        }}
      />
      <Autocomplete
        label="Time zone"
        w={240}
        data={ZONES}
        limit={30}
        value={timeZone}
        onChange={(value) => onChange({ timeZone: value })}
      />
    </Group>
  );
}
