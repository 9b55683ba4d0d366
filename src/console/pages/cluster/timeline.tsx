import { Group, Paper, Text } from '@mantine/core';
import { Link } from 'react-router';
import { type Range, useClusterName } from '../../api/clusters.ts';
import type { Snapshot } from '../../api/schemas.ts';
import { bytesText, timeText } from '../../format.ts';
import classes from './timeline.module.css';

const [WIDTH, HEIGHT] = [1200, 72];
const DAY = 86_400_000;

/** A month of snapshots on a line: where they stand in time, how they ended, and by the height what each of them added. */
export function Timeline({ snapshots, range }: { snapshots: Snapshot[]; range: Range }) {
  const { projectId, clusterName } = useClusterName();
  const length = range.to.getTime() - range.from.getTime();
  const x = (at: Date) => ((at.getTime() - range.from.getTime()) / length) * WIDTH;
  const largest = Math.max(...snapshots.map(({ newBytes }) => newBytes ?? 0), 1);
  const days = Array.from(
    { length: Math.round(length / DAY) },
    (_, day) => new Date(range.from.getFullYear(), range.from.getMonth(), day + 1),
  );
  const now = new Date();
  return (
    <Paper withBorder p="sm" component="section" aria-label="The month's snapshots in time">
      {/* biome-ignore lint/a11y/noSvgWithoutTitle: it is a group of links, which have titles of their own */}
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} className={classes.line} preserveAspectRatio="none">
        {days.map((day) => (
          <line key={day.getTime()} x1={x(day)} x2={x(day)} y1={HEIGHT - 6} y2={HEIGHT} className={classes.day} />
        ))}
        <line x1={0} x2={WIDTH} y1={HEIGHT - 3} y2={HEIGHT - 3} className={classes.day} />
        {now >= range.from && now < range.to && <line x1={x(now)} x2={x(now)} y1={0} y2={HEIGHT} className={classes.now} />}
        {snapshots.map((snapshot) => {
          const at = new Date(snapshot.scheduledAt);
          const height = 14 + ((snapshot.newBytes ?? 0) / largest) * (HEIGHT - 26);
          const said = `${timeText(at)}: ${snapshot.status.toLowerCase()}${snapshot.newBytes === undefined ? '' : `, ${bytesText(snapshot.newBytes)} new`}`;
          return (
            <Link key={snapshot.id} to={`/p/${projectId}/clusters/${clusterName}/snapshots/${snapshot.id}`} aria-label={said} tabIndex={-1}>
              <title>{said}</title>
              <rect
                x={x(at) - 3}
                y={HEIGHT - 6 - height}
                width={6}
                height={height}
                rx={2}
                className={classes[snapshot.status] ?? classes.waiting}
              />
            </Link>
          );
        })}
      </svg>
      <Group justify="space-between">
        <Text size="xs" c="dimmed">
          {range.from.toLocaleDateString('en-US', { day: 'numeric', month: 'short' })}
        </Text>
        <Text size="xs" c="dimmed">
          The higher, the more was new
        </Text>
        <Text size="xs" c="dimmed">
          {new Date(range.to.getTime() - 1).toLocaleDateString('en-US', { day: 'numeric', month: 'short' })}
        </Text>
      </Group>
    </Paper>
  );
}
