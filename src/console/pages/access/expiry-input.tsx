import { NativeSelect } from '@mantine/core';

const DAY = 24;
const CHOICES = [
  { hours: 8, label: '8 hours' },
  { hours: DAY, label: '1 day' },
  { hours: 7 * DAY, label: '7 days' },
  { hours: 30 * DAY, label: '30 days' },
  { hours: 90 * DAY, label: '90 days' },
  { hours: 180 * DAY, label: '180 days' },
  { hours: 365 * DAY, label: '1 year' },
];

export const USUAL_HOURS = 90 * DAY;

/** How long a secret is good for, within what Atlas takes. */
export function ExpiryInput({ value, onChange }: { value: number; onChange: (hours: number) => void }) {
  return (
    <NativeSelect
      label="The secret expires after"
      value={String(value)}
      data={CHOICES.map(({ hours, label }) => ({ value: String(hours), label }))}
      onChange={(event) => onChange(Number(event.currentTarget.value))}
    />
  );
}
