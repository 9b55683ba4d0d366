import { Alert, Button, Code, Group, Text } from '@mantine/core';
import { asApiError } from '../api/errors.ts';
import { Icon } from './icon.tsx';
import { WithCode } from './with-code.tsx';

interface Props {
  error: unknown;
  /** What was tried: `The snapshot could not be taken`. */
  title: string;
  onRetry?: () => void;
}

/** What happened, and what to do next. */
export function ErrorNotice({ error, title, onRetry }: Props) {
  const { message, hint, code } = asApiError(error);
  return (
    <Alert color="red" variant="light" title={title} icon={<Icon name="warning" />} role="alert">
      <Text size="sm">
        <WithCode text={message} />
      </Text>
      {hint && (
        <Text size="sm" mt={4}>
          <WithCode text={hint} />
        </Text>
      )}
      <Group mt="xs" gap="sm">
        {onRetry && (
          <Button size="xs" variant="default" onClick={onRetry}>
            Try again
          </Button>
        )}
        <Code>{code}</Code>
      </Group>
    </Alert>
  );
}
