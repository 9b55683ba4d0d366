import { Paper, SimpleGrid, Stack, Table, Text } from '@mantine/core';
import { bytesText, countText, durationText, percentDone } from '../../format.ts';
import { Bytes } from '../../parts/bytes.tsx';
import { Fact } from '../../parts/fact.tsx';
import { type JobProgress, Progress } from '../../parts/progress.tsx';
import type { PhaseLine } from './job-words.ts';
import { PhaseList } from './phase-list.tsx';
import { type Rate, useRate } from './use-rate.ts';

/** One collection of a job that runs, where the server tells. */
export interface CollectionProgress {
  namespace: string;
  phase: string;
  documents: number;
  totalDocuments: number;
  bytes: number;
  totalBytes: number;
}

interface Props {
  phases: readonly PhaseLine[];
  progress: JobProgress;
  isRunning: boolean;
  /** As the server measured it. */
  rate?: Rate | undefined;
  collections?: readonly CollectionProgress[] | undefined;
}

/** How far it is: phases, a bar, speed, and each collection. */
export function RunningJob({ phases, progress, isRunning, rate, collections = [] }: Props) {
  const heard = useRate(progress, isRunning);
  const speed = rate ?? heard;
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
                value={speed ? `${bytesText(speed.bytesPerSecond)}/s` : '–'}
                note={speed ? `${countText(Math.round(speed.documentsPerSecond))} documents/s` : 'being measured'}
              />
              <Fact
                title="Left"
                value={speed?.remainingSeconds === undefined ? '–' : `about ${durationText(speed.remainingSeconds)}`}
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
