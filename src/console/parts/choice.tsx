import { NativeSelect } from '@mantine/core';

interface Props {
  label: string;
  /** What the list shows when nothing is chosen: `All kinds`. */
  all: string;
  options: readonly { value: string; label: string }[];
  value: string;
  onChange: (value: string) => void;
}

/** One of a few, or none of them; as the reader's device shows such a list. */
export function Choice({ label, all, options, value, onChange }: Props) {
  // What an old link asks for may not be offered any more, and is still what is asked for.
  const known = value === '' || options.some((option) => option.value === value) ? options : [...options, { value, label: value }];
  return (
    <NativeSelect
      label={label}
      value={value}
      data={[{ value: '', label: all }, ...known]}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
