import { Alert, Button, Group, Paper, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { api } from '../../api/client.ts';
import { type Forecast, RESTORES } from '../../api/restores.ts';
import type { components } from '../../api/served.d.ts';
import { useProject, useSignedIn } from '../../api/session.ts';
import { relativeText, timeText } from '../../format.ts';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Loading } from '../../parts/loading.tsx';
import { Moment, useNow } from '../../parts/moment.tsx';
import { ForecastFacts } from './forecast-facts.tsx';
import { ImpactTable } from './impact-table.tsx';
import { sentenceOf } from './restore-words.ts';
import { StartForm } from './start-form.tsx';
import { restoreRequest, type WizardState } from './wizard-state.ts';

interface Props {
  clusterName: string;
  snapshot: components['schemas']['Snapshot'] | undefined;
  state: WizardState;
}

/** What will happen, by a dry run of just now, and the start of it. */
export function CheckStep({ clusterName, snapshot, state }: Props) {
  const { id: projectId } = useProject();
  const body = restoreRequest(state);
  const dryRun = useQuery({
    // Not below the cluster: no change that the stream tells of begins it anew.
    queryKey: ['dry run', projectId, clusterName, body],
    queryFn: ({ signal }) =>
      api.post(RESTORES, { path: { projectId, clusterName }, body: { ...body, dryRun: true }, signal }) as Promise<Forecast>,
    // What stands at the target is looked at anew each time, and once asked for is not asked again behind the reader's back.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    retry: false,
    refetchOnWindowFocus: false,
  });
  const failed = dryRun.error && !dryRun.isFetching && (
    <ErrorNotice error={dryRun.error} title="This restore would not start" onRetry={() => void dryRun.refetch()} />
  );
  if (failed && !dryRun.data) return failed;
  if (!dryRun.data || !snapshot) return <Loading what={`Looking at what stands in ${state.target}…`} height={300} />;
  const forecast = dryRun.data;
  return (
    <>
      {failed}
      <Sentence {...{ clusterName, snapshot, state, forecast }} />
      {forecast.refusals.map(({ code, message }) => (
        <Alert key={message} color="red" icon={<Icon name="critical" />} title="It would fail" role="alert">
          {message} ({code})
        </Alert>
      ))}
      {forecast.warnings.map((warning) => (
        <Alert key={warning} color="orange" icon={<Icon name="warning" />}>
          {warning}
        </Alert>
      ))}
      <ForecastFacts forecast={forecast} state={state} />
      <Group justify="space-between">
        <Title order={2}>Collection by collection</Title>
        <Group gap="xs">
          <Text size="sm" c="dimmed">
            Looked at <Moment at={new Date(dryRun.dataUpdatedAt).toISOString()} relative />
          </Text>
          <Button size="compact-sm" variant="default" loading={dryRun.isFetching} onClick={() => void dryRun.refetch()}>
            Look again
          </Button>
        </Group>
      </Group>
      <ImpactTable forecast={forecast} />
      <StartForm clusterName={clusterName} state={state} forecast={forecast} />
    </>
  );
}

function Sentence({
  clusterName,
  snapshot,
  state,
  forecast,
}: {
  clusterName: string;
  snapshot: components['schemas']['Snapshot'];
  state: WizardState;
  forecast: Forecast;
}) {
  const now = useNow();
  const { projects } = useSignedIn();
  const finished = new Date(snapshot.finishedAt ?? snapshot.scheduledAt);
  const phrases = sentenceOf(forecast, {
    source: clusterName,
    target: state.target,
    targetProject: state.targetProjectId
      ? (projects.find(({ id }) => id === state.targetProjectId)?.name ?? state.targetProjectId)
      : undefined,
    isSource: state.target === clusterName && !state.targetProjectId,
    isSelection: state.chosen !== null,
    when: relativeText(finished, now),
    consistency: (snapshot.consistency ?? 'per-collection').replaceAll('-', ' '),
  });
  return (
    <Paper withBorder p="lg" radius="md" component="section" aria-label="What will happen">
      <Text size="lg" style={{ overflowWrap: 'anywhere' }}>
        {phrases.map((phrase) =>
          typeof phrase === 'string' ? phrase : <b key={phrase.name === state.target ? 'target' : 'source'}>{phrase.name}</b>,
        )}
      </Text>
      <Text size="sm" c="dimmed" mt={4}>
        The snapshot is of {timeText(finished)}. Nothing has been written yet.
      </Text>
    </Paper>
  );
}
