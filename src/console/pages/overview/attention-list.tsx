import { Anchor, Button, Group, Paper, Stack, Text, ThemeIcon } from '@mantine/core';
import { useState } from 'react';
import { Link } from 'react-router';
import type { Attention } from '../../api/overview.ts';
import { useProject } from '../../api/session.ts';
import { Icon } from '../../parts/icon.tsx';
import { WithCode } from '../../parts/with-code.tsx';

const LOOKS = {
  critical: { color: 'red', icon: 'critical', word: 'Critical' },
  warning: { color: 'yellow', icon: 'warning', word: 'Warning' },
  info: { color: 'gray', icon: 'info', word: 'Note' },
} as const;
const SHOWN_AT_FIRST = 5;

/** What needs somebody, the most urgent first; in the place of it a line that says that nothing does. */
export function AttentionList({ items }: { items: Attention[] }) {
  const [all, setAll] = useState(false);
  if (items.length === 0) {
    return (
      <Paper withBorder p="sm" component="section" aria-label="What needs attention">
        <Group gap="sm">
          <ThemeIcon size="sm" radius="xl" aria-hidden="true">
            <Icon name="check" size={14} />
          </ThemeIcon>
          <Text size="sm">Nothing needs attention.</Text>
        </Group>
      </Paper>
    );
  }
  const shown = all ? items : items.slice(0, SHOWN_AT_FIRST);
  return (
    <Paper withBorder p="sm" component="section" aria-label="What needs attention">
      <Stack gap="xs" component="ul" m={0} p={0} style={{ listStyle: 'none' }}>
        {shown.map((item) => (
          <Item key={`${item.clusterName} ${item.code} ${item.message}`} item={item} />
        ))}
      </Stack>
      {items.length > SHOWN_AT_FIRST && (
        <Button variant="subtle" size="compact-sm" mt="xs" onClick={() => setAll(!all)} aria-expanded={all}>
          {all ? 'Show fewer' : `Show ${items.length - SHOWN_AT_FIRST} more`}
        </Button>
      )}
    </Paper>
  );
}

function Item({ item: { severity, clusterName, message, hint } }: { item: Attention }) {
  const { id } = useProject();
  const { color, icon, word } = LOOKS[severity];
  return (
    <Group component="li" gap="sm" wrap="nowrap" align="flex-start">
      <ThemeIcon color={color} variant="light" size="sm" role="img" aria-label={word}>
        <Icon name={icon} size={14} />
      </ThemeIcon>
      <div>
        <Text size="sm">
          {clusterName && (
            <>
              <Anchor component={Link} to={`/p/${id}/clusters/${clusterName}`} inherit fw={600} underline="always">
                {clusterName}
              </Anchor>
              :{' '}
            </>
          )}
          <WithCode text={message} />
        </Text>
        {hint && (
          <Text size="xs" c="dimmed">
            <WithCode text={hint} />
          </Text>
        )}
      </div>
    </Group>
  );
}
