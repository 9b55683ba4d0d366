import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Key } from '../../changes.ts';
import { ErrorNotice } from '../../parts/error-notice.tsx';

interface Props {
  /** `restore`, `drill`. */
  what: string;
  /** What cancelling does and does not. */
  text: string;
  cancel: () => Promise<unknown>;
  /** What is read again afterwards. */
  stale: Key;
}

/** Stops a job, once the reader has said so twice; a refusal says why. */
export function CancelButton({ what, text, cancel, stale }: Props) {
  const [opened, { open, close }] = useDisclosure(false);
  const cache = useQueryClient();
  const asked = useMutation({
    mutationFn: cancel,
    onSuccess: close,
    onSettled: () => void cache.invalidateQueries({ queryKey: stale }),
  });
  const show = () => {
    asked.reset();
    open();
  };
  return (
    <>
      <Button variant="default" onClick={show} disabled={asked.isSuccess}>
        {asked.isSuccess ? 'Being cancelled…' : 'Cancel'}
      </Button>
      <Modal opened={opened} onClose={close} title={`Cancel this ${what}?`} closeButtonProps={{ 'aria-label': 'Close' }}>
        <Stack>
          <Text size="sm">{text}</Text>
          {asked.error && <ErrorNotice error={asked.error} title={`The ${what} was not cancelled`} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              Let it go on
            </Button>
            <Button color="red" loading={asked.isPending} onClick={() => asked.mutate()}>
              Cancel the {what}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  );
}
