import { Navigate, useLocation } from 'react-router';
import { useNeedsOwner, useSession } from '../api/session.ts';
import { ErrorNotice } from '../parts/error-notice.tsx';
import { Loading } from '../parts/loading.tsx';
import { rememberedProject } from './remembered-project.ts';

/** `/`: to the project that the reader looked at last, to the door, or to the set-up of a new installation. */
export function FirstProject() {
  const { data: session, error, refetch } = useSession();
  if (error) return <ErrorNotice error={error} title="Lifeboat cannot be reached" onRetry={() => void refetch()} />;
  if (session === undefined) return <Loading what="Opening Lifeboat…" height={400} />;
  if (session === null) return <ToTheDoor />;
  const project = session.projects.find(({ id }) => id === rememberedProject()) ?? session.projects[0];
  if (!project) return <ErrorNotice error={new Error('There is no project that you may look at.')} title="No project" />;
  return <Navigate to={`/p/${project.id}`} replace />;
}

/** To the page for signing in, and back to where the reader wanted to go; to the set-up where there is nobody yet who could sign in. */
export function ToTheDoor() {
  const { pathname, search } = useLocation();
  const { data: setup, isPending } = useNeedsOwner();
  if (isPending) return <Loading what="Opening Lifeboat…" height={400} />;
  if (setup?.needsOwner) return <Navigate to="/setup" replace />;
  const next = pathname === '/' ? '' : `?next=${encodeURIComponent(pathname + search)}`;
  return <Navigate to={`/signin${next}`} replace />;
}
