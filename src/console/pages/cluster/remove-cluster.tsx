import { Button, Group, Paper, Text, Title } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { request, urlOf } from '../../api/client.ts';
import { useClusterName } from '../../api/clusters.ts';
import { keys } from '../../api/keys.ts';
import { NATIVE } from '../../api/schemas.ts';
import { ConfirmByName } from '../../parts/confirm-by-name.tsx';

/** The end of a cluster in Lifeboat; of nothing else. */
export function RemoveCluster() {
  const path = useClusterName();
  const cache = useQueryClient();
  const navigate = useNavigate();
  const [asked, setAsked] = useState(false);
  const remove = useMutation({
    mutationFn: () => request('DELETE', urlOf(`${NATIVE}/clusters/{clusterName}`, path)),
    onSuccess: () => {
      void navigate(`/p/${path.projectId}`);
      return cache.invalidateQueries({ queryKey: keys.project(path.projectId) });
    },
  });
  return (
    <Paper withBorder p="md" component="section" aria-labelledby="remove">
      <Title order={2} id="remove" mb="xs">
        Remove the cluster
      </Title>
      <Group justify="space-between">
        <Text size="sm" c="dimmed" maw={480}>
          Lifeboat forgets how to reach it, and takes no further snapshots. The deployment itself is not touched.
        </Text>
        <Button color="red" variant="outline" onClick={() => setAsked(true)}>
          Remove…
        </Button>
      </Group>
      <ConfirmByName
        opened={asked}
        onClose={() => {
          setAsked(false);
          remove.reset();
        }}
        title={`Remove ${path.clusterName}?`}
        name={path.clusterName}
        verb="Remove"
        busy={remove.isPending}
        error={remove.error}
        onConfirm={() => remove.mutate()}
      >
        No further snapshots of {path.clusterName} are taken. Restores into it are not possible until it is registered again.
      </ConfirmByName>
    </Paper>
  );
}
