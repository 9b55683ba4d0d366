import { Button } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import { Icon } from './icon.tsx';

/** `what` completes the name for a screen reader: `Copy the curl command`. */
export function CopyButton({ text, what }: { text: string; what: string }) {
  const { copied, copy } = useClipboard({ timeout: 2000 });
  return (
    <Button
      size="compact-xs"
      variant="subtle"
      leftSection={copied ? <Icon name="check" size={14} /> : <Icon name="copy" size={14} />}
      aria-label={`${copied ? 'Copied' : 'Copy'} ${what}`}
      onClick={() => copy(text)}
    >
      {copied ? 'Copied' : 'Copy'}
    </Button>
  );
}
