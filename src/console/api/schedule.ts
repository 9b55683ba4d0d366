import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Frequency, PolicyItem } from '../schedule-words.ts';
import { request, urlOf } from './client.ts';
import { useClusterName } from './clusters.ts';
import { keys } from './keys.ts';
import { NATIVE, type Snapshot } from './schemas.ts';

export interface Schedule {
  policy: PolicyItem[];
  timeZone: string;
  referenceHourOfDay: number;
  referenceMinuteOfHour: number;
  paused: boolean;
  drill?: { every: 'day' | 'week' | 'month'; objectiveDays: number } | null;
  nextSnapshotAt?: string;
}

export interface SchedulePreview {
  next: { at: string; frequencyTypes: Frequency[] }[];
  kept: { atMost: number; byType: Partial<Record<Frequency, number>> };
  deletedNow: Snapshot[];
}

const SCHEDULE = `${NATIVE}/clusters/{clusterName}/schedule`;

export function useSchedule() {
  const path = useClusterName();
  return useQuery({
    queryKey: [...keys.cluster(path.projectId, path.clusterName), 'schedule'],
    queryFn: ({ signal }) => request<Schedule>('GET', urlOf(SCHEDULE, path), { signal }),
    // What is being edited is not pulled away from under the reader.
    refetchOnWindowFocus: false,
  });
}

/** What a draft would do; the server works it out, nothing is stored. */
export function usePreview(draft: Schedule) {
  const path = useClusterName();
  return useQuery({
    queryKey: [...keys.cluster(path.projectId, path.clusterName), 'schedule', 'preview', draft],
    queryFn: ({ signal }) => request<SchedulePreview>('POST', urlOf(`${SCHEDULE}/preview`, path), { body: draft, signal }),
    placeholderData: keepPreviousData,
    retry: false,
  });
}

export function useSaveSchedule() {
  const path = useClusterName();
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (draft: Schedule) => request<Schedule>('PUT', urlOf(SCHEDULE, path), { body: draft }),
    onSuccess: () => cache.invalidateQueries({ queryKey: keys.project(path.projectId) }),
  });
}
