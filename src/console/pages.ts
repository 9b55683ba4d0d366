import { type ComponentType, lazy } from 'react';
import { matchPath } from 'react-router';
import type { Permission } from './api/session.ts';
import type { IconName } from './parts/icon.tsx';

export interface ConsolePage {
  /** Below `/p/:projectId`; `''` is the project itself. */
  path: string;
  Component: LazyPage;
  /** Its line in the navigation on the left; the order is this list's. `below`: beginnings of the paths that are reached from it. */
  navigation?: { title: string; icon: IconName; permission?: Permission; below?: readonly string[] };
}

type LazyPage = ComponentType & { load: () => Promise<unknown> };

/** Pages are loaded when they are opened. A file exports its page by name, `page` gives it to React. */
const page = <N extends string>(load: () => Promise<Record<N, ComponentType>>, name: N): LazyPage =>
  Object.assign(lazy(async () => ({ default: (await load())[name] })) as unknown as ComponentType, { load });

/** Begins to load what will be shown, before it is known whether somebody is signed in: the two are waited for at once. */
export function loadPageAt(pathname: string): void {
  const all = [...OUTSIDE, ...PAGES.map(({ path, Component }) => ({ path: `/p/:projectId/${path}`, Component }))];
  // What cannot be loaded is tried again, and told, when it is shown.
  all
    .find(({ path }) => matchPath(path, pathname))
    ?.Component.load()
    .catch(() => {});
}

/** The pages of a project. Adding one is adding a row. */
export const PAGES: readonly ConsolePage[] = [
  {
    path: '',
    Component: page(() => import('./pages/overview/overview-page.tsx'), 'OverviewPage'),
    navigation: { title: 'Overview', icon: 'overview', below: ['clusters', 'register'] },
  },
  { path: 'register', Component: page(() => import('./pages/register/register-page.tsx'), 'RegisterPage') },
  { path: 'clusters/:clusterName', Component: page(() => import('./pages/cluster/cluster-page.tsx'), 'ClusterPage') },
  { path: 'clusters/:clusterName/schedule', Component: page(() => import('./pages/cluster/schedule-page.tsx'), 'SchedulePage') },
  { path: 'clusters/:clusterName/connection', Component: page(() => import('./pages/cluster/connection-page.tsx'), 'ConnectionPage') },
  {
    path: 'clusters/:clusterName/snapshots/:snapshotId',
    Component: page(() => import('./pages/snapshot/snapshot-page.tsx'), 'SnapshotPage'),
  },
  {
    path: 'jobs',
    Component: page(() => import('./pages/jobs/jobs-page.tsx'), 'JobsPage'),
    navigation: { title: 'Jobs', icon: 'jobs', below: ['restores', 'drills', 'downloads'] },
  },
  {
    path: 'events',
    Component: page(() => import('./pages/events/events-page.tsx'), 'EventsPage'),
    navigation: { title: 'Events', icon: 'events' },
  },
  {
    path: 'audit',
    Component: page(() => import('./pages/audit/audit-page.tsx'), 'AuditPage'),
    navigation: { title: 'Audit log', icon: 'audit', permission: 'register' },
  },
  {
    path: 'access',
    Component: page(() => import('./pages/access/access-page.tsx'), 'AccessPage'),
    navigation: { title: 'Access', icon: 'access' },
  },
  {
    path: 'settings',
    Component: page(() => import('./pages/settings/settings-page.tsx'), 'SettingsPage'),
    navigation: { title: 'Settings', icon: 'settings' },
  },
  { path: 'clusters/:name/restore', Component: page(() => import('./pages/restore/restore-wizard-page.tsx'), 'RestoreWizardPage') },
  { path: 'restores/:clusterName/:id', Component: page(() => import('./pages/restore-job/restore-job-page.tsx'), 'RestoreJobPage') },
  { path: 'drills/:clusterName/:id', Component: page(() => import('./pages/restore-job/drill-page.tsx'), 'DrillPage') },
  { path: 'downloads/:clusterName/:id', Component: page(() => import('./pages/download/download-page.tsx'), 'DownloadPage') },
];

/** Pages for those who are not signed in. */
export const OUTSIDE: readonly { path: string; Component: LazyPage }[] = [
  { path: '/signin', Component: page(() => import('./pages/sign-in-page.tsx'), 'SignInPage') },
  { path: '/setup', Component: page(() => import('./pages/setup-page.tsx'), 'SetupPage') },
];
