import { Anchor, List, Text } from '@mantine/core';
import { useState } from 'react';
import { countText } from '../../format.ts';

const FIRST = 20;

/** Names or findings under a sentence; a long list is cut until somebody wants all of it. */
export function NamesList({ title, names }: { title: string; names: readonly string[] | undefined }) {
  const [isAll, setAll] = useState(false);
  if (!names || names.length === 0) return null;
  return (
    <div>
      <Text size="sm" fw={600}>
        {title}
      </Text>
      <List size="sm" mt={4}>
        {names.slice(0, isAll ? undefined : FIRST).map((name) => (
          <List.Item key={name} style={{ overflowWrap: 'anywhere' }}>
            {name}
          </List.Item>
        ))}
      </List>
      {names.length > FIRST && !isAll && (
        <Anchor component="button" size="sm" onClick={() => setAll(true)}>
          All {countText(names.length)}
        </Anchor>
      )}
    </div>
  );
}
