import { NavLink } from '@mantine/core';
import { memo } from 'react';
import { Link, useLocation } from 'react-router';
import { useProject } from '../api/session.ts';
import { PAGES } from '../pages.ts';
import { Icon, type IconName } from '../parts/icon.tsx';
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
    return <Entry key={path} to={to} title={title} icon={icon} isHere={isHere} />;
  });
}

/** Drawn anew where it is another one, not where the URL has another filter. */
const Entry = memo(({ to, title, icon, isHere }: { to: string; title: string; icon: IconName; isHere: boolean }) => (
  <NavLink
    component={Link}
    to={to}
    label={title}
    leftSection={<Icon name={icon} />}
    active={isHere}
    aria-current={isHere ? 'page' : undefined}
    className={classes.link}
  />
));
