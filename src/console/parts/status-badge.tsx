import classes from './status-badge.module.css';

const COLORS: Readonly<Record<string, string>> = {
  COMPLETED: 'forest',
  RUNNING: 'blue',
  QUEUED: 'gray',
  PENDING: 'gray',
  FAILED: 'red',
  CANCELLED: 'gray',
};
const WORDS: Readonly<Record<string, string>> = {
  COMPLETED: 'Completed',
  RUNNING: 'Running',
  QUEUED: 'Queued',
  PENDING: 'Pending',
  FAILED: 'Failed',
  CANCELLED: 'Cancelled',
};

/** The status of a snapshot, a restore, a drill or a download, the same everywhere: by word and by color. A plain element: a page of a list has many. */
export function StatusBadge({ status, cancelled = false }: { status: string; cancelled?: boolean }) {
  const shown = cancelled ? 'CANCELLED' : status;
  return <span className={`${classes.badge} ${classes[COLORS[shown] ?? 'gray']}`}>{WORDS[shown] ?? shown}</span>;
}
