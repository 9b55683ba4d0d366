import { useQuery } from '@tanstack/react-query';
import { api } from './client.ts';
import { keys } from './keys.ts';
import { NATIVE, type Overview } from './schemas.ts';

export type Attention = Overview['attention'][number];

export function useOverview(projectId: string) {
  return useQuery({
    queryKey: keys.overview(projectId),
    queryFn: ({ signal }): Promise<Overview> => api.get(`${NATIVE}/overview`, { path: { projectId }, signal }),
  });
}
