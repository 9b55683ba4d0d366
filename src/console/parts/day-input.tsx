import { TextInput } from '@mantine/core';

/** A day, as `2026-03-01`; the reader's device shows its calendar. */
export function DayInput({ label, value, onChange }: { label: string; value: string; onChange: (value: string) => void }) {
  return <TextInput type="date" label={label} value={value} onChange={(event) => onChange(event.currentTarget.value)} />;
}
