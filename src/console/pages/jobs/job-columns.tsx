import { Progress, Tooltip } from '@mantine/core';
import { Link } from 'react-router';
import { countText, durationText, percentDone } from '../../format.ts';
import { Bytes } from '../../parts/bytes.tsx';
import { Moment, useNow } from '../../parts/moment.tsx';
import type { Column } from '../../parts/paged-table.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { type Job, jobPath, jobSeconds, jobTitle, KINDS } from './job-words.ts';
import classes from './jobs.module.css';

/** The same ones for the same project: cells are drawn anew where their columns are others. */
export const jobColumns = (projectId: string): Column<Job>[] => [
  { title: 'Job', cell: (job) => <Name job={job} projectId={projectId} /> },
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

function Name({ job, projectId }: { job: Job; projectId: string }) {
  const path = jobPath(job);
  const words = (
    <>
      {KINDS[job.kind]} <span className={classes.of}>{jobTitle(job)}</span>
    </>
  );
  return (
    <div className={classes.name}>
      {path ? (
        <Link to={`/p/${projectId}/${path}`} className={classes.link}>
          {words}
        </Link>
      ) : (
        <span>
          {words}
          {job.deletedAt && <span className={classes.small}> (deleted)</span>}
        </span>
      )}
      <div className={`${classes.small} ${classes.id}`}>{job.id}</div>
      <div className={`${classes.small} ${classes.narrow}`}>
        <Moment at={job.scheduledAt} />
      </div>
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
      <div className={classes.badge}>
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
        {isRunning && percent !== null && <span className={classes.small}>{`${percent} %`}</span>}
      </div>
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
  return <span className={classes.took}>{seconds === null ? '–' : durationText(seconds)}</span>;
}
