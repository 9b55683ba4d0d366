import { useClusterName } from '../../api/clusters.ts';
import { useSchedule } from '../../api/schedule.ts';
import { useMay } from '../../api/session.ts';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { Loading } from '../../parts/loading.tsx';
import { ClusterFrame } from './cluster-frame.tsx';
import { ScheduleEditor } from './schedule-editor.tsx';

/** When snapshots are taken and how long they are kept, with what a change of it would do. */
export function SchedulePage() {
  const { projectId, clusterName } = useClusterName();
  const native = `/api/lifeboat/v1/projects/${projectId}/clusters/${clusterName}/schedule`;
  const body = {
    policy: [{ frequencyType: 'daily', frequencyInterval: 1, retentionUnit: 'days', retentionValue: 7 }],
    timeZone: 'UTC',
    referenceHourOfDay: 3,
  };
  return (
    <ClusterFrame
      tab="schedule"
      calls={[
        { title: 'Read the schedule', method: 'GET', path: native },
        { title: 'Replace the schedule', method: 'PUT', path: native, body },
        { title: 'See what a schedule would do', method: 'POST', path: `${native}/preview`, body },
      ]}
    >
      <LoadedSchedule />
    </ClusterFrame>
  );
}

function LoadedSchedule() {
  const mayChange = useMay('manage');
  const { data, error, refetch } = useSchedule();
  if (error && !data) return <ErrorNotice error={error} title="The schedule could not be read" onRetry={() => void refetch()} />;
  if (!data) return <Loading what="Reading the schedule…" height={400} />;
  const { nextSnapshotAt, drill = null, ...rest } = data;
  const stored = { ...rest, drill };
  // Another stored schedule, another editor: somebody else's change does not hide behind a draft.
  return <ScheduleEditor key={JSON.stringify(stored)} stored={stored} mayChange={mayChange} />;
}
