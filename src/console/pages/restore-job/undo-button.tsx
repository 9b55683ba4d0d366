import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from 'react-router';
import { api } from '../../api/client.ts';
import { isWhole, RESTORE, type RestoreJob } from '../../api/restores.ts';
import { useProject } from '../../api/session.ts';
import { ConfirmByName } from '../../parts/confirm-by-name.tsx';

/** Brings back what the restore replaced: a restore of its own, of the safety snapshot. */
export function UndoButton({ job }: { job: RestoreJob }) {
  const { id: projectId } = useProject();
  const [opened, { open, close: hide }] = useDisclosure(false);
  const navigate = useNavigate();
  const undo = useMutation({
    mutationFn: () => api.post(`${RESTORE}/undo`, { path: { projectId, clusterName: job.clusterName, restoreJobId: job.id } }),
    onSuccess: (started) => {
      hide();
      // The safety snapshot is the target's own, and so is the job.
      void navigate(`/p/${started.projectId}/restores/${encodeURIComponent(started.clusterName)}/${started.id}`);
    },
  });
  const close = () => {
    hide();
    undo.reset();
  };
  return (
    <>
      <Button variant="default" onClick={open}>
        Undo
      </Button>
      <ConfirmByName
        opened={opened}
        onClose={close}
        title="Undo this restore?"
        name={job.targetClusterName}
        verb="Undo"
        busy={undo.isPending}
        error={undo.error}
        onConfirm={() => undo.mutate()}
      >
        The snapshot that was taken of <b>{job.targetClusterName}</b> before the restore began comes back.{' '}
        {isWhole(job.options) ? 'All that stands there now is replaced.' : 'Only what the restore replaced is replaced again.'} What was
        written since is in another snapshot, taken first; so this can be undone too.
      </ConfirmByName>
    </>
  );
}
