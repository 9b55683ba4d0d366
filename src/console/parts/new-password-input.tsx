import { PasswordInput } from '@mantine/core';

interface Props {
  label: string;
  value: string;
  onChange: (value: string) => void;
  description?: string;
}

/** The least that the server takes. */
export const LEAST_CHARACTERS = 12;

/** A password that is chosen. */
export function NewPasswordInput({
  label,
  value,
  onChange,
  description = '12 characters or more; a few words that nobody guesses are best.',
}: Props) {
  return (
    <PasswordInput
      label={label}
      description={description}
      required
      withAsterisk={false}
      minLength={LEAST_CHARACTERS}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      autoComplete="new-password"
      visibilityToggleButtonProps={{ 'aria-label': 'Show the password' }}
    />
  );
}
