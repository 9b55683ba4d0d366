import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { api } from '../../api/client.ts';
import { keys } from '../../api/keys.ts';
import { RESTORE, type RestoreJob } from '../../api/restores.ts';

const DETAILS_EVERY = 1000;

/** The stream tells how far the whole is; each step of it is the occasion to ask for the collections, once a second at most. */
export function useRestoreJob(projectId: string, clusterName: string, id: string) {
  const job = useQuery({
    queryKey: restoreKey(projectId, clusterName, id),
    queryFn: ({ signal }) => api.get(RESTORE, { path: { projectId, clusterName, restoreJobId: id }, signal }) as Promise<RestoreJob>,
  });
  const { refetch, data } = job;
  const asked = useRef(0);
  const isRunning = data?.status === 'RUNNING';
  const progress = data?.progress;
  useEffect(() => {
    if (!isRunning || !progress) return;
    const wait = Math.max(0, asked.current + DETAILS_EVERY - Date.now());
    const timer = setTimeout(() => {
      asked.current = Date.now();
      void refetch();
    }, wait);
    return () => clearTimeout(timer);
  }, [isRunning, progress, refetch]);
  return job;
}

export const restoreKey = (projectId: string, clusterName: string, id: string) => [...keys.cluster(projectId, clusterName), 'restore', id];
