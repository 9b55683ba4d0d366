import { Paper, SimpleGrid, Stack, Table, Text } from '@mantine/core';
import type { components } from '../../api/served.d.ts';
import { bytesText, countText, durationText, percentDone } from '../../format.ts';
import { Bytes } from '../../parts/bytes.tsx';
import { Fact } from '../../parts/fact.tsx';
import { Progress } from '../../parts/progress.tsx';
import type { PhaseLine } from './job-words.ts';
import { PhaseList } from './phase-list.tsx';

type Schemas = components['schemas'];
export type CollectionProgress = NonNullable<Schemas['RestoreJob']['collections']>[number];

interface Props {
  phases: readonly PhaseLine[];
  progress: Schemas['JobProgress'];
  isRunning: boolean;
  collections?: readonly CollectionProgress[] | undefined;
}

/** How far it is: phases, a bar, speed, and each collection. */
export function RunningJob({ phases, progress, isRunning, collections = [] }: Props) {
  const { rate, remainingSeconds } = progress;
  return (
    <Paper withBorder p="md" radius="md" component="section" aria-label="Progress">
      <Stack>
        <PhaseList phases={phases} />
        {isRunning && (
          <>
            <Progress value={progress} label="How far the job is" />
            <SimpleGrid cols={{ base: 2, sm: 4 }} spacing="sm">
              <Fact
                title="Documents"
                value={countText(progress.documents ?? 0)}
                note={progress.totalDocuments !== undefined && `of ${countText(progress.totalDocuments)}`}
              />
              <Fact
                title="Data"
                value={bytesText(progress.bytes ?? 0)}
                note={progress.totalBytes !== undefined && `of ${bytesText(progress.totalBytes)}`}
              />
              <Fact
                title="Speed"
                value={rate ? `${bytesText(rate.bytesPerSecond)}/s` : '–'}
                note={rate ? `${countText(Math.round(rate.documentsPerSecond))} documents/s` : 'being measured'}
              />
              <Fact
                title="Left"
                value={remainingSeconds === undefined ? '–' : `about ${durationText(remainingSeconds)}`}
                note="for loading"
              />
            </SimpleGrid>
            {collections.length > 0 && <CollectionsTable collections={collections} />}
          </>
        )}
      </Stack>
    </Paper>
  );
}

function CollectionsTable({ collections }: { collections: readonly CollectionProgress[] }) {
  return (
    <Table aria-label="Collections" withRowBorders={false} verticalSpacing={4}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Collection</Table.Th>
          <Table.Th>Phase</Table.Th>
          <Table.Th ta="right">Documents</Table.Th>
          <Table.Th ta="right" visibleFrom="sm">
            Data
          </Table.Th>
          <Table.Th ta="right">Done</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {collections.map((collection) => (
          <Table.Tr key={collection.namespace}>
            <Table.Td style={{ overflowWrap: 'anywhere' }}>{collection.namespace}</Table.Td>
            <Table.Td>{collection.phase}</Table.Td>
            <Table.Td ta="right">
              {countText(collection.documents)}
              <Text span inherit c="dimmed" visibleFrom="sm">
                {' '}
                of {countText(collection.totalDocuments)}
              </Text>
            </Table.Td>
            <Table.Td ta="right" visibleFrom="sm">
              <Bytes value={collection.bytes} />
            </Table.Td>
            <Table.Td ta="right">{percentDone(collection) ?? 100} %</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
