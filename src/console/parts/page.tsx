import { Anchor, Breadcrumbs, Group, Stack, Text, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import type { ReactNode } from 'react';
import { Link } from 'react-router';

interface Props {
  title: string;
  /** Beside the title: labels. */
  beside?: ReactNode;
  /** The pages above it. */
  above?: { title: string; to: string }[];
  /** Buttons; the API button comes last. */
  actions?: ReactNode;
  children: ReactNode;
}

/** What every page of the shell has: where it is, its name, what can be done, and what it shows. */
export function Page({ title, beside, above = [], actions, children }: Props) {
  useDocumentTitle(`${title} – Lifeboat`);
  return (
    <Stack gap="lg" maw={1280} mx="auto">
      <div>
        {above.length > 0 && (
          <Breadcrumbs component="nav" aria-label="Pages above this one" mb={4} separatorMargin={6}>
            {above.map(({ title: name, to }) => (
              <Anchor key={to} component={Link} to={to} size="sm">
                {name}
              </Anchor>
            ))}
            <Text size="sm" c="dimmed" lh={1.5} truncate>
              {title}
            </Text>
          </Breadcrumbs>
        )}
        <Group justify="space-between" align="center" gap="sm">
          <Group gap="sm" miw={0}>
            <Title order={1} style={{ overflowWrap: 'anywhere' }}>
              {title}
            </Title>
            {beside}
          </Group>
          {actions && <Group gap="xs">{actions}</Group>}
        </Group>
      </div>
      {children}
    </Stack>
  );
}
