import { Button, Tabs, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link, useNavigate } from 'react-router';
import { useCluster, useClusterName, useStartDrill, useTakeSnapshot } from '../../api/clusters.ts';
import { useMay } from '../../api/session.ts';
import { ApiHelp } from '../../parts/api-help.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { Loading } from '../../parts/loading.tsx';
import { Page } from '../../parts/page.tsx';
import { TopologyText } from '../../parts/topology-text.tsx';
import type { ApiCall } from '../../snippets.ts';

const TABS = [
  { tab: 'snapshots', title: 'Snapshots', path: '' },
  { tab: 'schedule', title: 'Schedule', path: '/schedule' },
  { tab: 'connection', title: 'Connection', path: '/connection' },
] as const;

/** What all pages of one cluster have: its name, what it is, and what can be done to it. */
export function ClusterFrame({ tab, calls, children }: { tab: (typeof TABS)[number]['tab']; calls: ApiCall[]; children: ReactNode }) {
  const { projectId, clusterName } = useClusterName();
  const { data: cluster, error, refetch } = useCluster();
  const navigate = useNavigate();
  const base = `/p/${projectId}/clusters/${clusterName}`;
  return (
    <Page
      title={clusterName}
      above={[{ title: 'Overview', to: `/p/${projectId}` }]}
      actions={
        <>
          {cluster && <Actions projectId={projectId} clusterName={clusterName} />}
          <ApiHelp calls={calls} />
        </>
      }
    >
      {error && !cluster && <ErrorNotice error={error} title="The cluster could not be read" onRetry={() => void refetch()} />}
      {!cluster && !error && <Loading what="Reading the cluster…" height={400} />}
      {cluster && (
        <>
          <Text size="sm" c="dimmed" mt={-12}>
            <TopologyText {...cluster} /> at {cluster.deployment}
          </Text>
          <Tabs value={tab} onChange={(next) => void navigate(base + TABS.find((one) => one.tab === next)!.path)}>
            <Tabs.List aria-label="Of this cluster">
              {TABS.map((one) => (
                <Tabs.Tab key={one.tab} value={one.tab}>
                  {one.title}
                </Tabs.Tab>
              ))}
            </Tabs.List>
            <Tabs.Panel value={tab} pt="md">
              {children}
            </Tabs.Panel>
          </Tabs>
        </>
      )}
    </Page>
  );
}

function Actions({ projectId, clusterName }: { projectId: string; clusterName: string }) {
  const base = `/p/${projectId}/clusters/${clusterName}`;
  const [mayTake, mayRestore] = [useMay('backup'), useMay('restore')];
  const take = useTakeSnapshot();
  const drill = useStartDrill();
  const navigate = useNavigate();
  return (
    <>
      {take.error && <ErrorNotice error={take.error} title="The snapshot was not started" />}
      {drill.error && <ErrorNotice error={drill.error} title="The drill was not started" />}
      {mayTake && (
        <Button
          loading={take.isPending}
          onClick={() => take.mutate(undefined, { onSuccess: ({ id }) => void navigate(`${base}/snapshots/${id}`) })}
        >
          Take a snapshot
        </Button>
      )}
      {mayRestore && (
        <Button variant="default" component={Link} to={`${base}/restore`}>
          Restore…
        </Button>
      )}
      {mayRestore && (
        <Button
          variant="default"
          title="Rehearse the restore of the newest snapshot: loaded beside the data, compared, removed"
          loading={drill.isPending}
          onClick={() => drill.mutate(undefined, { onSuccess: ({ id }) => void navigate(`/p/${projectId}/drills/${clusterName}/${id}`) })}
        >
          Start a drill
        </Button>
      )}
    </>
  );
}
