import { Group, Text, UnstyledButton } from '@mantine/core';
import { Link } from 'react-router';
import mark from '../lifeboat.svg';

export function Brand() {
  return (
    <UnstyledButton component={Link} to="/" aria-label="Lifeboat, to the overview">
      <Group gap={8} wrap="nowrap">
        <img src={mark} alt="" width={26} height={26} />
        <Text fw={700} c="white" visibleFrom="xs">
          Lifeboat
        </Text>
      </Group>
    </UnstyledButton>
  );
}
