import { Button, Menu } from '@mantine/core';
import { Link, useParams } from 'react-router';
import { useSignedIn } from '../api/session.ts';
import { Icon } from '../parts/icon.tsx';
import classes from './shell.module.css';

/** Which project is looked at, and the others of the organization. */
export function ProjectPicker() {
  const { projectId } = useParams();
  const { projects, organization } = useSignedIn();
  const current = projects.find(({ id }) => id === projectId);
  return (
    <Menu width={260} position="bottom-start">
      <Menu.Target>
        <Button
          variant="transparent"
          className={classes.onBar}
          size="compact-sm"
          rightSection={<Icon name="chevron" size={16} />}
          aria-label={`Project: ${current?.name ?? 'none'}. Choose another`}
        >
          {current?.name ?? 'Choose a project'}
        </Button>
      </Menu.Target>
      <Menu.Dropdown mah={400} style={{ overflowY: 'auto' }}>
        <Menu.Label>{organization.name}</Menu.Label>
        {projects.map(({ id, name }) => (
          <Menu.Item
            key={id}
            component={Link}
            to={`/p/${id}`}
            rightSection={id === projectId && <Icon name="check" size={14} aria-label="this one" />}
          >
            {name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
