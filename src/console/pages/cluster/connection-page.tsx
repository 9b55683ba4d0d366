import { Paper, Stack } from '@mantine/core';
import { useCluster, useClusterName } from '../../api/clusters.ts';
import { useMay } from '../../api/session.ts';
import { Facts } from '../../parts/facts.tsx';
import { Moment } from '../../parts/moment.tsx';
import { ClusterFrame } from './cluster-frame.tsx';
import { OtherConnection } from './other-connection.tsx';
import { RemoveCluster } from './remove-cluster.tsx';

/** How the deployment is reached: what is known of it, other credentials, and its end here. */
export function ConnectionPage() {
  const { projectId, clusterName } = useClusterName();
  const native = `/api/lifeboat/v1/projects/${projectId}/clusters/${clusterName}`;
  const { data: cluster } = useCluster();
  const mayRegister = useMay('register');
  return (
    <ClusterFrame
      tab="connection"
      calls={[
        { title: 'Use another connection string', method: 'PATCH', path: native, body: { uri: 'mongodb://…' } },
        { title: 'Remove the cluster', method: 'DELETE', path: native },
      ]}
    >
      <Stack gap="lg" maw={760}>
        <Paper withBorder p="md">
          <Facts
            items={[
              ['Addresses', cluster?.deployment],
              ['Database', cluster?.database],
              ['Tier', cluster?.tier],
              ['Registered', cluster && <Moment at={cluster.createdAt} />],
              ['ID', cluster?.id],
            ]}
          />
        </Paper>
        {mayRegister && <OtherConnection />}
        {mayRegister && <RemoveCluster />}
      </Stack>
    </ClusterFrame>
  );
}
