import { Alert, Button, Checkbox, Group, Paper, Radio, Select, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { useClusters } from '../../api/clusters.ts';
import { useProject, useSignedIn } from '../../api/session.ts';
import { DownloadButton } from '../../parts/download-button.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Loading } from '../../parts/loading.tsx';
import type { WizardState } from './wizard-state.ts';

interface Props {
  clusterName: string;
  state: WizardState;
  change: (part: Partial<WizardState>) => void;
}

/** Into which cluster, and how. */
export function WhereStep({ clusterName, state, change }: Props) {
  const { id: projectId } = useProject();
  const projects = useSignedIn().projects.filter(({ id, permissions }) => id === projectId || permissions.includes('restore'));
  const targetProject = state.targetProjectId || projectId;
  const { data, error, refetch } = useClusters(targetProject);
  const isSource = state.target === clusterName && targetProject === projectId;
  const chooseProject = (id: string | null) => change({ targetProjectId: id === projectId ? '' : (id ?? ''), target: '' });
  const failed = error && <ErrorNotice error={error} title="The clusters could not be read" onRetry={() => void refetch()} />;
  if (failed && !data) return failed;
  if (!data) return <Loading what="Reading the clusters…" />;
  const others = data.results.filter(({ name }) => name !== clusterName || targetProject !== projectId);
  const own = targetProject === projectId ? [{ value: clusterName, label: `${clusterName} (where the snapshot was taken)` }] : [];
  const options = [...others.map(({ name, mongodbVersion }) => ({ value: name, label: `${name} (MongoDB ${mongodbVersion})` })), ...own];
  return (
    <>
      {failed}
      <Title order={2}>Into which cluster?</Title>
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        {projects.length > 1 && (
          <Select
            label="Project"
            data={projects.map(({ id, name }) => ({ value: id, label: name }))}
            value={targetProject}
            onChange={chooseProject}
            allowDeselect={false}
          />
        )}
        <Select
          label="Target cluster"
          placeholder="Choose a cluster"
          data={options}
          value={state.target || null}
          onChange={(target) => change({ target: target ?? '' })}
          allowDeselect={false}
          searchable={options.length > 8}
          nothingFoundMessage="No cluster has that name"
        />
      </SimpleGrid>
      {isSource && (
        <Alert color="orange" icon={<Icon name="warning" />} title={`This is ${clusterName} itself`}>
          What was written to it since the snapshot is replaced. To look at old data beside that of today, restore into another cluster, or
          only some collections under another name.
        </Alert>
      )}
      <Group gap="xs">
        <Text size="sm" c="dimmed">
          Into no cluster, but into a file:
        </Text>
        <DownloadButton clusterName={clusterName} snapshotId={state.snapshotId} compact />
      </Group>
      <Title order={2}>How?</Title>
      <HowQuestions state={state} change={change} />
      <Group justify="flex-end">
        <Button disabled={!state.target} onClick={() => change({ step: 'check' })}>
          Next: check
        </Button>
      </Group>
    </>
  );
}

function HowQuestions({ state, change }: Omit<Props, 'clusterName'>) {
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }}>
      <Card>
        <Radio.Group
          label="Collections of the target that the snapshot lacks"
          value={state.chosen || state.keep ? 'keep' : 'remove'}
          onChange={(value) => change({ keep: value === 'keep' })}
        >
          <Stack gap="xs" mt="xs">
            <Radio
              value="remove"
              disabled={state.chosen !== null}
              label="Remove them"
              description="The target becomes what the snapshot is, as with Atlas."
            />
            <Radio
              value="keep"
              label="Keep them"
              description={
                state.chosen ? 'Always so where only some collections are restored.' : 'Only what is in the snapshot is replaced.'
              }
            />
          </Stack>
        </Radio.Group>
      </Card>
      <Card>
        <Radio.Group label="Way" value={state.mode} onChange={(value) => change({ mode: value as WizardState['mode'] })}>
          <Stack gap="xs" mt="xs">
            <Radio
              value="staged"
              label="Beside the old data, then swap"
              description="The target keeps its data until the copy is complete and proven. Needs room for the copy."
            />
            <Radio
              value="in-place"
              label="In place"
              description="Over the old data. For time series, encrypted collections, sharded targets and full disks: a failure midway leaves the target half restored until it is resumed."
            />
          </Stack>
        </Radio.Group>
      </Card>
      <Card>
        <Checkbox
          label="Take a snapshot of the target first"
          description="So that the restore can be undone. It is left out where nothing is replaced, and takes the time of a snapshot."
          checked={state.safetySnapshot}
          onChange={(event) => change({ safetySnapshot: event.currentTarget.checked })}
        />
      </Card>
      <Card>
        <Radio.Group
          label="When the target lacks a feature that a collection needs"
          value={state.onUnsupported}
          onChange={(value) => change({ onUnsupported: value as WizardState['onUnsupported'] })}
        >
          <Stack gap="xs" mt="xs">
            <Radio value="fail" label="Stop" description="Before anything is replaced." />
            <Radio value="warn" label="Leave the feature out" description="The result lists what was left out." />
          </Stack>
        </Radio.Group>
      </Card>
    </SimpleGrid>
  );
}

function Card({ children }: { children: React.ReactNode }) {
  return (
    <Paper withBorder p="md" radius="md">
      {children}
    </Paper>
  );
}
