import { notifications } from '@mantine/notifications';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from './client.ts';
import { useClusterName } from './clusters.ts';
import { keys } from './keys.ts';
import { NATIVE, type ScheduleRequest, type Schedule as Stored } from './schemas.ts';

/** As it is stored, or is being written: a line that is new has no id, and no drill is `null`. */
export type Schedule = Omit<Stored, 'policy' | 'drill'> & Pick<ScheduleRequest, 'policy' | 'drill'>;

const SCHEDULE = `${NATIVE}/clusters/{clusterName}/schedule` as const;

export function useSchedule() {
  const path = useClusterName();
  return useQuery({
    queryKey: [...keys.cluster(path.projectId, path.clusterName), 'schedule'],
    queryFn: ({ signal }): Promise<Schedule> => api.get(SCHEDULE, { path, signal }),
    // What is being edited is not pulled away from under the reader.
    refetchOnWindowFocus: false,
  });
}

/** What a draft would do; the server works it out, nothing is stored. */
export function usePreview(draft: Schedule) {
  const path = useClusterName();
  return useQuery({
    queryKey: [...keys.cluster(path.projectId, path.clusterName), 'schedule', 'preview', draft],
    queryFn: ({ signal }) => api.post(`${SCHEDULE}/preview`, { path, body: draft, signal }),
    placeholderData: keepPreviousData,
    retry: false,
  });
}

export function useSaveSchedule() {
  const path = useClusterName();
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (draft: Schedule) => api.put(SCHEDULE, { path, body: draft }),
    onSuccess: () => {
      // Here, not at the form: that is another one as soon as the stored schedule is.
      notifications.show({ message: 'The schedule is saved' });
      return cache.invalidateQueries({ queryKey: keys.project(path.projectId) });
    },
  });
}
