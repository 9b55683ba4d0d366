import { Anchor } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { api } from '../../api/client.ts';
import { keys } from '../../api/keys.ts';
import { NATIVE, type Snapshot } from '../../api/schemas.ts';
import { Moment } from '../../parts/moment.tsx';
import { jobPath } from '../jobs/job-words.ts';

/** What the newest drill of a snapshot proved of it, as a link to its page. */
export function LastDrill({ snapshot: { id, projectId, status } }: { snapshot: Snapshot }) {
  const query = { kind: ['drill' as const], search: id, itemsPerPage: 1 };
  const { data } = useQuery({
    queryKey: [...keys.jobs(projectId), query],
    queryFn: ({ signal }) => api.get(`${NATIVE}/jobs`, { path: { projectId }, query, signal }),
    enabled: status === 'COMPLETED',
  });
  const drill = data?.results[0];
  if (!drill) return <>{data ? 'Not yet' : '–'}</>;
  return (
    <Anchor component={Link} to={`/p/${projectId}/${jobPath(drill)}`} inherit>
      {WORDS[drill.status]}
      {drill.finishedAt && (
        <>
          , <Moment at={drill.finishedAt} relative />
        </>
      )}
    </Anchor>
  );
}

const WORDS = { PENDING: 'To come', QUEUED: 'To come', RUNNING: 'Under way', COMPLETED: 'Proven', FAILED: 'Not proven' } as const;
