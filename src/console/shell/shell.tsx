import { AppShell, Burger, Group } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { memo, Suspense, useEffect } from 'react';
import { Outlet, useLocation, useParams } from 'react-router';
import { useSession } from '../api/session.ts';
import { NotFoundPage } from '../pages/not-found-page.tsx';
import { ErrorNotice } from '../parts/error-notice.tsx';
import { Loading } from '../parts/loading.tsx';
import { ShowsErrors } from '../parts/shows-errors.tsx';
import { useProjectStream } from '../stream.ts';
import { AccountMenu } from './account-menu.tsx';
import { AwayBanner } from './away-banner.tsx';
import { Brand } from './brand.tsx';
import { ToTheDoor } from './first-project.tsx';
import { Navigation } from './navigation.tsx';
import { ProjectPicker } from './project-picker.tsx';
import { rememberProject } from './remembered-project.ts';
import classes from './shell.module.css';

/** What stands around every page of a project, for those who are signed in. */
export function Shell() {
  const { data: session, error, refetch } = useSession();
  if (error && session === undefined)
    return <ErrorNotice error={error} title="Lifeboat cannot be reached" onRetry={() => void refetch()} />;
  if (session === undefined) return <Loading what="Opening Lifeboat…" height={400} />;
  return session === null ? <ToTheDoor /> : <SignedIn projectIds={session.projects.map(({ id }) => id)} />;
}

/** One and the same at every drawing: another filter in the URL is no reason to draw the bar anew. */
const ON_BAR = (
  <>
    <Brand />
    <ProjectPicker />
    <AccountMenu />
  </>
);

const HEADER = { height: 52 };
const PADDING = { base: 'md', sm: 'lg' };

function SignedIn({ projectIds }: { projectIds: string[] }) {
  const { projectId = '' } = useParams();
  const isKnown = projectIds.includes(projectId);
  useProjectStream(isKnown ? projectId : undefined);
  useEffect(() => {
    if (isKnown) rememberProject(projectId);
  }, [isKnown, projectId]);
  return <Frame isKnown={isKnown} />;
}

const MAIN = <Main />;
const NOT_FOUND = <NotFoundPage what="There is no such project, or it is not one of yours." />;

/** What is the same on every page; what depends on the URL asks for it itself. */
const Frame = memo(({ isKnown }: { isKnown: boolean }) => {
  const [opened, { toggle, close }] = useDisclosure(false);
  return (
    <AppShell header={HEADER} navbar={{ width: 216, breakpoint: 'sm', collapsed: { mobile: !opened } }} padding={PADDING}>
      <a href="#page" className={classes.skip}>
        Skip to the page
      </a>
      <AppShell.Header className={classes.header}>
        <Group h="100%" px="md" gap="sm" wrap="nowrap">
          <Burger
            opened={opened}
            onClick={toggle}
            hiddenFrom="sm"
            size="sm"
            color="white"
            aria-label={opened ? 'Close the navigation' : 'Open the navigation'}
            aria-expanded={opened}
          />
          {ON_BAR}
        </Group>
      </AppShell.Header>
      <AppShell.Navbar aria-label="Pages of the project" p="xs">
        {isKnown && <Navigation />}
        <AtAnotherPage run={close} />
      </AppShell.Navbar>
      <AppShell.Main id="page" tabIndex={-1} className={classes.main}>
        <AwayBanner />
        {isKnown ? MAIN : NOT_FOUND}
      </AppShell.Main>
    </AppShell>
  );
});

/** Another page, and the menu of a phone has done its work. */
function AtAnotherPage({ run }: { run: () => void }) {
  const { pathname } = useLocation();
  // biome-ignore lint/correctness/useExhaustiveDependencies: another page is what it waits for
  useEffect(run, [pathname]);
  return null;
}

function Main() {
  const { pathname } = useLocation();
  return (
    <ShowsErrors key={pathname}>
      <Suspense fallback={<Loading what="Opening the page…" height={400} />}>
        <Outlet />
      </Suspense>
    </ShowsErrors>
  );
}
