import { NavLink } from '@mantine/core';
import { Link, useLocation } from 'react-router';
import { useProject } from '../api/session.ts';
import { PAGES } from '../pages.ts';
import { Icon } from '../parts/icon.tsx';
import classes from './shell.module.css';

/** The pages of the project that the reader may open. */
export function Navigation() {
  const { id, permissions } = useProject();
  const { pathname } = useLocation();
  const shown = PAGES.filter(({ navigation }) => navigation && (!navigation.permission || permissions.includes(navigation.permission)));
  return shown.map(({ path, navigation }) => {
    const to = `/p/${id}${path && `/${path}`}`;
    const { title, icon, below = [] } = navigation!;
    const isHere = pathname === to || [...below, ...(path ? [path] : [])].includes(pathname.split('/')[3] ?? '');
    return (
      <NavLink
        key={path}
        component={Link}
        to={to}
        label={title}
        leftSection={<Icon name={icon} />}
        active={isHere}
        aria-current={isHere ? 'page' : undefined}
        className={classes.link}
      />
    );
  });
}
