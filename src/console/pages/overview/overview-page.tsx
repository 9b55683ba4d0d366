import { Button, Stack } from '@mantine/core';
import { Link } from 'react-router';
import { useOverview } from '../../api/overview.ts';
import { useMay, useProject } from '../../api/session.ts';
import { ApiHelp } from '../../parts/api-help.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Loading } from '../../parts/loading.tsx';
import { Page } from '../../parts/page.tsx';
import { AttentionList } from './attention-list.tsx';
import { ClustersTable } from './clusters-table.tsx';
import { NoClusters } from './no-clusters.tsx';
import { VaultSummary } from './vault-summary.tsx';

/** How the backups of the project are: what needs somebody first, then each cluster. */
export function OverviewPage() {
  const { id } = useProject();
  const mayRegister = useMay('register');
  const { data, error, refetch } = useOverview(id);
  const register = mayRegister && (
    <Button component={Link} to={`/p/${id}/register`} leftSection={<Icon name="plus" size={16} />}>
      Register a cluster
    </Button>
  );
  return (
    <Page
      title="Overview"
      actions={
        <>
          {data && data.clusters.length > 0 && register}
          <ApiHelp
            calls={[
              { title: 'Read this overview', method: 'GET', path: `/api/lifeboat/v1/projects/${id}/overview` },
              {
                title: 'List the clusters',
                method: 'GET',
                path: `/api/atlas/v2/groups/${id}/flexClusters`,
                lifeboat: 'clusters list',
                atlas: `clusters list --tier FLEX --projectId ${id}`,
                sdk: `FlexClustersApi.ListFlexClusters(ctx, "${id}").Execute()`,
              },
            ]}
          />
        </>
      }
    >
      {error && !data && <ErrorNotice error={error} title="The overview could not be read" onRetry={() => void refetch()} />}
      {!data && !error && <Loading what="Reading the overview…" height={400} />}
      {data?.clusters.length === 0 && <NoClusters action={register} />}
      {data && data.clusters.length > 0 && (
        <Stack gap="lg">
          <AttentionList items={data.attention} />
          <ClustersTable clusters={data.clusters} />
          {data.vault && <VaultSummary vault={data.vault} />}
        </Stack>
      )}
    </Page>
  );
}
