import { Badge, Text } from '@mantine/core';
import type { Snapshot } from '../../api/schemas.ts';
import { countText, durationText } from '../../format.ts';
import { Bytes } from '../../parts/bytes.tsx';
import { ConsistencyLabel } from '../../parts/consistency-label.tsx';
import { CopyButton } from '../../parts/copy-button.tsx';
import { Facts } from '../../parts/facts.tsx';
import { Moment } from '../../parts/moment.tsx';
import { LastDrill } from './last-drill.tsx';

export function SnapshotFacts({ snapshot }: { snapshot: Snapshot }) {
  const { id, startedAt, finishedAt, consistency, mongodbVersion, documents, collections, logicalBytes, newBytes } = snapshot;
  const seconds = startedAt && finishedAt ? (Date.parse(finishedAt) - Date.parse(startedAt)) / 1000 : undefined;
  return (
    <Facts
      items={[
        ['Consistency', consistency && <ConsistencyLabel value={consistency} />],
        ['Documents', documents !== undefined && countText(documents)],
        ['Collections', collections !== undefined && countText(collections)],
        ['Size', logicalBytes !== undefined && <Bytes value={logicalBytes} />],
        ['New in the vault', newBytes !== undefined && <Bytes value={newBytes} />],
        ['MongoDB', mongodbVersion],
        ['Started', startedAt && <Moment at={startedAt} seconds />],
        ['Took', seconds !== undefined && durationText(seconds)],
        ['Kept until', <Kept key="kept" snapshot={snapshot} />],
        ['Taken', origin(snapshot)],
        ['Verified', <Verified key="verified" snapshot={snapshot} />],
        ['Drilled', <LastDrill key="drilled" snapshot={snapshot} />],
        ['Description', snapshot.description],
        [
          'ID',
          <span key="id">
            <Text span ff="monospace" size="xs">
              {id}
            </Text>{' '}
            <CopyButton text={id} what="the id of the snapshot" />
          </span>,
        ],
      ]}
    />
  );
}

function Kept({ snapshot: { hold, expiresAt } }: { snapshot: Snapshot }) {
  return hold ? <Badge color="blue">On hold</Badge> : <Moment at={expiresAt} />;
}

function origin({ imported, frequencyType }: Snapshot): string {
  if (imported) return 'Imported from a dump';
  return frequencyType ? `By the ${frequencyType} schedule` : 'On demand';
}

function Verified({ snapshot: { verified, status } }: { snapshot: Snapshot }) {
  if (status !== 'COMPLETED') return <>–</>;
  if (!verified) return <>Not since it was taken</>;
  return (
    <>
      {verified.ok ? 'Whole' : 'Damaged'}, <Moment at={verified.at} relative />
    </>
  );
}
