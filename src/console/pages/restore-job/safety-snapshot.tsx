import { Anchor, Group, Paper, Text } from '@mantine/core';
import { useEffect } from 'react';
import { Link } from 'react-router';
import type { RestoreJob } from '../../api/restores.ts';
import { useProject } from '../../api/session.ts';
import { useSnapshotOf } from '../../api/snapshots.ts';
import { isUnderWay } from '../../changes.ts';
import { Progress } from '../../parts/progress.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';

/** What undo brings back: the snapshot of the target that the restore waits for. */
export function SafetySnapshot({ job }: { job: RestoreJob }) {
  const { targetProjectId, targetClusterName, safetySnapshotId = '' } = job;
  const { id: projectId } = useProject();
  const { data: snapshot, refetch } = useSnapshotOf(targetProjectId, targetClusterName, safetySnapshotId);
  // The stream is of this project alone; what waits for the snapshot tells how far that is.
  const isMissed = targetProjectId !== projectId && isUnderWay(snapshot?.status);
  useEffect(() => {
    if (isMissed && job) void refetch();
  }, [isMissed, job, refetch]);
  const to = `/p/${targetProjectId}/clusters/${encodeURIComponent(targetClusterName)}/snapshots/${safetySnapshotId}`;
  return (
    <Paper withBorder px="md" py="sm" radius="md" component="section" aria-label="Safety snapshot">
      <Group gap="xs">
        <Text size="sm">
          <Anchor underline="always" component={Link} to={to} inherit>
            Snapshot of {targetClusterName}
          </Anchor>{' '}
          from before the restore
        </Text>
        {snapshot && <StatusBadge status={snapshot.status} cancelled={snapshot.cancelled} />}
      </Group>
      {snapshot?.status === 'RUNNING' && <Progress value={snapshot.progress} label="How far the snapshot is" />}
    </Paper>
  );
}
