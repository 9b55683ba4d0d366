import { Button, Group, Modal, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { ErrorNotice } from './error-notice.tsx';

interface Props {
  title: string;
  onClose: () => void;
  onSubmit: () => void;
  /** The word on the button, a verb: `Create`. */
  verb: string;
  busy: boolean;
  error: unknown;
  /** What it says when it fails: `The key was not created`. */
  failed: string;
  canSubmit?: boolean;
  /** What there is to see once it is done; then nothing more can be sent. */
  done?: ReactNode;
  children: ReactNode;
}

/** A form in a dialog; it is there for as long as it is rendered. */
export function FormDialog({ title, onClose, onSubmit, verb, busy, error, failed, canSubmit = true, done, children }: Props) {
  return (
    <Modal
      opened
      onClose={onClose}
      title={title}
      size="lg"
      closeOnClickOutside={false}
      closeOnEscape={!done}
      closeButtonProps={{ 'aria-label': 'Close' }}
      transitionProps={{ duration: 0 }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (canSubmit && !busy && !done) onSubmit();
        }}
      >
        <Stack>
          {done ?? children}
          {Boolean(error) && <ErrorNotice error={error} title={failed} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {done ? 'Done' : 'Cancel'}
            </Button>
            {!done && (
              <Button type="submit" loading={busy} disabled={!canSubmit}>
                {verb}
              </Button>
            )}
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
