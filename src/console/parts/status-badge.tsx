import { Badge } from '@mantine/core';

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

/** The status of a snapshot, a restore, a drill or a download, the same everywhere: by word and by color. */
export function StatusBadge({ status, cancelled = false }: { status: string; cancelled?: boolean }) {
  const shown = cancelled ? 'CANCELLED' : status;
  return (
    <Badge color={COLORS[shown] ?? 'gray'} style={{ flexShrink: 0 }}>
      {WORDS[shown] ?? shown}
    </Badge>
  );
}
