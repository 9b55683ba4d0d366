import { Button, Paper, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { api } from '../../api/client.ts';
import { keys } from '../../api/keys.ts';
import { type Forecast, RESTORES, type RestoreJob } from '../../api/restores.ts';
import { useProject } from '../../api/session.ts';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { restoreRequest, type WizardState } from './wizard-state.ts';

/** The reader types whose data it is, and it begins. */
export function StartForm({ clusterName, state, forecast }: { clusterName: string; state: WizardState; forecast: Forecast }) {
  const { id: projectId } = useProject();
  const [typed, setTyped] = useState('');
  const navigate = useNavigate();
  const cache = useQueryClient();
  const start = useMutation({
    mutationFn: () => api.post(RESTORES, { path: { projectId, clusterName }, body: restoreRequest(state) }) as Promise<RestoreJob>,
    onSuccess: (job) => {
      void cache.invalidateQueries({ queryKey: keys.cluster(projectId, clusterName) });
      void navigate(`/p/${projectId}/restores/${encodeURIComponent(job.clusterName)}/${job.id}`);
    },
  });
  if (forecast.refusals.length > 0)
    return (
      <Text role="status">
        It cannot be started like this: change the answers of the steps before, or mend what the target lacks and look again.
      </Text>
    );
  const isRight = typed.trim() === state.target;
  return (
    <Paper withBorder p="md" radius="md">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (isRight && !start.isPending) start.mutate();
        }}
      >
        <Stack>
          <TextInput
            label={`Type ${state.target} to confirm`}
            description="The name of the cluster that is written to."
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
            autoComplete="off"
            maw={420}
          />
          {start.error && <ErrorNotice error={start.error} title="The restore was not started" />}
          <Button type="submit" color="red" disabled={!isRight} loading={start.isPending} style={{ alignSelf: 'start' }}>
            Restore into {state.target}
          </Button>
        </Stack>
      </form>
    </Paper>
  );
}
