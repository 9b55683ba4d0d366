import { Anchor, Group, Progress, Text, Tooltip } from '@mantine/core';
import { Link, useParams } from 'react-router';
import { countText, durationText, percentDone } from '../../format.ts';
import { Bytes } from '../../parts/bytes.tsx';
import { Moment, useNow } from '../../parts/moment.tsx';
import type { Column } from '../../parts/paged-table.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { type Job, jobPath, jobSeconds, jobTitle, KINDS } from './job-words.ts';
import classes from './jobs.module.css';

export const JOB_COLUMNS: Column<Job>[] = [
  { title: 'Job', cell: (job) => <Name job={job} /> },
  { title: 'Status', cell: (job) => <Status job={job} /> },
  { title: 'Asked for', cell: (job) => <Moment at={job.scheduledAt} />, wide: true },
  { title: 'Took', cell: (job) => <Took job={job} />, align: 'right', wide: true },
  {
    title: 'Documents',
    cell: ({ documents, progress }) => countOf(documents ?? progress.documents),
    align: 'right',
    wide: true,
  },
  { title: 'Size', cell: ({ bytes, progress }) => <Bytes value={bytes ?? progress.bytes} />, align: 'right', wide: true },
];

const countOf = (count: number | undefined) => (count === undefined ? '–' : countText(count));

function Name({ job }: { job: Job }) {
  const { projectId } = useParams();
  const path = jobPath(job);
  const words = (
    <>
      {KINDS[job.kind]} <span className={classes.of}>{jobTitle(job)}</span>
    </>
  );
  return (
    <div className={classes.name}>
      {path ? (
        <Anchor component={Link} to={`/p/${projectId}/${path}`} size="sm">
          {words}
        </Anchor>
      ) : (
        <Text span size="sm">
          {words}
          {job.deletedAt && (
            <Text span c="dimmed">
              {' '}
              (deleted)
            </Text>
          )}
        </Text>
      )}
      <Text size="xs" c="dimmed" ff="monospace" visibleFrom="sm">
        {job.id}
      </Text>
      <Text size="xs" c="dimmed" hiddenFrom="sm">
        <Moment at={job.scheduledAt} />
      </Text>
    </div>
  );
}

/** A bar has its room whether it is there or not: nothing moves when a job begins or ends. */
function Status({ job }: { job: Job }) {
  const isRunning = job.status === 'RUNNING';
  const percent = percentDone(job.progress);
  const badge = (
    <span>
      <StatusBadge status={job.status} cancelled={job.cancelled && job.status === 'FAILED'} />
    </span>
  );
  return (
    <div className={classes.status}>
      <Group gap={6} wrap="nowrap">
        {job.failure ? (
          <Tooltip label={[job.failure.message, job.failure.hint].filter(Boolean).join(' ')}>
            <span
              role="img"
              aria-label={`${job.cancelled ? 'Cancelled' : 'Failed'}: ${job.failure.message}`}
              // biome-ignore lint/a11y/noNoninteractiveTabindex: the reason has to be reached with the keyboard
              tabIndex={0}
            >
              {badge}
            </span>
          </Tooltip>
        ) : (
          badge
        )}
        <Text span size="xs" c="dimmed">
          {isRunning && percent !== null && `${percent} %`}
        </Text>
      </Group>
      {isRunning && (
        <Progress
          value={percent ?? 100}
          size={3}
          mt={3}
          animated={percent === null}
          color="var(--lb-bar)"
          aria-label={`How far ${KINDS[job.kind].toLowerCase()} ${job.id} is`}
        />
      )}
    </div>
  );
}

function Took({ job }: { job: Job }) {
  const now = useNow(job.status === 'RUNNING');
  const seconds = jobSeconds(job, now);
  return <span style={{ whiteSpace: 'nowrap' }}>{seconds === null ? '–' : durationText(seconds)}</span>;
}
