import { ActionIcon, Menu } from '@mantine/core';
import { Icon } from './icon.tsx';

export interface RowAction {
  title: string;
  onClick: () => void;
  /** What cannot be undone. */
  isDangerous?: boolean;
}

/** What can be done with a row. */
export function RowMenu({ label, actions }: { label: string; actions: RowAction[] }) {
  if (actions.length === 0) return null;
  return (
    <Menu position="bottom-end" transitionProps={{ duration: 0 }}>
      <Menu.Target>
        <ActionIcon variant="default" aria-label={label}>
          <Icon name="more" strokeWidth={3} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {actions.map(({ title, onClick, isDangerous }) => (
          <Menu.Item key={title} onClick={onClick} {...(isDangerous && { color: 'red' })}>
            {title}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
