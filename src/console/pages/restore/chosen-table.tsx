import { Button, Group, List, Paper, Text, TextInput } from '@mantine/core';
import { countText } from '../../format.ts';
import { type Choice, isDatabase, MOST_CHOSEN, nameProblem, plainName, toggled } from './wizard-state.ts';

/** What was chosen, and under which name it comes back. */
export function ChosenTable({ chosen, onChange }: { chosen: readonly Choice[]; onChange: (next: Choice[]) => void }) {
  if (chosen.length === 0)
    return (
      <Text size="sm" role="status">
        Nothing is chosen yet. Tick collections below, or whole databases.
      </Text>
    );
  const rename = (pattern: string, to: string) => onChange(chosen.map((choice) => (choice.from === pattern ? { ...choice, to } : choice)));
  return (
    <Paper withBorder p="xs" radius="md">
      <Text size="sm" fw={600} px="xs" role="status">
        {countText(chosen.length)} chosen. With a new name it comes to stand beside what is there now.
        {chosen.length >= MOST_CHOSEN && ' No more fit: choose whole databases.'}
      </Text>
      <List
        listStyleType="none"
        spacing="xs"
        px="xs"
        mt="xs"
        aria-label="What is restored"
        styles={{ itemWrapper: { width: '100%' }, itemLabel: { width: '100%' } }}
      >
        {chosen.map((choice) => {
          const name = plainName(choice.from);
          return (
            <List.Item key={choice.from}>
              <Group gap="xs" justify="space-between" align="flex-start">
                <Text size="sm" flex="1 1 200px" pt={4} style={{ overflowWrap: 'anywhere' }}>
                  {isDatabase(choice.from) && 'all of '}
                  <b>{name}</b>
                </Text>
                <Group gap="xs" flex="1 1 280px" wrap="nowrap" align="flex-start">
                  <TextInput
                    size="xs"
                    flex={1}
                    aria-label={`Name under which ${name} is restored`}
                    placeholder="same name"
                    value={choice.to}
                    error={nameProblem(choice)}
                    onChange={(event) => rename(choice.from, event.currentTarget.value)}
                  />
                  <Button
                    size="compact-sm"
                    variant="subtle"
                    mt={2}
                    aria-label={`Remove ${name}`}
                    onClick={() => onChange(toggled(chosen, choice.from))}
                  >
                    Remove
                  </Button>
                </Group>
              </Group>
            </List.Item>
          );
        })}
      </List>
    </Paper>
  );
}
