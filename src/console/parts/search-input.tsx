import { TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useEffect, useState } from 'react';

interface Props {
  label: string;
  placeholder: string;
  value: string;
  onChange: (value: string) => void;
}

/** A text to look for: asked for once the reader stops typing, not at each letter. */
export function SearchInput({ label, placeholder, value, onChange }: Props) {
  const [typed, setTyped] = useState(value);
  const tell = useDebouncedCallback(onChange, 300);
  // Somebody else has changed it: going back, or clearing all filters.
  useEffect(() => setTyped(value), [value]);
  return (
    <TextInput
      type="search"
      label={label}
      placeholder={placeholder}
      maxLength={200}
      value={typed}
      onChange={(event) => {
        setTyped(event.currentTarget.value);
        tell(event.currentTarget.value.trim());
      }}
    />
  );
}
