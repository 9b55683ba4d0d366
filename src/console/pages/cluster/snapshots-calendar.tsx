import { ActionIcon, Group, Paper, Text, UnstyledButton, VisuallyHidden } from '@mantine/core';
import { MOST_DRAWN } from '../../api/clusters.ts';
import type { Snapshot } from '../../api/schemas.ts';
import { counted } from '../../format.ts';
import { dayText, type Month, monthText, neighbour, weeksOf } from '../../months.ts';
import { Icon } from '../../parts/icon.tsx';
import classes from './snapshots-calendar.module.css';

interface Props {
  month: Month;
  snapshots: Snapshot[];
  total: number;
  day: string | null;
  onMonth: (month: string) => void;
  onDay: (day: string) => void;
}

const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

/** Which days have snapshots, and which of them a failure. A day narrows the table below. */
export function SnapshotsCalendar({ month, snapshots, total, day, onMonth, onDay }: Props) {
  const name = new Date(month.year, month.month, 1).toLocaleDateString('en-US', { month: 'long', year: 'numeric' });
  const byDay = Map.groupBy(snapshots, ({ scheduledAt }) => dayText(new Date(scheduledAt)));
  return (
    <Paper withBorder p="sm" component="section" aria-label={`Calendar of ${name}`}>
      <Group justify="space-between" mb="xs">
        <Turn to="the month before" icon="left" onClick={() => onMonth(monthText(neighbour(month, -1)))} />
        <Text fw={600} size="sm" aria-live="polite">
          {name}
        </Text>
        <Turn to="the month after" icon="right" onClick={() => onMonth(monthText(neighbour(month, 1)))} />
      </Group>
      <table className={classes.month}>
        <thead>
          <tr>
            {WEEKDAYS.map((weekday) => (
              <th key={weekday} scope="col">
                {weekday}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {weeksOf(month).map((week) => (
            <tr key={week.find(Boolean)!.getTime()}>
              {week.map((date, place) => (
                <td key={WEEKDAYS[place]}>
                  {date && <Day date={date} snapshots={byDay.get(dayText(date)) ?? []} chosen={dayText(date) === day} onDay={onDay} />}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {total > MOST_DRAWN && (
        <Text size="xs" c="dimmed" mt="xs">
          Of {counted(total, 'snapshot')} the newest {MOST_DRAWN} are drawn.
        </Text>
      )}
    </Paper>
  );
}

function Turn({ to, icon, onClick }: { to: string; icon: 'left' | 'right'; onClick: () => void }) {
  return (
    <ActionIcon variant="subtle" aria-label={`To ${to}`} onClick={onClick}>
      <Icon name={icon} />
    </ActionIcon>
  );
}

function Day({ date, snapshots, chosen, onDay }: { date: Date; snapshots: Snapshot[]; chosen: boolean; onDay: (day: string) => void }) {
  const completed = snapshots.filter(({ status }) => status === 'COMPLETED').length;
  const failed = snapshots.filter(({ status, cancelled }) => status === 'FAILED' && !cancelled).length;
  return (
    <UnstyledButton
      className={classes.day}
      data-today={dayText(date) === dayText(new Date()) || undefined}
      aria-pressed={chosen}
      onClick={() => onDay(dayText(date))}
    >
      <span>
        {date.getDate()}
        <VisuallyHidden> {date.toLocaleDateString('en-US', { month: 'long' })}</VisuallyHidden>
      </span>
      <span className={classes.marks}>
        <Mark className={classes.completed} count={completed} word="completed" />
        <Mark className={classes.failed} count={failed} word="failed" />
      </span>
    </UnstyledButton>
  );
}

function Mark({ className, count, word }: { className: string | undefined; count: number; word: string }) {
  if (count === 0) return null;
  return (
    <span className={className}>
      {count}
      <VisuallyHidden> {word}</VisuallyHidden>
    </span>
  );
}
