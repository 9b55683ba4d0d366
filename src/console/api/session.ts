import { type QueryClient, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useParams } from 'react-router';
import { rememberCsrfToken, request } from './client.ts';
import { ApiError } from './errors.ts';
import { keys } from './keys.ts';
import type { components } from './served.d.ts';

const SESSION = '/api/lifeboat/v1/session';
const SETUP = '/api/lifeboat/v1/setup';

export type Session = components['schemas']['Session'];
export type SessionProject = Session['projects'][number];
export type Permission = SessionProject['permissions'][number];

export interface FirstOwner {
  token: string;
  username: string;
  password: string;
  organizationName?: string;
  projectName?: string;
}

/** Who is signed in; `null`: nobody. */
export function useSession() {
  return useQuery({ queryKey: keys.session, queryFn: readSession, staleTime: 60_000, retry: retryUnlessRefused });
}

async function readSession(): Promise<Session | null> {
  try {
    return remembered(await request<Session>('GET', SESSION));
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) return null;
    throw error;
  }
}

function remembered(session: Session): Session {
  rememberCsrfToken(session.csrfToken);
  return session;
}

/** What was refused is refused again; what did not answer may answer yet. */
export const retryUnlessRefused = (count: number, error: unknown) =>
  count < 3 && !(error instanceof ApiError && error.status >= 400 && error.status < 500);

/** The signed-in session, for everything inside the shell. */
export function useSignedIn(): Session {
  const { data } = useSession();
  if (!data) throw new Error('a page of the shell was shown to somebody who is not signed in');
  return data;
}

/** The project that the URL names, with what the reader may do in it. The shell shows no page for one that is not the reader's. */
export function useProject(): SessionProject {
  const { projectId } = useParams();
  const project = useSignedIn().projects.find(({ id }) => id === projectId);
  if (!project) throw new Error('a page of a project was shown without one');
  return project;
}

export function useMay(permission: Permission): boolean {
  return useProject().permissions.includes(permission);
}

export function useNeedsOwner() {
  return useQuery({ queryKey: keys.setup, queryFn: () => request<{ needsOwner: boolean }>('GET', SETUP), retry: retryUnlessRefused });
}

/** Another session, or none: nothing stays of who was signed in before. */
function becomes(cache: QueryClient, session: Session | null): void {
  cache.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== keys.session[0] });
  cache.setQueryData(keys.session, session);
}

function useStartOfSession<T>(start: (input: T) => Promise<Session>) {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: async (input: T) => remembered(await start(input)),
    onSuccess: (session) => becomes(cache, session),
  });
}

export const useSignIn = () =>
  useStartOfSession((input: { username: string; password: string }) => request<Session>('POST', SESSION, { body: input }));

export const useSetup = () => useStartOfSession((input: FirstOwner) => request<Session>('POST', SETUP, { body: input }));

export function useSignOut() {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: () => request<void>('DELETE', SESSION),
    onSuccess: () => becomes(cache, null),
  });
}
