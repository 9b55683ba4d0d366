import { Alert, Code, SimpleGrid, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { api } from '../../api/client.ts';
import { keys } from '../../api/keys.ts';
import { useProject } from '../../api/session.ts';
import { bytesText, countText } from '../../format.ts';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { Figure } from '../../parts/figure.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Loading } from '../../parts/loading.tsx';
import { Moment } from '../../parts/moment.tsx';
import { Section } from '../../parts/section.tsx';

/** The one vault below all projects, and the key without which nothing in it can be read. */
export function VaultSection() {
  const { id: projectId } = useProject();
  const { data, error, refetch } = useQuery({
    queryKey: [...keys.overview(projectId), 'vault'],
    queryFn: ({ signal }) => api.get('/api/lifeboat/v1/projects/{projectId}/vault', { path: { projectId }, signal }),
  });
  return (
    <Section title="The vault" text="What the snapshots of all projects are, and what they take.">
      {error && !data && <ErrorNotice error={error} title="The vault could not be read" onRetry={() => void refetch()} />}
      {!data && !error && <Loading what="Reading the vault…" height={60} />}
      {data && (
        <SimpleGrid cols={2} spacing="xs">
          <Figure name="Snapshots">{countText(data.snapshots)}</Figure>
          <Figure name="Data in them">{bytesText(data.logicalBytes)}</Figure>
          <Figure name="Taken by them">{bytesText(data.storedBytes)}</Figure>
          <Figure name="Ratio">{data.ratio === undefined ? '–' : `${data.ratio.toFixed(1)} : 1`}</Figure>
        </SimpleGrid>
      )}
      {data && <Key exportedAt={data.keyExportedAt} isInSettings={data.isKeyInSettings} />}
    </Section>
  );
}

/** Whether the key is kept somewhere else too; what to do where it is not. */
function Key({ exportedAt, isInSettings }: { exportedAt: string | undefined; isInSettings: boolean }) {
  if (isInSettings) return <Text size="sm">All of it is encrypted with the master key, which the settings of this installation give.</Text>;
  if (exportedAt) {
    return (
      <Text size="sm">
        All of it is encrypted with the master key, which was exported on <Moment at={exportedAt} />. <Code>npx lifeboat key export</Code>{' '}
        prints it again, at the machine itself.
      </Text>
    );
  }
  return (
    <Alert color="yellow" title="The master key was never exported" icon={<Icon name="warning" />}>
      <Text size="sm">
        Without it nothing in the vault can be read. Run <Code>npx lifeboat key export</Code> at the machine itself, and keep the key apart
        from the vault.
      </Text>
    </Alert>
  );
}
