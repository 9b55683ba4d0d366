import { ActionIcon, Button, Group, Menu, useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useNavigate } from 'react-router';
import { asApiError } from '../api/errors.ts';
import { useSignedIn, useSignOut } from '../api/session.ts';
import { Icon } from '../parts/icon.tsx';
import classes from './shell.module.css';

/** On the right of the bar: light or dark, and who is signed in. */
export function AccountMenu() {
  const { user, version } = useSignedIn();
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme('light');
  const signOut = useSignOut();
  const navigate = useNavigate();
  const other = scheme === 'dark' ? 'light' : 'dark';
  return (
    <Group gap={4} ml="auto" wrap="nowrap">
      <ActionIcon variant="transparent" className={classes.onBar} aria-label={`Show it ${other}`} onClick={() => setColorScheme(other)}>
        {scheme === 'dark' ? <Icon name="sun" /> : <Icon name="moon" />}
      </ActionIcon>
      <Menu position="bottom-end" width={220}>
        <Menu.Target>
          <Button
            variant="transparent"
            className={classes.onBar}
            size="compact-sm"
            leftSection={<Icon name="user" size={16} />}
            aria-label={`Account of ${user.username}`}
            maw={180}
          >
            {user.username}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>Lifeboat {version}</Menu.Label>
          <Menu.Item component="a" href="/api/docs" target="_blank">
            API reference
          </Menu.Item>
          <Menu.Item onClick={() => signOut.mutate(undefined, { onSuccess: () => void navigate('/signin'), onError: notSignedOut })}>
            Sign out
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </Group>
  );
}

/** Somebody may be about to leave the machine. */
function notSignedOut(error: unknown): void {
  const { message, hint } = asApiError(error);
  notifications.show({
    color: 'red',
    title: 'You are still signed in',
    message: [message, hint].filter(Boolean).join(' '),
    autoClose: false,
  });
}
