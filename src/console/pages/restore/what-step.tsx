import { Button, Group, Radio, Stack, Text, Title } from '@mantine/core';
import type { components } from '../../api/served.d.ts';
import { bytesText, counted } from '../../format.ts';
import { ConsistencyLabel } from '../../parts/consistency-label.tsx';
import { Moment } from '../../parts/moment.tsx';
import { ChosenTable } from './chosen-table.tsx';
import { CollectionPicker } from './collection-picker.tsx';
import { lastReachable, type WizardState } from './wizard-state.ts';

interface Props {
  clusterName: string;
  snapshot: components['schemas']['Snapshot'] | undefined;
  state: WizardState;
  change: (part: Partial<WizardState>) => void;
}

/** All of the snapshot, or chosen collections and databases, each perhaps under another name. */
export function WhatStep({ clusterName, snapshot, state, change }: Props) {
  const { chosen } = state;
  const size =
    snapshot &&
    `${counted(snapshot.collections ?? 0, 'collection')}, ${counted(snapshot.documents ?? 0, 'document')}, ${bytesText(snapshot.logicalBytes ?? 0)}`;
  return (
    <>
      <div>
        <Title order={2}>What of it?</Title>
        <Group gap="xs" mt={4}>
          <Text c="dimmed" size="sm">
            Snapshot of {clusterName}, <Moment at={snapshot?.finishedAt} relative otherwise="…" /> (
            <Moment at={snapshot?.finishedAt} otherwise="…" />)
          </Text>
          <ConsistencyLabel value={snapshot?.consistency} />
        </Group>
      </div>
      <Radio.Group
        value={chosen ? 'chosen' : 'everything'}
        onChange={(value) => change({ chosen: value === 'chosen' ? [] : null })}
        aria-label="What is restored"
      >
        <Stack gap="xs">
          <Radio value="everything" label="Everything" description={size ?? '…'} />
          <Radio
            value="chosen"
            label="Only some collections or databases"
            description="Nothing else at the target is touched. Each may come back under another name, beside what stands there now."
          />
        </Stack>
      </Radio.Group>
      {chosen && (
        <>
          <ChosenTable chosen={chosen} onChange={(next) => change({ chosen: next })} />
          <CollectionPicker
            clusterName={clusterName}
            snapshotId={state.snapshotId}
            chosen={chosen}
            onChange={(next) => change({ chosen: next })}
          />
        </>
      )}
      <Group justify="flex-end">
        <Button disabled={['snapshot', 'what'].includes(lastReachable(state))} onClick={() => change({ step: 'where' })}>
          Next: where
        </Button>
      </Group>
    </>
  );
}
