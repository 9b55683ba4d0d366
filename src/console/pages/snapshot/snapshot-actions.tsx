import { Button, Menu } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { useTakeSnapshot } from '../../api/clusters.ts';
import { asApiError } from '../../api/errors.ts';
import type { Snapshot } from '../../api/schemas.ts';
import { useMay } from '../../api/session.ts';
import { useDeleteSnapshot, useSnapshotChange } from '../../api/snapshots.ts';
import { timeText } from '../../format.ts';
import { ConfirmByName } from '../../parts/confirm-by-name.tsx';
import { DownloadButton } from '../../parts/download-button.tsx';
import { Icon } from '../../parts/icon.tsx';

/** Restore it first; everything else is in a menu. */
export function SnapshotActions({ snapshot }: { snapshot: Snapshot }) {
  const [mayRestore, mayBackup] = [useMay('restore'), useMay('backup')];
  const { id, status, projectId, clusterName } = snapshot;
  const base = `/p/${projectId}/clusters/${clusterName}`;
  if (status === 'FAILED') return mayBackup && <Retry snapshot={snapshot} />;
  if (status !== 'COMPLETED') return mayBackup && <Cancel />;
  return (
    <>
      {mayRestore && (
        <Button component={Link} to={`${base}/restore?snapshot=${id}`}>
          Restore…
        </Button>
      )}
      <DownloadButton clusterName={clusterName} snapshotId={id} />
      {mayBackup && <More snapshot={snapshot} />}
    </>
  );
}

/** Another snapshot in the place of one that failed: what has failed stays as it is, with its reason. */
function Retry({ snapshot: { projectId, clusterName } }: { snapshot: Snapshot }) {
  const take = useTakeSnapshot();
  const navigate = useNavigate();
  return (
    <Button
      loading={take.isPending}
      onClick={() =>
        take.mutate(undefined, {
          onSuccess: ({ id }) => void navigate(`/p/${projectId}/clusters/${clusterName}/snapshots/${id}`),
          onError: notDone('No other snapshot was started'),
        })
      }
    >
      Try again
    </Button>
  );
}

function Cancel() {
  const change = useSnapshotChange();
  return (
    <Button
      variant="default"
      loading={change.isPending}
      onClick={() => change.mutate({ do: 'cancel' }, told('It is being stopped', 'It could not be stopped'))}
    >
      Stop it
    </Button>
  );
}

function More({ snapshot }: { snapshot: Snapshot }) {
  const { projectId, clusterName, scheduledAt, hold } = snapshot;
  const change = useSnapshotChange();
  const navigate = useNavigate();
  const [deleting, setDeleting] = useState(false);
  const remove = useDeleteSnapshot(() => void navigate(`/p/${projectId}/clusters/${clusterName}`));
  return (
    <>
      <Menu position="bottom-end" width={220}>
        <Menu.Target>
          <Button variant="default" rightSection={<Icon name="chevron" size={16} />}>
            More
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => change.mutate({ do: 'verify' }, told('Every byte of it is read again', 'It could not be verified'))}>
            Verify it now
          </Menu.Item>
          <Menu.Item
            onClick={() =>
              change.mutate(
                { do: 'change', body: { hold: !hold } },
                told(hold ? 'The hold is lifted' : 'It is kept until the hold is lifted', 'The hold was not changed'),
              )
            }
          >
            {hold ? 'Lift the hold' : 'Hold it: keep it whatever the schedule says'}
          </Menu.Item>
          <Menu.Divider />
          <Menu.Item color="red" onClick={() => setDeleting(true)}>
            Delete…
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <ConfirmByName
        opened={deleting}
        onClose={() => {
          setDeleting(false);
          remove.reset();
        }}
        title="Delete this snapshot?"
        name={clusterName}
        verb="Delete"
        busy={remove.isPending}
        error={remove.error}
        onConfirm={() => remove.mutate()}
      >
        The snapshot of {clusterName} from {timeText(new Date(scheduledAt))} cannot be restored any more afterwards. This cannot be undone.
      </ConfirmByName>
    </>
  );
}

/** What became of it, at the corner of the page. */
function told(done: string, failed: string) {
  return { onSuccess: () => void notifications.show({ message: done }), onError: notDone(failed) };
}

function notDone(title: string) {
  return (error: unknown) => {
    const { message, hint } = asApiError(error);
    notifications.show({ color: 'red', title, message: [message, hint].filter(Boolean).join(' ') });
  };
}
