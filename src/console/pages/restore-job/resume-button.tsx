import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from 'react-router';
import { api } from '../../api/client.ts';
import { asApiError } from '../../api/errors.ts';
import { RESTORE, type RestoreJob } from '../../api/restores.ts';
import { useProject } from '../../api/session.ts';

/** Goes on with a restore that stopped while its target was being replaced: a job of its own. */
export function ResumeButton({ job }: { job: RestoreJob }) {
  const { id: projectId } = useProject();
  const navigate = useNavigate();
  const resume = useMutation({
    mutationFn: () => api.post(`${RESTORE}/resume`, { path: { projectId, clusterName: job.clusterName, restoreJobId: job.id } }),
    onSuccess: ({ clusterName, id }) => void navigate(`/p/${projectId}/restores/${encodeURIComponent(clusterName)}/${id}`),
    onError: (error) =>
      notifications.show({ color: 'red', title: 'It was not resumed', message: asApiError(error).message, autoClose: false }),
  });
  return (
    <Button loading={resume.isPending} onClick={() => resume.mutate()}>
      Resume
    </Button>
  );
}
