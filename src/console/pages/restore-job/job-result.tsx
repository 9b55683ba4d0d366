import { Alert, SimpleGrid, Stack } from '@mantine/core';
import type { RestoreJob } from '../../api/restores.ts';
import { bytesText, counted, countText, durationText } from '../../format.ts';
import { Fact } from '../../parts/fact.tsx';
import { Icon } from '../../parts/icon.tsx';
import { NamesList } from './names-list.tsx';

/** What a completed restore did, and what it was proven by. */
export function JobResult({ job }: { job: RestoreJob }) {
  const { verification = {}, startedAt, finishedAt, targetClusterName } = job;
  const { collections = 0, documents = 0, bytes = 0, indexes = 0, warnings } = verification;
  const seconds = startedAt && finishedAt ? (Date.parse(finishedAt) - Date.parse(startedAt)) / 1000 : null;
  return (
    <Stack>
      <Alert color="forest" icon={<Icon name="check" />} title="Restored and proven">
        Everything was read back from {targetClusterName} and compared with the snapshot: number of documents, bytes and digest of every
        collection, options and indexes. No difference.
      </Alert>
      <SimpleGrid cols={{ base: 2, sm: 4 }} spacing="sm">
        <Fact title="Collections" value={countText(collections)} note={`${counted(indexes, 'index', 'indexes')} compared`} />
        <Fact title="Documents" value={countText(documents)} note="counted and hashed" />
        <Fact title="Data" value={bytesText(bytes)} note="uncompressed" />
        <Fact
          title="Took"
          value={seconds === null ? '–' : durationText(seconds)}
          note={seconds ? `${bytesText(bytes / seconds)}/s, all of it included` : undefined}
        />
      </SimpleGrid>
      <Stack gap="sm">
        <NamesList title="To know" names={warnings} />
        <NamesList title="Removed, because the snapshot lacks them" names={verification.removed} />
        <NamesList title="Came to be while it ran, and were left alone" names={verification.appeared} />
        <NamesList
          title="Made anew by somebody in the place of one that was replaced, and gone with the old data"
          names={verification.discarded}
        />
      </Stack>
    </Stack>
  );
}
