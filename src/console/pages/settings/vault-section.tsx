import { Code, SimpleGrid, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { api } from '../../api/client.ts';
import { keys } from '../../api/keys.ts';
import { useProject } from '../../api/session.ts';
import { bytesText, countText } from '../../format.ts';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { Figure } from '../../parts/figure.tsx';
import { Loading } from '../../parts/loading.tsx';
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
      <Text size="sm">
        All of it is encrypted with the master key. A copy of the key belongs somewhere else: <Code>npx lifeboat key export</Code> prints
        it, at the machine itself.
      </Text>
    </Section>
  );
}
